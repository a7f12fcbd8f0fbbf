import { EiderError, error } from '../diagnostics.ts';

/** A record of somebody's manifest.json: fields are looked at one by one, for any version may have written it. */
export type StateRecord = Readonly<Record<string, unknown>>;

/** The manifest.json of an earlier run, made by eider or by dbt. */
export interface PreviousManifest {
  /** All that can be selected, by unique id: nodes, sources, exposures, metrics, semantic models, saved queries, unit tests, functions. */
  readonly nodes: Readonly<Record<string, StateRecord>>;
  readonly macros: Readonly<Record<string, StateRecord>>;
}

/** What the artifacts of an earlier run tell (dbt's `--state`). Each is null where there is no such file. */
export interface PreviousState {
  /** The folder, as it was named. */
  readonly folder: string;
  readonly manifest: PreviousManifest | null;
  /** Pairs of unique id and status, from run_results.json. */
  readonly results: readonly (readonly [id: string, status: string])[] | null;
  /** The time of the newest rows of each source that could be asked, from sources.json: by unique id, ISO 8601. */
  readonly sources: ReadonlyMap<string, string> | null;
  /** The same from the target folder: what is true now. */
  readonly sourcesNow: ReadonlyMap<string, string> | null;
}

/** The texts of the files that `readPreviousState` takes; null for one that is not there. */
export interface StateTexts {
  readonly folder: string;
  readonly manifest: string | null;
  readonly runResults: string | null;
  readonly sources: string | null;
  readonly sourcesNow: string | null;
}

/** Reads the artifacts of an earlier run. Throws EiderError `select/no-state` for a file that is none, or of a schema that is not known. */
export function readPreviousState({ folder, manifest, runResults, sources, sourcesNow }: StateTexts): PreviousState {
  const read = <T>(text: string | null, name: string, versions: RegExp, use: (data: StateRecord) => T): T | null =>
    text === null ? null : use(parse(text, `${folder}/${name}`, versions));
  return {
    folder,
    manifest: read(manifest, 'manifest.json', /\/manifest\/v(?:[4-9]|1[012])\.json$/, previousManifest),
    results: read(runResults, 'run_results.json', /\/run-results\/v[456]\.json$/, (data) =>
      records(data.results).map(({ status, unique_id: id }) => [String(id), String(status)] as const),
    ),
    sources: read(sources, 'sources.json', sourcesVersion, newestRows),
    sourcesNow: read(sourcesNow, 'sources.json', sourcesVersion, newestRows),
  };
}

const sourcesVersion = /\/sources\/v[123]\.json$/;

/** The parts of manifest.json that hold what can be selected. */
const parts = [
  ...['nodes', 'sources', 'exposures', 'metrics', 'semantic_models', 'saved_queries', 'unit_tests', 'functions'],
] as const;

function previousManifest(data: StateRecord): PreviousManifest {
  // dbt compares no metrics of before 1.6, when they were other things.
  const kept = /\/v[4-9]\.json$/.test(schemaOf(data) ?? '') ? parts.filter((part) => part !== 'metrics') : parts;
  const all = Object.assign({}, ...kept.map((part) => recordsById(data[part]))) as PreviousManifest['nodes'];
  return {
    nodes: Object.fromEntries(Object.entries(all).map(([id, record]) => [id, asOfNow(record)])),
    macros: recordsById(data.macros),
  };
}

/** What the config of a semantic model is where nothing is written. */
const plainConfig = { enabled: true, group: null, meta: {} };

/** A record of an older dbt as one of 1.11: SQL had another name before 1.3, models had no access before 1.5, semantic models hardly a config before 1.7. */
function asOfNow(record: StateRecord): StateRecord {
  const { raw_sql: rawSql, ...others } = record;
  return {
    ...(rawSql !== undefined && { raw_code: rawSql }),
    ...(record.resource_type === 'model' && { access: 'protected' }),
    ...others,
    ...(record.resource_type === 'semantic_model' && { config: { ...plainConfig, ...Object(record.config) } }),
  };
}

function newestRows(data: StateRecord): ReadonlyMap<string, string> {
  const known = records(data.results).flatMap(({ max_loaded_at: at, unique_id: id }) =>
    typeof at === 'string' ? [[String(id), at] as const] : [],
  );
  return new Map(known);
}

function parse(text: string, path: string, versions: RegExp): StateRecord {
  const data = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  })();
  const version = isRecord(data) ? schemaOf(data) : undefined;
  if (isRecord(data) && version !== undefined && versions.test(version)) return data;
  const message =
    version !== undefined
      ? `${path} was written in the schema ${version}, which is not known here.`
      : `${path} is no artifact of a run.`;
  const hint = 'Make the artifacts again with eider or with dbt 1.0 or newer, and name their folder with --state.';
  throw new EiderError([error('select/no-state', message, { hint })]);
}

function schemaOf({ metadata }: StateRecord): string | undefined {
  const version = isRecord(metadata) ? metadata.dbt_schema_version : undefined;
  return typeof version === 'string' ? version : undefined;
}

function records(value: unknown): readonly StateRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function recordsById(value: unknown): Readonly<Record<string, StateRecord>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, StateRecord] => isRecord(entry[1])),
  );
}

function isRecord(value: unknown): value is StateRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
