import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Times, ids and versions: by the last key of a field's path. */
const masked = new Set([
  ...['created_at', 'generated_at', 'invocation_id', 'invocation_started_at', 'run_started_at', 'user_id'],
  ...['started_at', 'completed_at', 'execution_time', 'elapsed_time', 'thread_id', 'timing', 'dbt_version'],
  ...['max_loaded_at', 'snapshotted_at', 'max_loaded_at_time_ago_in_s'],
]);

/** What differs for a reason, each with the reason. The path begins behind the artifact's name. */
const deliberate: readonly (readonly [artifact: string, path: RegExp, why: string])[] = [
  ['manifest.json', /^macros\.macro\.(dbt|dbt_duckdb)\./, 'the macro library is written anew'],
  ['manifest.json', /^docs\.doc\.dbt\.__overview__\.block_contents$/, 'the text is our own'],
  ['manifest.json', /\.(config|unrendered_config)\.options\b/, 'dbt-duckdb writes what COPY was given into the config'],
  [
    'manifest.json',
    /^(nodes\.test|functions)\..*\.depends_on\.macros\b/,
    'dbt adds the macros that run while a test does, or a function is made',
  ],
  [
    'manifest.json',
    /^(nodes|disabled|parent_map|child_map)\.test\..*/,
    'dbt keeps tests upon what is disabled among the nodes',
  ],
  [
    'manifest.json',
    /^nodes\.model\.python_models\..*\.depends_on\.macros\.0$/,
    "dbt's text around Python models is a macro",
  ],
  [
    'manifest.json',
    /config\.(config|meta)_keys_(used|defaults)\b/,
    'what a Python model asks of its config is known when it runs',
  ],
  ['manifest.json', /\.constraints\.\d+\.to$/, 'dbt puts the relation there once the node is compiled'],
  ['manifest.json', /\.(compiled_code|sql)$/, 'compared as compiled files, white space aside'],
  ['manifest.json', /^(nodes\.(seed|model)|functions)\..*\.build_path$/, 'a generation is no statement to look up'],
  ['manifest.json', /^nodes\.operation\..*\.(index|compiled_path)$/, 'dbt counts hooks anew when they run'],
  ['run_results.json', /^args\b/, 'the flags of another program'],
  ['run_results.json', /\.(message|adapter_response|compiled_code|relation_name)\b/, 'told in statuses; our words'],
  ['catalog.json', /\.columns\..*\.(type|index)$/, 'deliberate differences 1 to 3 of the list'],
];

/** Compares what a step left in the two target folders, field by field; `known` counts what differs for a listed reason. */
export function compareArtifacts(
  dbt: string,
  eider: string,
): { readonly compared: number; readonly differences: readonly FieldDifference[]; readonly known: number } {
  const differences: FieldDifference[] = [];
  let [compared, known] = [0, 0];
  for (const name of artifacts) {
    const [theirs, ours] = [dbt, eider].map((folder) => read(folder, name));
    if (theirs === undefined) continue;
    compared += 1;
    for (const one of walk('', theirs, ours ?? 'absent')) {
      const path = one.field;
      if (isMasked(path)) continue;
      if (deliberate.some(([artifact, pattern]) => artifact === name && pattern.test(path))) known += 1;
      else differences.push({ ...one, field: `${name} ${path}` });
    }
  }
  return { compared, differences, known };
}

function isMasked(path: string): boolean {
  return path.split('.').some((key) => masked.has(key));
}

function read(project: string, name: string): Json | undefined {
  const file = join(project, 'target', name);
  if (!existsSync(file)) return undefined;
  const document = JSON.parse(readFileSync(file, 'utf8').replaceAll(project, '<project>')) as Record<string, Json>;
  const { results } = document;
  if (!Array.isArray(results)) return document;
  return { ...document, results: Object.fromEntries(results.map((one) => [idOf(one), one])) };
}

function idOf(result: Json): string {
  return String((result as { readonly unique_id: string }).unique_id);
}

function* walk(path: string, theirs: Json, ours: Json): Generator<FieldDifference> {
  if (isNested(theirs) && isNested(ours) && Array.isArray(theirs) === Array.isArray(ours)) {
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
      const [one, other] = [theirs, ours].map((side) => (side as Readonly<Record<string, Json>>)[key]);
      const inner = path === '' ? key : `${path}.${key}`;
      if (one === undefined || other === undefined) yield { field: inner, dbt: shown(one), eider: shown(other) };
      else yield* walk(inner, one, other);
    }
  } else if (theirs !== ours) yield { field: path, dbt: shown(theirs), eider: shown(ours) };
}

function isNested(value: Json): value is Exclude<Json, null | boolean | number | string> {
  return typeof value === 'object' && value !== null;
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value).slice(0, 200);
}
