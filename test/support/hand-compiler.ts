import { join } from 'node:path';
import type { CompiledNode, Compiler, DatabasePort, Layout, Manifest, ManifestNode, Place, Target } from '@eider/core';

/** A node of a hand-made project. `sql` writes refs as `{{ name }}` and `{{ this }}`. */
export interface HandNode {
  readonly sql?: string;
  readonly type?: 'model' | 'seed' | 'test';
  readonly materialized?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly layout?: Partial<Layout>;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly database?: string;
  readonly schema?: string;
  readonly alias?: string;
  /** What the project's own materialization does with the node, whose relation is named. */
  readonly macro?: (port: DatabasePort, relation: string, sql: string) => Promise<void>;
}

export interface HandProject {
  readonly root: string;
  readonly nodes: Readonly<Record<string, HandNode>>;
  readonly target?: Partial<Target>;
  readonly onRunStart?: readonly string[];
  readonly onRunEnd?: readonly string[];
}

/** The profile target of hand-made projects. */
export const handTarget: Target = {
  profileName: 'shop',
  targetName: 'dev',
  type: 'duckdb',
  path: 'shop.duckdb',
  database: 'shop',
  schema: 'main',
  threads: 2,
  externalRoot: '.',
  extensions: [],
  settings: {},
  configOptions: {},
  secrets: [],
  attach: [],
  plugins: [],
  publish: { policy: 'good', requireTests: false, require: [], schemaChange: 'warn', keep: { days: 7, builds: 3 } },
  raw: { external_root: 'lake' },
};

/** A compiler of a project made by hand: enough of one to run the engine without reading files or rendering Jinja. */
export function handCompiler(hand: HandProject): Compiler {
  const ids = new Map(Object.entries(hand.nodes).map(([name, node]) => [name, `${node.type ?? 'model'}.shop.${name}`]));
  const nodes = Object.fromEntries(
    Object.entries(hand.nodes).map(([name, node]) => [ids.get(name), manifestNode(name, node, ids)]),
  );
  const manifest = { nodes, sources: {} } as unknown as Manifest;
  const relation = (
    name: string,
    text: (of: { database: string; schema: string; identifier: string }) => string,
  ): string => {
    const node = nodes[ids.get(name) ?? ''];
    if (node?.config.materialized === 'ephemeral') return `(${render(name, text)})`;
    return text({ database: node?.database ?? '?', schema: node?.schema ?? '?', identifier: node?.alias ?? name });
  };
  const render = (name: string, text: Parameters<typeof relation>[1]): string =>
    (hand.nodes[name]?.sql ?? '').replace(/\{\{ (\w+) \}\}/g, (_, ref: string) =>
      relation(ref === 'this' ? name : ref, text),
    );
  const project = {
    root: hand.root,
    name: 'shop',
    target: { ...handTarget, ...hand.target },
    dbtProjectPlace: { file: 'dbt_project.yml', line: 1, column: 1 },
    packages: [{ name: 'shop', onRunStart: hand.onRunStart ?? [], onRunEnd: hand.onRunEnd ?? [] }],
  } as unknown as Compiler['project'];
  const placeIn = (compiled: CompiledNode, offset: number): Place => {
    const before = compiled.sql.slice(0, offset).split('\n');
    return {
      file: nodes[compiled.id]?.original_file_path ?? '',
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
    };
  };
  return {
    project,
    manifest,
    graph: handGraph(nodes),
    compile: async (id, _, options) => {
      const sql = render(nodes[id]?.name ?? '', options?.relationText ?? quoted);
      return { id, sql, segments: [], diagnostics: [] } satisfies CompiledNode;
    },
    compileInline: async (sql) => ({ id: 'inline_query', sql, segments: [], diagnostics: [], refs: [] }),
    freshness: () => Promise.reject(new Error('no source here')),
    unitTestInputs: () => [],
    unitTestQuery: async ({ sql }) => sql,
    render: async (_, text) => text,
    call: async () => undefined,
    select: () => undefined,
    defer: () => undefined,
    deferredRelation: async () => undefined,
    materialization: (id) => {
      const { macro, materialized = '' } = hand.nodes[nodes[id]?.name ?? ''] ?? {};
      if (macro === undefined) return null;
      return { name: materialized, isOwn: true, isMacro: true, languages: ['sql'], calls: [], place: undefined };
    },
    materialize: async (id, port) => {
      const name = nodes[id]?.name ?? '';
      await hand.nodes[name]?.macro?.(port, relation(name, quoted), render(name, quoted));
      return { relations: [], message: 'OK', response: { _message: 'OK' }, table: { columns: [], rows: [] } };
    },
    layout: async (id) => layoutOf(hand, nodes[id]?.name ?? ''),
    trace: async (compiled, offset) => [{ place: placeIn(compiled, offset), name: compiled.id }],
    placeOf: (id) => ({ file: nodes[id]?.original_file_path ?? '', line: 1, column: 1 }),
    locate: placeIn,
    gaps: async () => [],
  };
}

