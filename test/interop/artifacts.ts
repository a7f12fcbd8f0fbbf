import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the comparison needs of a node in `target/manifest.json`. */
export interface ManifestNode {
  readonly resource_type: string;
  readonly schema: string;
  readonly alias: string;
  readonly config: {
    readonly materialized?: string;
    readonly format?: string;
    readonly location?: string;
    readonly options?: Readonly<Record<string, unknown>>;
  };
  readonly depends_on: { readonly nodes?: readonly string[] };
}

/** What came of a node in `target/run_results.json`. */
export interface NodeOutcome {
  readonly status: string;
  readonly failures: number | null;
  /** The drawn difference of a unit test that failed: dbt's to the letter. Null elsewhere. */
  readonly difference: string | null;
}

function readJson<T>(file: string): T {
  if (!existsSync(file)) throw new Error(`${file} was not written`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** The nodes of the manifest by unique id. */
export function readManifestNodes(project: string): ReadonlyMap<string, ManifestNode> {
  const manifest = readJson<{ nodes: Record<string, ManifestNode> }>(join(project, 'target/manifest.json'));
  return new Map(Object.entries(manifest.nodes));
}

/** Outcomes by unique id; hooks, which dbt counts as operations, are left out. */
export function readOutcomes(project: string): ReadonlyMap<string, NodeOutcome> {
  interface Result extends NodeOutcome {
    readonly unique_id: string;
    readonly message: string | null;
  }
  const { results } = readJson<{ results: readonly Result[] }>(join(project, 'target/run_results.json'));
  const nodes = results.filter((r) => !r.unique_id.startsWith('operation.'));
  return new Map([
    ...sourceOutcomes(project),
    ...nodes.map((r): [string, NodeOutcome] => [
      r.unique_id,
      {
        status: r.status,
        failures: r.failures,
        difference: r.unique_id.startsWith('unit_test.') && r.status === 'fail' ? r.message : null,
      },
    ]),
  ]);
}

/** What `source freshness` last said, if it ran, with the thresholds that it said it by. */
function sourceOutcomes(project: string): readonly [string, NodeOutcome][] {
  const file = join(project, 'target/sources.json');
  if (!existsSync(file)) return [];
  interface Result {
    readonly unique_id: string;
    readonly status: string;
    readonly criteria: unknown;
  }
  const { results } = readJson<{ results: readonly Result[] }>(file);
  return results.map(({ criteria, status, unique_id: id }) => [
    id,
    { status, failures: null, difference: ` by ${JSON.stringify(criteria)}` },
  ]);
}

/** Compiled SQL by path under `target/compiled`, runs of white space as one space and none beside brackets and commas, without the project's folder. */
export function readCompiled(project: string): ReadonlyMap<string, string> {
  const folder = join(project, 'target/compiled');
  if (!existsSync(folder)) return new Map();
  const inputs = namesOfInputs(project);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.sql') && !inputs.has(/\.ya?ml\/([^/]+)\.sql$/.exec(path)?.[1] ?? ''),
  );
  return new Map(
    files.map((path) => [path, plainSql(readFileSync(join(folder, path), 'utf8').replaceAll(project, '<project>'))]),
  );
}

/** What unit tests may take as inputs. Beside their property file dbt leaves an input's rows too, those of the test that happened to be the last. */
function namesOfInputs(project: string): ReadonlySet<string> {
  type Named = Record<string, { readonly name: string; readonly resource_type: string }>;
  const { nodes, sources } = readJson<{ nodes: Named; sources: Named }>(join(project, 'target/manifest.json'));
  const all = [...Object.values(nodes), ...Object.values(sources)];
  return new Set(all.filter((node) => node.resource_type !== 'test').map(({ name }) => name));
}

/** SQL with runs of white space as one space, and none beside brackets, commas and casts. */
export function plainSql(sql: string): string {
  return sql
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?(::|[(),]) ?/g, '$1')
    .trim();
}
