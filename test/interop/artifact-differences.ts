import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ManifestNode, plainSql } from './artifacts.ts';
import { type Column, compareColumns } from './differences.ts';

/** The artifacts that are compared, with what a step leaves of them. */
export const artifacts = [
  'manifest.json',
  'semantic_manifest.json',
  'run_results.json',
  'catalog.json',
  'sources.json',
] as const;

/** A field that is not as dbt has it. */
export interface FieldDifference {
  /** `manifest.json nodes.model.shop.orders.checksum.name`. */
  readonly field: string;
  readonly dbt: string;
  readonly eider: string;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A field that both sides have or one alone. */
interface Found {
  readonly path: string;
  readonly theirs: Json | undefined;
  readonly ours: Json | undefined;
}

/** Times, ids and versions: by the last key of a field's path. */
const masked = new Set([
  ...['created_at', 'generated_at', 'invocation_id', 'invocation_started_at', 'run_started_at', 'user_id'],
  ...['started_at', 'completed_at', 'execution_time', 'elapsed_time', 'thread_id', 'timing', 'dbt_version'],
  ...['max_loaded_at', 'snapshotted_at', 'max_loaded_at_time_ago_in_s'],
]);

/** SQL without regard for white space; of a Python model what a person wrote, without the program around it. */
function plainCode(text: string): string {
  return plainSql(text.replace(/\s*# This part is user provided model code[\s\S]*$/, ''));
}

/** A message without the statement and the macros of dbt's that it came from. */
function plainMessage(text: string): string {
  return text
    .replace(/\n *\n *(\n *)?(LINE \d+: |> in macro )[\s\S]*$/, '')
    .replaceAll('__dbt_tmp', '')
    .trimEnd();
}

/** What is compared as something less than its letters. */
const readAs: readonly (readonly [artifact: string, path: RegExp, read: (text: string) => string, why: string])[] = [
  ['manifest.json', /\.(compiled_code|extra_ctes\.\d+\.sql)$/, plainCode, 'white space in SQL aside'],
  ['run_results.json', /\.compiled_code$/, plainCode, 'white space in SQL aside'],
  [
    'run_results.json',
    /\.message$/,
    plainMessage,
    "DuckDB's excerpt of a statement, the macros that it came from and its temporary names are of dbt's library",
  ],
];

/** What differs for a reason, each with the reason and with what the two sides then have. The path begins behind the artifact's name. */
const deliberate: readonly (readonly [artifact: string, path: RegExp, why: string, isSo: (found: Found) => boolean])[] =
  [
    [
      'manifest.json',
      /^macros\.macro\.(dbt|dbt_duckdb)\.\w+(\.(macro_sql|path|original_file_path|(depends_on\.macros|supported_languages)\.\d+))?$/,
      'the macro library is written anew, in files of its own; jinja-macros.test.ts holds its names and parameters against dbt',
      () => true,
    ],
    [
      'manifest.json',
      /^docs\.doc\.dbt\.__overview__\.block_contents$/,
      'the text is our own',
      ({ ours, theirs }) => [ours, theirs].every((text) => typeof text === 'string' && text.length > 100),
    ],
    [
      'manifest.json',
      /^nodes\.model\..*\.(config|unrendered_config)\.options\.\w+$/,
      'dbt-duckdb writes over the config what COPY is given, whereupon its own state:modified finds the model modified',
      ({ ours, path, theirs }) =>
        ours === undefined
          ? /\.(format|delimiter|header)$/.test(path)
          : /^\{\{.*\}\}$/.test(String(ours)) ||
            String(theirs)
              .toLowerCase()
              .replace(/^\((.*)\)$/, '$1') === String(ours).replace(/^\((.*)\)$/, '$1'),
    ],
    [
      'manifest.json',
      /^nodes\.model\..*\.(config|unrendered_config)\.(config|meta)_keys_(used|defaults)$/,
      'what a Python model asks of its config is known when it runs',
      ({ ours, theirs }) => ours === undefined && Array.isArray(theirs),
    ],
    [
      'run_results.json',
      /\.message$/,
      'the columns of an incremental model that have changed are told by a macro of ours',
      (found) => areOf(found, /are out of sync!/, /The columns of this incremental model have changed\./),
    ],
    [
      'run_results.json',
      /\.message$/,
      'what Python says, without the traceback of the process that dbt is; that a materialization takes no Python',
      (found) => areOf(found, /Python model failed:|only supports languages/, /./),
    ],
    [
      'run_results.json',
      /\.message$/,
      'the rows of an incremental model in files are held to its keys all at once',
      (found) =>
        areOf(found, /Duplicate key .* violates unique constraint/, /PRIMARY KEY or UNIQUE constraint violation/),
    ],
    [
      'run_results.json',
      /^results\..*\.adapter_response\.(bytes_(written|sent|received)|requests|request_ms)$/,
      'what servers were asked for the node is told beside what dbt tells',
      ({ ours, theirs }) => theirs === undefined && typeof ours === 'number',
    ],
    [
      'run_results.json',
      /^args\.invocation_command$/,
      'the name of the program',
      ({ ours, theirs }) => /^dbt /.test(String(theirs)) && /^eider /.test(String(ours)),
    ],
  ];

/** Whether both tell of the same kind of error of one node, in these words. */
function areOf({ ours, theirs }: Found, dbt: RegExp, eider: RegExp): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  return ours.split('\n')[0] === theirs.split('\n')[0] && dbt.test(theirs) && eider.test(ours);
}

/** Compares what a step left in the two target folders, field by field; `known` counts what differs for a listed reason. */
export function compareArtifacts(
  dbt: string,
  eider: string,
  nodes: ReadonlyMap<string, ManifestNode>,
): { readonly compared: number; readonly differences: readonly FieldDifference[]; readonly known: number } {
  const differences: FieldDifference[] = [];
  let [compared, known] = [0, 0];
  for (const name of artifacts) {
    const [theirs, ours] = [dbt, eider].map((folder) => read(folder, name));
    if (theirs === undefined) continue;
    compared += 1;
    for (const one of walk('', theirs, ours ?? 'absent')) {
      if (isMasked(one.path) || isReadAlike(name, one)) continue;
      if (isDeliberate(name, one, { theirs, ours, nodes })) known += 1;
      else differences.push({ field: `${name} ${one.path}`, dbt: shown(one.theirs), eider: shown(one.ours) });
    }
  }
  return { compared, differences, known };
}

function isMasked(path: string): boolean {
  return path.split('.').some((key) => masked.has(key));
}

function isReadAlike(name: string, { ours, path, theirs }: Found): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string') return false;
  const found = readAs.find(([artifact, pattern]) => artifact === name && pattern.test(path));
  return found !== undefined && found[2](ours) === found[2](theirs);
}

interface Sides {
  readonly theirs: Json;
  readonly ours: Json | undefined;
  readonly nodes: ReadonlyMap<string, ManifestNode>;
}

function isDeliberate(name: string, found: Found, sides: Sides): boolean {
  if (name === 'catalog.json') return isDeliberateColumn(found, sides);
  return deliberate.some(([artifact, pattern, , isSo]) => artifact === name && pattern.test(found.path) && isSo(found));
}

/** Types and places of columns, as numbers 1 to 3 of the list of deliberate differences have them. */
function isDeliberateColumn({ path }: Found, { nodes, ours, theirs }: Sides): boolean {
  const id = /^nodes\.(.+)\.columns\..*\.(?:type|index)$/.exec(path)?.[1];
  const node = id === undefined ? undefined : nodes.get(id);
  if (id === undefined || node?.config.materialized !== 'external') return false;
  const columnsOf = (document: Json | undefined): readonly Column[] => {
    type Catalog = {
      nodes?: Record<string, { columns: Record<string, { name: string; type: string; index: number }> }>;
    };
    const columns = Object.values((document as Catalog | undefined)?.nodes?.[id]?.columns ?? {});
    return columns.sort((a, b) => a.index - b.index).map(({ name, type }) => [name, type]);
  };
  const base = { step: '', subject: id };
  return compareColumns(base, columnsOf(theirs), columnsOf(ours), node, !isParquet(node)).differences.length === 0;
}

function isParquet({ config: { format, location } }: ManifestNode): boolean {
  return format === 'parquet' || (format === undefined && !/\.(csv|json)(\.\w+)?$/i.test(location ?? ''));
}

function read(project: string, name: string): Json | undefined {
  const file = join(project, 'target', name);
  if (!existsSync(file)) return undefined;
  const document = JSON.parse(readFileSync(file, 'utf8').replaceAll(project, '<project>')) as Record<string, Json>;
  const { metrics, results, saved_queries: queries, semantic_models: models } = document;
  // dbt takes files as the file system happens to list them, and lists are in the order of files.
  if (Array.isArray(metrics) && Array.isArray(models) && Array.isArray(queries))
    return { ...document, metrics: byName(metrics), semantic_models: byName(models), saved_queries: byName(queries) };
  if (!Array.isArray(results)) return document;
  return { ...document, results: Object.fromEntries(results.map((one) => [idOf(one), one])) };
}

function byName(list: readonly Json[]): Json {
  return Object.fromEntries(list.map((one) => [(one as { readonly name: string }).name, one]));
}

function idOf(result: Json): string {
  return String((result as { readonly unique_id: string }).unique_id);
}

function* walk(path: string, theirs: Json, ours: Json): Generator<Found> {
  if (isNested(theirs) && isNested(ours) && Array.isArray(theirs) === Array.isArray(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      const [one, other] = [theirs, ours].map((side) => (side as Readonly<Record<string, Json>>)[key]);
      const inner = path === '' ? key : `${path}.${key}`;
      if (one === undefined || other === undefined) yield { path: inner, theirs: one, ours: other };
      else if (isShuffled(inner)) yield* walk(inner, sourcesSorted(one), sourcesSorted(other));
      else if (/^group_map\.[^.]+$/.test(inner)) yield* walk(inner, sorted(one), sorted(other));
      else yield* walk(inner, one, other);
    }
  } else if (theirs !== ours) yield { path, theirs, ours };
}

/** The sources of a model: dbt's static parser gives them in the order of a Python set, another one in each process. */
function isShuffled(path: string): boolean {
  return /^nodes\.model\..*\.(sources|depends_on\.nodes)$/.test(path);
}

/** The members of a group, which dbt has in the order in which the file system lists files. */
function sorted(list: Json): Json {
  return Array.isArray(list) ? [...list].sort() : list;
}

/** A list with its sources in order, on the places that sources have in it. */
function sourcesSorted(list: Json): Json {
  if (!Array.isArray(list)) return list;
  const isSource = (one: Json): boolean => Array.isArray(one) || String(one).startsWith('source.');
  const sorted = list.filter(isSource).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return list.map((one) => (isSource(one) ? (sorted.shift() ?? one) : one));
}

function isNested(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === 'object' && value !== null;
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 200);
}
