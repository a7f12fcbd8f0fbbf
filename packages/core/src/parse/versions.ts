import { isMapping } from '../context/plain.ts';
import { listOf, recordOf, textOf } from './read-values.ts';

/** One version of a versioned model. */
export interface ModelVersion {
  readonly model: string;
  readonly v: string | number;
  readonly latest: string | number;
  /** The name of the file that holds it, without extension. */
  readonly definedIn: string;
  /** What the version says in place of the model's entry. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

type Entry = Readonly<Record<string, unknown>>;

/** The versions of a model's entry; none for a model without versions. */
export function modelVersions(entry: Entry): ModelVersion[] {
  const model = textOf(entry.name);
  const versions = listOf(entry.versions)
    .map(recordOf)
    .filter((one) => versionName(one.v) !== null);
  const latest = versionName(entry.latest_version) ?? highest(versions.map((one) => versionName(one.v) ?? 0));
  return versions.map((one) => {
    const v = versionName(one.v) ?? 0;
    const definedIn = textOf(one.defined_in) || `${model}_v${v}`;
    return { model, v, latest, definedIn, overrides: overridesOf(entry, one) };
  });
}

function versionName(value: unknown): string | number | null {
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Numbers by size, anything else by its text. */
function highest(versions: readonly (string | number)[]): string | number {
  const sorted = [...versions].sort((a, b) => {
    const [x, y] = [Number(a), Number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return String(a) < String(b) ? -1 : 1;
  });
  return sorted.at(-1) ?? 0;
}

function overridesOf(entry: Entry, version: Entry): Entry {
  const overrides: Record<string, unknown> = {
    config: merged(recordOf(entry.config), recordOf(version.config)),
    columns: versionColumns(listOf(entry.columns), version.columns),
  };
  for (const key of ['description', 'docs', 'access', 'constraints', 'deprecation_date']) {
    if (version[key] !== undefined && version[key] !== null) overrides[key] = version[key];
  }
  const tests = version.data_tests ?? version.tests;
  if (tests !== undefined) overrides.data_tests = tests;
  return overrides;
}

/** `include` and `exclude` choose of the model's columns; the others are the version's own. */
function versionColumns(columns: readonly unknown[], given: unknown): unknown[] {
  const own = listOf(given).map(recordOf);
  const choice = own.find((one) => 'include' in one || 'exclude' in one);
  const replaced = new Set(own.map((one) => textOf(one.name)));
  const kept = columns.filter((one) => {
    const name = textOf(recordOf(one).name);
    return !replaced.has(name) && isChosen(name, choice);
  });
  return [...kept, ...own.filter((one) => one !== choice)];
}

function isChosen(name: string, choice: Entry | undefined): boolean {
  if (choice === undefined) return true;
  const included = choice.include;
  const all = included === undefined || included === '*' || included === 'all';
  return (all || listOf(included).includes(name)) && !listOf(choice.exclude).includes(name);
}

function merged(base: Entry, over: Entry): Entry {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = result[key];
    result[key] = isMapping(before) && isMapping(value) ? merged(recordOf(before), recordOf(value)) : value;
  }
  return result;
}
