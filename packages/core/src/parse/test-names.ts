import { createHash } from 'node:crypto';
import { isMapping } from '../context/plain.ts';
import { repr, toStr } from '../jinja/values/index.ts';

/** The names of a generic test: `full` for people and selection, `short` (at most 63 characters) for files and relations. */
export interface TestNames {
  readonly short: string;
  readonly full: string;
}

type Arguments = Readonly<Record<string, unknown>>;

/** dbt's name for a test without one: its kind, what it tests, and its arguments in the order of their names. */
export function testNames(kind: string, target: string, args: Arguments): TestNames {
  const parts: string[] = [];
  for (const name of Object.keys(args).sort()) {
    if (name === 'model') continue;
    const value = args[name];
    const items = Array.isArray(value) ? value : isMapping(value) ? Object.values(value) : [value];
    parts.push(...items.map((item) => toStr(item).replace(/[^0-9a-zA-Z_]+/g, '_')));
  }
  const identifier = `${kind}_${target}`;
  const full = `${identifier}_${parts.join('__')}`;
  return { full, short: full.length >= 64 ? `${identifier.slice(0, 30)}_${md5(full)}` : full };
}

/** The ten digits that end a generic test's unique id: a hash of its name, macro and arguments. */
export function testHash(name: string, metadata: Arguments): string {
  return md5(name + repr(hashable(metadata))).slice(-10);
}

/** The value with sorted keys and every scalar as Python prints it, so that the hash is dbt's. */
function hashable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hashable);
  if (!isMapping(value)) return toStr(value);
  const record = value as Arguments;
  return Object.fromEntries(
    Object.keys(record)
      .sort()
      .map((key) => [key, hashable(record[key])]),
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