function quoted({
  database,
  identifier,
  schema,
}: {
  database: string | null;
  schema: string | null;
  identifier: string;
}): string {
  return `"${database}"."${schema}"."${identifier}"`;
}

function layoutOf(hand: HandProject, name: string): Layout {
  const own = hand.nodes[name]?.layout ?? {};
  const format = own.format ?? 'parquet';
  const folder = own.folder ?? ((own.partitionBy ?? []).length > 0 || own.perThreadOutput === true);
  return {
    location: join(hand.root, 'lake', folder ? name : `${name}.${format}`),
    format,
    copyOptions: format === 'csv' ? { header: '1' } : {},
    partitionBy: [],
    perThreadOutput: false,
    folder,
    mode: 'replace',
    readOptions: format === 'parquet' ? { union_by_name: 'False' } : { auto_detect: 'True' },
    ...own,
  };
}

function manifestNode(name: string, node: HandNode, ids: ReadonlyMap<string, string>): ManifestNode {
  const type = node.type ?? 'model';
  const refs = [...(node.sql ?? '').matchAll(/\{\{ (\w+) \}\}/g)]
    .map((match) => match[1] ?? '')
    .filter((ref) => ref !== 'this');
  const materialized = node.materialized ?? (type === 'model' ? 'external' : type);
  return {
    unique_id: ids.get(name),
    resource_type: type,
    name,
    package_name: 'shop',
    original_file_path: type === 'seed' ? `seeds/${name}.csv` : `models/${name}.sql`,
    checksum: { name: 'sha256', checksum: '' },
    alias: node.alias ?? name,
    database: node.database ?? 'shop',
    schema: node.schema ?? (type === 'test' ? 'main_dbt_test__audit' : 'main'),
    config: { materialized, 'pre-hook': [], 'post-hook': [], ...node.config },
    description: node.description ?? '',
    columns: {},
    contract: { enforced: false },
    tags: node.tags ?? [],
    relation_name: type === 'test' || materialized === 'ephemeral' ? null : `"shop"."main"."${name}"`,
    raw_code: node.sql ?? '',
    language: 'sql',
    root_path: null,
    depends_on: { macros: [], nodes: [...new Set(refs)].map((ref) => ids.get(ref)) },
  } as unknown as ManifestNode;
}

function handGraph(nodes: Readonly<Record<string, ManifestNode>>): Compiler['graph'] {
  const ids = Object.keys(nodes);
  const parents = (id: string): readonly string[] => nodes[id]?.depends_on.nodes ?? [];
  const children = (id: string): readonly string[] => ids.filter((each) => parents(each).includes(id));
  const reach = (next: (id: string) => readonly string[]) => (id: string) => {
    const found = new Set<string>();
    const visit = (of: string): void => {
      for (const each of next(of)) {
        if (found.has(each)) continue;
        found.add(each);
        visit(each);
      }
    };
    visit(id);
    return found;
  };
  return { ids, parents, children, ancestors: reach(parents), descendants: reach(children), order: () => ids };
}
