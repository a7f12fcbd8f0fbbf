import type { DatabasePort } from '../context/database-port.ts';
import { sourceRelation } from '../context/node-relation.ts';
import { originOf } from '../context/origin.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { runContext } from '../context/run-context.ts';
import { templateDiagnostics } from '../context/template-diagnostics.ts';
import { templateError } from '../context/template-error.ts';
import { EiderError } from '../diagnostics.ts';
import { DateTime } from '../jinja/modules/index.ts';
import { callValue, toStr, typeName } from '../jinja/values/index.ts';
import type { SourceNode } from '../manifest/nodes.ts';
import { freshnessStatus } from '../manifest/source-freshness.ts';

/** How old the data of a source table is. Times are ISO 8601 in UTC, to the microsecond. */
export interface SourceFreshness {
  /** The beginning of time where the table is empty. */
  readonly maxLoadedAt: string;
  readonly snapshottedAt: string;
  readonly ageSeconds: number;
  readonly status: 'pass' | 'warn' | 'error';
}

/** Asks how old a source's data is, by dbt's macros: `collect_freshness`, or with `loaded_at_query` `collect_freshness_custom_sql`. Throws EiderError at the source. */
export async function sourceFreshness(
  scope: RenderScope,
  source: SourceNode,
  port: DatabasePort | null,
): Promise<SourceFreshness> {
  const place = originOf(scope.manifest, source.unique_id) ?? { file: source.original_file_path, line: 1, column: 1 };
  try {
    const [loaded, now] = await askFreshness(scope, source, port);
    // As in dbt, what was never loaded was loaded before all time.
    const maxLoadedAt = loaded === null ? '0001-01-01T00:00:00+00:00' : utcText(loaded, source);
    const snapshottedAt = utcText(now, source);
    const ageSeconds = Number(microseconds(snapshottedAt) - microseconds(maxLoadedAt)) / 1e6;
    return { maxLoadedAt, snapshottedAt, ageSeconds, status: freshnessStatus(source, ageSeconds) };
  } catch (failure) {
    // The places of dbt's own macros are no help: the source's is.
    const found = templateDiagnostics(failure, source.unique_id, place).map(({ trace: _, ...one }) => ({
      ...one,
      place,
    }));
    throw new EiderError(found, { cause: failure });
  }
}

async function askFreshness(
  scope: RenderScope,
  source: SourceNode,
  port: DatabasePort | null,
): Promise<readonly [unknown, unknown]> {
  const relation = sourceRelation(source);
  const context = runContext(scope, { node: null, port, options: {}, async: true });
  const call = async (macro: string, more: Readonly<Record<string, unknown>>): Promise<readonly [unknown, unknown]> => {
    const found = context.macroNamed(macro);
    const result = (await callValue(found, [], { source: relation, ...more })) as { data: readonly unknown[][] };
    const [row] = result.data;
    if (row === undefined || row.length !== 2 || result.data.length !== 1)
      throw templateError('jinja/render', `The macro ${macro} gave no row of two values.`);
    return [row[0], row[1]];
  };
  if (source.loaded_at_query !== null)
    return call('collect_freshness_custom_sql', { loaded_at_query: await renderQuery(scope, source, port) });
  if (source.loaded_at_field !== null) {
    const { filter } = source.freshness ?? {};
    return call('collect_freshness', { loaded_at_field: source.loaded_at_field, filter: filter ?? null });
  }
  throw templateError(
    'config/invalid',
    `Could not compute freshness for source ${source.name}: no 'loaded_at_field' provided and duckdb adapter does not support metadata-based freshness checks.`,
    'Name the column that says when a row was loaded: `loaded_at_field`.',
  );
}

/** `loaded_at_query` is a template: `this` is the source's relation, `model` its record. */
async function renderQuery(scope: RenderScope, source: SourceNode, port: DatabasePort | null): Promise<string> {
  const { loaded_at_query: query } = source;
  const context = runContext(scope, { node: null, port, options: {}, async: true });
  context.give({ this: sourceRelation(source), model: source, source_node: source });
  return scope.environment.template(query ?? '', source.original_file_path).renderAsync(context);
}

/** A time without a zone is taken for UTC, as in dbt. */
function utcText(value: unknown, { name, source_name: owner }: SourceNode): string {
  if (!(value instanceof DateTime)) {
    throw templateError(
      'config/invalid',
      `The freshness of ${owner}.${name} cannot be told: its time of loading is of type '${typeName(value).replace(/^datetime\./, '')}', not a timestamp.`,
      'Cast it: `loaded_at_field: "loaded_on::timestamp"`.',
    );
  }
  const text = toStr(value).replace(' ', 'T');
  const [, moment = text, fraction = '', zone = '+00:00'] = /^(.{19})(\.\d+)?([+-].*)?$/.exec(text) ?? [];
  const utc = new Date(Date.parse(`${moment}${zone}`)).toISOString().slice(0, 19);
  return `${utc}${fraction}+00:00`;
}

function microseconds(utc: string): bigint {
  const fraction = /\.(\d+)/.exec(utc)?.[1] ?? '';
  return BigInt(Date.parse(`${utc.slice(0, 19)}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}
