import { type Diagnostic, EiderError, error, type Target } from '@eider/core';
import { explainSql } from './explain-sql.ts';
import { missingExtension } from './missing-extension.ts';
import { SqlError } from './session.ts';

/** An entry of a target in profiles.yml: `['settings', 'memory_limit']`, `['attach', 0]`. */
export type ProfileEntry = readonly (string | number)[];

/**
 * Does what an entry of the profile asks for. What DuckDB refuses becomes EiderError at the entry: `engine/extension` where one is missing, else
 * `engine/profile`. The statement goes no further, and the entry's values are taken out of DuckDB's words: they may be secrets.
 */
export async function applyEntry<T>(target: Target, entry: ProfileEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    throw new EiderError([refusal(target, entry, cause.message)]);
  }
}

function refusal(target: Target, entry: ProfileEntry, text: string): Diagnostic {
  // The lines of profiles.yml stay out where they hold what nobody may see.
  const where = {
    ...placeOfEntry(target, entry),
    ...(/^(secrets|attach|plugins)$/.test(String(entry[0])) && { excerpt: '' }),
  };
  const extension = missingExtension(text);
  const { message, hint } = explainSql(withoutValues(text, target, entry));
  if (extension !== undefined) {
    const needed = `${whatOf(target, entry)} needs the DuckDB extension ${extension}, which is not installed.`;
    return error('engine/extension', needed, { ...where, ...(hint === undefined ? {} : { hint }) });
  }
  const name = entry.map((key) => (typeof key === 'number' ? `entry ${key + 1}` : key)).join(', ');
  return error('engine/profile', `DuckDB refuses what the profile says (${name}): ${message}`, {
    hint: hint ?? `Correct \`${String(entry[0])}\` of the target "${target.targetName}" in profiles.yml.`,
    ...where,
  });
}

/** Which of several entries, by its type: `A secret of type s3`. */
function whatOf(target: Target, [key, index]: ProfileEntry): string {
  const type = key === 'secrets' ? target.secrets[Number(index)]?.type : target.attach[Number(index)]?.type;
  const word = key === 'secrets' ? 'A secret' : key === 'attach' ? 'An attached database' : `\`${String(key)}\``;
  if (key === 'plugins') return `The plugin "${target.plugins[Number(index)]?.module}"`;
  return typeof type === 'string' ? `${word} of type ${type}` : word;
}

const shown = new Set(['type', 'provider', 'name']);

/** DuckDB's words without the values of a secret, and without the address of an attached database, which may hold a password. */
function withoutValues(text: string, target: Target, [key, index]: ProfileEntry): string {
  const values =
    key === 'secrets'
      ? Object.entries(target.secrets[Number(index)] ?? {}).flatMap(([name, value]) =>
          shown.has(name) ? [] : texts(value),
        )
      : key === 'attach'
        ? texts(target.attach[Number(index)]?.path).filter((path) => /[=@]/.test(path))
        : key === 'plugins'
          ? texts(target.plugins[Number(index)]?.config)
          : [];
  const longest = [...values].sort((a, b) => b.length - a.length);
  return longest.reduce((rest, value) => rest.replaceAll(value, '*****'), text);
}

/** All texts in a value that are long enough to tell something. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(texts);
  return value === null || value === undefined || String(value).length < 4 ? [] : [String(value)];
}

/** Where an entry stands in profiles.yml, for a finding. */
export function placeOfEntry(
  { written }: Target,
  entry: ProfileEntry,
): { readonly place?: ReturnType<NonNullable<Target['written']>['at']> } {
  return written === undefined ? {} : { place: written.at(...entry) };
}
