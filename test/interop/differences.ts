import type { ManifestNode, NodeOutcome } from './artifacts.ts';
import type { Deliberate, Difference } from './verdict.ts';

/** A relation's column: name and DuckDB type. */
export type Column = readonly [name: string, type: string];

/** What both sides know after a step. */
export interface StepFacts {
  readonly manifest: ReadonlyMap<string, ManifestNode>;
  readonly outcomes: ReadonlyMap<string, NodeOutcome>;
}

// Types that dbt-duckdb loses because its view reads them back from a Parquet file.
const lostInParquet: Readonly<Record<string, readonly string[]>> = {
  HUGEINT: ['DOUBLE'],
  UHUGEINT: ['DOUBLE'],
  TIMESTAMP_S: ['TIMESTAMP'],
  TIMESTAMP_MS: ['TIMESTAMP'],
  'TIME WITH TIME ZONE': ['TIME'],
};

/** Types that a view of DuckDB 1.0, the oldest reader of a published catalog, does not know: cast to text in the catalog's view. */
function isTextForOldReaders(type: string): boolean {
  return type === 'BIGNUM' || type.startsWith('ENUM(');
}

/** The columns by which a model is partitioned, in lower case. */
function partitionColumns(node: ManifestNode | undefined): readonly string[] {
  const given = node?.config.options?.partition_by;
  const names = Array.isArray(given)
    ? given
    : typeof given === 'string'
      ? given.replaceAll(/[()]/g, '').split(',')
      : [];
  return names.map((name) => String(name).trim().toLowerCase());
}

/** The nodes that tests of severity error found bad or could not look at, and everything that reads them: eider keeps them from its readers. */
export function withheldNodes({ manifest, outcomes }: StepFacts): ReadonlySet<string> {
  const withheld = new Set<string>();
  for (const [id, outcome] of outcomes) {
    const parents = manifest.get(id)?.depends_on.nodes ?? [];
    const isBad = outcome.status === 'fail' || (outcome.status === 'error' && id.startsWith('test.'));
    if (isBad) for (const parent of parents) withheld.add(parent);
  }
  // What an ephemeral model holds lies in the relations that it reads.
  for (const id of withheld)
    if (manifest.get(id)?.config.materialized === 'ephemeral')
      for (const parent of manifest.get(id)?.depends_on.nodes ?? []) withheld.add(parent);
  for (let size = -1; size !== withheld.size; ) {
    size = withheld.size;
    for (const [id, node] of manifest)
      if (node.depends_on.nodes?.some((parent) => withheld.has(parent))) withheld.add(id);
  }
  return withheld;
}

/** Whether a type differs as the list of deliberate differences says, and by which number of the list. */
function deliberateType(
  name: string,
  dbt: string,
  eider: string,
  node: ManifestNode | undefined,
  isEmpty: boolean,
): 1 | 2 | 3 | undefined {
  // The ghost row of an empty CSV or JSON file has no types: dbt-duckdb's view guesses text.
  if (isEmpty && ['VARCHAR', 'JSON'].includes(dbt) && node?.config.materialized === 'external') return 1;
  if (partitionColumns(node).includes(name.toLowerCase())) return 2;
  if (eider === 'VARCHAR' && isTextForOldReaders(dbt)) return 3;
  const isParquet = node?.config.materialized === 'external';
  const isArray = /\[\d+\]/.test(eider) && eider.replaceAll(/\[\d+\]/g, '[]') === dbt;
  return isParquet && (isArray || lostInParquet[eider]?.includes(dbt) === true) ? 3 : undefined;
}

/** Compares columns by name, position and type, and sorts what it finds into deliberate and other differences. */
export function compareColumns(
  base: { readonly step: string; readonly subject: string },
  dbt: readonly Column[],
  eider: readonly Column[],
  node: ManifestNode | undefined,
  isEmpty: boolean,
): { readonly differences: readonly Difference[]; readonly deliberate: readonly Deliberate[] } {
  const text = (columns: readonly Column[]) => columns.map(([name, type]) => `${name} ${type}`).join(', ');
  const whole: Difference = { ...base, kind: 'columns', dbt: text(dbt), eider: text(eider) };
  const types = new Map(eider);
  if (dbt.length !== eider.length || dbt.some(([name]) => !types.has(name)))
    return { differences: [whole], deliberate: [] };
  const differences: Difference[] = [];
  const deliberate: Deliberate[] = [];
  for (const [name, type] of dbt) {
    const own = types.get(name) ?? '';
    if (own === type) continue;
    const number = deliberateType(name, type, own, node, isEmpty);
    const found: Difference = { ...base, kind: 'columns', dbt: `${name} ${type}`, eider: `${name} ${own}` };
    if (number === undefined) differences.push(found);
    else deliberate.push({ ...found, number });
  }
  const moved = orderWithout(dbt, node) === orderWithout(eider, node) ? undefined : whole;
  if (moved !== undefined) differences.push(moved);
  else if (orderWithout(dbt) !== orderWithout(eider)) deliberate.push({ ...whole, number: 2 });
  return { differences, deliberate };
}

function orderWithout(columns: readonly Column[], node?: ManifestNode): string {
  const partitions = partitionColumns(node);
  return columns.flatMap(([name]) => (partitions.includes(name.toLowerCase()) ? [] : [name])).join();
}
