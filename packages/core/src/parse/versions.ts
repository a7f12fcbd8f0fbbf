import { isMapping } from '../context/plain.ts';
import { isFloat, isInt, toNumber } from '../jinja/values/number.ts';
import type { Located } from '../project/located.ts';
import { listOf, recordOf, textOf } from './read-values.ts';
import { itemsOf, testsOf } from './test-targets.ts';

/** One version of a versioned model. */
export interface ModelVersion {
  readonly model: string;
  readonly v: string | number;
  readonly latest: string | number;
  /** The name of the file that holds it, without extension. */
  readonly definedIn: string;
  /** Its place in the list under `versions:`. */
  readonly at: number;
  /** How many entries describe it, each of which puts the model's name into dbt's fqn. */
  readonly named: number;
  /** What the version says in place of the model's entry. */
  readonly overrides: Readonly<Record<string, unknown>>;
}

type Entry = Readonly<Record<string, unknown>>;

/** The versions of a model's entry; none for a model without versions. */
export function modelVersions(entry: Entry): ModelVersion[] {
  const model = textOf(entry.name);
  const versions = listOf(entry.versions)
    .map((one, at) => ({ at, one: recordOf(one) }))
    .filter(({ one }) => versionName(one.v) !== null);
  const latest = versionName(entry.latest_version) ?? highest(versions.map(({ one }) => versionName(one.v) ?? 0));
  return versions.map(({ at, one }) => {
    const v = versionName(one.v) ?? 0;
    const definedIn = textOf(one.defined_in) || `${model}_v${v}`;
    return { model, v, latest, definedIn, at, named: 1, overrides: overridesOf(entry, one) };
  });
}

/** What a version is tested by, as dbt takes it: its own tests, an empty list too, else the model's; the columns of the model that it chooses, then its own. */
export function versionTests(
  entry: Located,
  { at }: ModelVersion,
): { readonly tests: readonly Located[]; readonly columns: readonly Located[] } {
  const own = entry.get('versions', at);
  const { data_tests, tests } = recordOf(own?.value);
  const isOwn = own !== undefined && (data_tests ?? tests ?? null) !== null;
  const columns = columnsOf(itemsOf(entry.get('columns')), itemsOf(own?.get('columns')), ({ value }) => value);
  return { tests: testsOf(isOwn ? own : entry), columns };
}

function versionName(value: unknown): string | number | null {
  if (typeof value === 'string') return value;
  return isInt(value) || isFloat(value) ? toNumber(value) : null;
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
    columns: columnsOf(listOf(entry.columns), listOf(version.columns), (column) => column),
  };
  // dbt reads `docs` and `access` of a version too, and puts those of its config in their place.
  for (const key of ['description', 'constraints', 'deprecation_date']) {
    if (version[key] !== undefined && version[key] !== null) overrides[key] = version[key];
  }
  return overrides;
}

/** `include` and `exclude` choose of the model's columns; the others are the version's own. */
function columnsOf<Column>(
  columns: readonly Column[],
  given: readonly Column[],
  readColumn: (column: Column) => unknown,
): Column[] {
  const entryOf = (column: Column): Entry => recordOf(readColumn(column));
  const choice = given.find((one) => 'include' in entryOf(one) || 'exclude' in entryOf(one));
  const kept = columns.filter((one) => isChosen(textOf(entryOf(one).name), choice && entryOf(choice)));
  return [...kept, ...given.filter((one) => one !== choice)];
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
