import { isInternalPackage, type Layout, type Manifest, type ManifestNode } from '@eider/core';
import type { DataFile } from '../lake/generation.ts';
import { quoteName } from '../session/quote.ts';
import { readRows } from './generation-query.ts';
import type { FileRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** The columns of a model's partitions, where new rows replace those in which they are: `insert_overwrite`. */
export function replacedPartitions(
  { node }: Pick<MaterializeContext, 'node'>,
  { partitionBy }: Pick<Layout, 'partitionBy'>,
): readonly string[] {
  return node.config.incremental_strategy === 'insert_overwrite' ? partitionBy : [];
}

/** Which files of before a strategy's statements may change: none, all, or those with a row that meets a condition in SQL. */
export type Touched =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'where'; readonly condition: string };

/**
 * What a model's strategy can touch, by its config. What a project's own macros do nobody knows, and who asks about the whole relation must see it: then all
 * rows are at hand.
 */
export function touchedBy(
  { batch, compiler, node }: MaterializeContext,
  temporary: string,
  partitions: readonly string[] = [],
): Touched {
  const { config } = node;
  if (partitions.length > 0) return { kind: 'where', condition: inPartitions(partitions, temporary) };
  const strategy = String(config.incremental_strategy ?? 'default');
  const key = rowKey({ node });
  if (isOwn(compiler.manifest, strategy) || asksAround(config)) return { kind: 'all' };
  if (strategy === 'append') return { kind: 'none' };
  if (strategy === 'microbatch') return inTime(config, batch);
  if (key === undefined) return { kind: 'none' };
  return { kind: 'where', condition: `(${key}) IN (SELECT (${key}) FROM ${quoteName(temporary)})` };
}

/** Whether a row is in a partition of the new rows. */
function inPartitions(partitions: readonly string[], temporary: string): string {
  const same = partitions.map((name) => `n.${quoteName(name)} IS NOT DISTINCT FROM o.${quoteName(name)}`);
  return `EXISTS (SELECT 1 FROM ${quoteName(temporary)} AS n WHERE ${same.join(' AND ')})`;
}

function inTime({ event_time: column }: ManifestNode['config'], batch: MaterializeContext['batch']): Touched {
  if (batch === undefined) return { kind: 'all' };
  const [start, end] = [batch.start, batch.end].map((moment) =>
    moment.toISOString().replace('T', ' ').replace('.000Z', '+00:00'),
  );
  return { kind: 'where', condition: `${String(column)} >= '${start}' AND ${String(column)} < '${end}'` };
}

/** What tells one row of a model from others, in SQL; undefined where nothing does. */
export function rowKey({ node: { config } }: Pick<MaterializeContext, 'node'>): string | undefined {
  return keyOf(config.merge_on_using_columns) ?? keyOf(config.unique_key);
}

/** A key as an expression, several as a row. */
function keyOf(key: unknown): string | undefined {
  if (Array.isArray(key)) return key.length === 0 ? undefined : key.map(String).join(', ');
  return typeof key === 'string' && key !== '' ? key : undefined;
}

const builtin: ReadonlySet<string> = new Set(['default', 'append', 'delete+insert', 'merge', 'microbatch']);

/** dbt's macros that say what a built-in strategy does. */
const taken =
  /^(\w+__)?(get_incremental_(append|default|delete_insert|merge|microbatch)_sql|get_(merge|delete_insert_merge|insert_into)_sql|merge_(join_clause|clause_defaults))$/;

/** Whether the project, or a package of it, says what the strategy does. */
function isOwn({ macros }: Manifest, strategy: string): boolean {
  if (!builtin.has(strategy)) return true;
  return Object.values(macros).some(({ name, package_name: owner }) => !isInternalPackage(owner) && taken.test(name));
}

const texts = [
  ...['incremental_predicates', 'predicates', 'unique_key', 'merge_update_condition', 'merge_insert_condition'],
  ...['merge_update_set_expressions', 'merge_clauses'],
];

/** Whether a query stands in the config, or a clause about rows that the new ones do not match. */
function asksAround(config: ManifestNode['config']): boolean {
  return /\bselect\b|"by":"source"/i.test(JSON.stringify(texts.map((name) => config[name] ?? null)));
}

/** The files of before that hold a row which the strategy can touch. */
export async function touchedFiles(
  { connection }: Pick<MaterializeContext, 'connection'>,
  before: FileRows,
  touched: Touched,
): Promise<readonly DataFile[]> {
  if (touched.kind === 'none' || before.files.length === 0) return [];
  if (touched.kind === 'all') return before.files;
  const { rows } = await connection.query(
    `SELECT DISTINCT eider_file FROM (${readRows(before, { file: 'eider_file' })}) AS o WHERE ${touched.condition}`,
  );
  const paths = new Set(rows.map(([path]) => String(path)));
  return before.files.filter(({ path }) => paths.has(path));
}
