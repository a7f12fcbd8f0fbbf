import type { Target } from '@eider/core';
import { quoteText } from './quote.ts';
import { workingPath } from './working-database.ts';

type Attachment = Target['attach'][number];

/** The ATTACH statement of a profile's `attach` entry, as dbt-duckdb writes it: options in upper case, text quoted unless it brings its own quotes, booleans as a bare word. Relative paths lie in the project's folder. */
export function attachStatement(attachment: Attachment, folder: string): string {
  const { type, secret, read_only, ...others } = attachment.options;
  const options = [
    option('TYPE', attachment.type ?? type, false),
    option('SECRET', attachment.secret ?? secret, false),
    attachment.readOnly || read_only === true ? 'READ_ONLY' : undefined,
    ...Object.entries(others).map(([key, value]) => option(key.toUpperCase(), value, true)),
  ].filter((text) => text !== undefined);
  const isFile = ['duckdb', 'sqlite'].includes(String(attachment.type ?? type ?? 'duckdb').toLowerCase());
  const path = isFile ? workingPath(attachment, folder) : attachment.path;
  const alias = attachment.alias === undefined ? '' : ` AS ${attachment.alias}`;
  const list = options.length === 0 ? '' : ` (${options.join(', ')})`;
  return `ATTACH IF NOT EXISTS ${quoteText(path)}${alias}${list}`;
}

function option(key: string, value: unknown, quoted: boolean): string | undefined {
  if (value === null || value === undefined || value === false) return undefined;
  if (value === true) return key;
  const text = String(value);
  return `${key} ${quoted && typeof value === 'string' && !/^\s*(['"]).*\1\s*$/s.test(text) ? quoteText(text) : text}`;
}
