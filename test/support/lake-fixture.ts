import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { decodePath, newMetadata } from '@eider/delta';
import { newestSnapshot } from '../../packages/engine/src/delta/newest-snapshot.ts';
import { writeDeltaFiles } from '../../packages/engine/src/delta/write-files.ts';
import type { FilesGeneration, SqlGeneration } from '../../packages/engine/src/lake/generation.ts';
import type { Build, CommitResult, Lake, LakeOptions } from '../../packages/engine/src/lake/lake.ts';
import { openLake } from '../../packages/engine/src/lake/open-lake.ts';
import { openTableLogs } from '../../packages/engine/src/lake/table-logs.ts';
import { openSession } from '../../packages/engine/src/session/open-session.ts';
import { joinPlace } from '../../packages/engine/src/session/place.ts';
import type { Session } from '../../packages/engine/src/session/session.ts';
import { handTarget } from './hand-compiler.ts';

/** A lake in a temporary folder, with a DuckDB to write its files. */
export interface LakeFixture {
  readonly folder: string;
  readonly session: Session;
  readonly options: LakeOptions;
  /** Another view of the same state, as another process has it. */
  open(more?: Partial<LakeOptions>): Promise<Lake>;
  at(...parts: readonly string[]): string;
  close(): Promise<void>;
}

let count = 0;

/** `target`: what DuckDB needs beside, such as secrets of buckets. */
export async function lakeFixture(
  more: Partial<LakeOptions> = {},
  target: Partial<typeof handTarget> = {},
): Promise<LakeFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'eider-lake-'));
  const session = await openSession(
    { ...handTarget, path: ':memory:', raw: {}, ...target },
    { inMemory: true, folder },
  );
  const options: LakeOptions = {
    state: join(folder, 'root', '_eider', 'shop', 'dev-main'),
    project: 'shop',
    publishPath: join(folder, 'project', 'catalog', 'shop.duckdb'),
    livePath: null,
    internal: 'files',
    keep: { days: 7, builds: 3 },
    now: () => new Date(),
    randomId: () => (++count).toString(36).padStart(8, '0'),
    eiderVersion: '0.1.0',
    by: { user: 'ada', host: 'nas' },
    ...more,
  };
  return {
    folder,
    session,
    options,
    open: (changed = {}) => openLake({ ...options, ...changed }),
    at: (...parts) => join(folder, ...parts),
    close: async () => {
      await session.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface Written {
  readonly node: string;
  readonly sql: string;
  readonly location?: string | null;
  readonly origin?: FilesGeneration['origin'];
  readonly reads?: FilesGeneration['reads'];
  readonly schema?: string;
  readonly database?: string;
  /** Partitioned by a column: a folder of files. */
  readonly partitionBy?: string;
  /** Files of an older generation that stay. */
  readonly carried?: FilesGeneration;
  /** A Delta table at the location, with these properties. */
  readonly delta?: Readonly<Record<string, string>>;
  /** With one, a later build may take up what a killed one finished. */
  readonly fingerprint?: string;
  /** File type by column. */
  readonly casts?: Readonly<Record<string, string>>;
}

/** Writes a generation's file as a materialization does, and finishes it. */
export async function write(fixture: LakeFixture, build: Build, wanted: Written): Promise<FilesGeneration> {
  const { node, partitionBy, sql } = wanted;
  if (wanted.delta !== undefined) return await writeTable(fixture, build, wanted);
  const location = wanted.location ?? null;
  const folder = partitionBy !== undefined;
  const place = await build.newGeneration(node, location);
  const path = joinPlace(place.folder, folder ? place.id : `${place.id}.parquet`);
  const connection = await fixture.session.connect();
  const described = await connection.objects(`DESCRIBE ${sql}`);
  const casts = Object.entries(wanted.casts ?? {}).map(([name, type]) => `CAST("${name}" AS ${type}) AS "${name}"`);
  const source = casts.length > 0 ? `SELECT * REPLACE (${casts.join(', ')}) FROM (${sql})` : sql;
  const how = folder ? `, PARTITION_BY ("${partitionBy}"), WRITE_PARTITION_COLUMNS true` : '';
  const table = await connection.objects(`COPY (${source}) TO '${path}' (FORMAT parquet, RETURN_STATS${how})`);
  const files = table.map((row) => ({
    path: String(row.filename),
    name: folder ? String(row.filename).slice(path.length + 1) : basename(location ?? path),
    rows: Number(row.count),
    bytes: Number(row.file_size_bytes),
  }));
  const all = [...(wanted.carried?.files ?? []), ...files];
  const stored = await connection.objects(
    all.length === 0
      ? `DESCRIBE ${sql}`
      : `DESCRIBE SELECT * FROM read_parquet([${all.map((file) => `'${file.path}'`).join(', ')}])`,
  );
  connection.close();
  const columns = described.map((row) => {
    const [name, type] = [String(row.column_name), String(row.column_type)];
    const inFile = String(stored.find((each) => each.column_name === name)?.column_type ?? type);
    return { name, type, ...(inFile !== type && { fileType: inFile }) };
  });
  const generation: FilesGeneration = {
    kind: 'files',
    origin: wanted.origin ?? 'external',
    id: place.id,
    node,
    build: build.id,
    relation: {
      database: wanted.database ?? 'shop',
      schema: wanted.schema ?? 'main',
      identifier: node.split('.').at(-1) ?? node,
    },
    materialized: 'external',
    columns,
    reads: wanted.reads ?? {},
    rows: all.reduce((sum, file) => sum + file.rows, 0),
    bytes: all.reduce((sum, file) => sum + file.bytes, 0),
    createdAt: fixture.options.now().toISOString(),
    executionMs: 1,
    format: 'parquet',
    files: all,
    location,
    folder,
    reader: { name: 'read_parquet', options: {} },
    ...(wanted.fingerprint !== undefined && { fingerprint: wanted.fingerprint }),
  };
  await build.finish(generation);
  return generation;
}

/** As `write`, for a Delta table: its log names the files after the commit. */
async function writeTable(fixture: LakeFixture, build: Build, wanted: Written): Promise<FilesGeneration> {
  const { carried, delta = {}, node, partitionBy, sql } = wanted;
  const root = wanted.location ?? fixture.at('root', node);
  const logs = openTableLogs(fixture.options);
  const snapshot = await newestSnapshot(await logs.open(root));
  await logs.close();
  const { id } = await build.newTableGeneration(node, root);
  const partitions = partitionBy === undefined ? [] : [partitionBy];
  const connection = await fixture.session.connect();
  const now = fixture.options.now().getTime();
  const written = await writeDeltaFiles({ connection, sql, root, partitionBy: partitions, prefix: id, now });
  connection.close();
  const added = written.files.map(({ add, path, rows }) => ({
    ...{ path, rows, add },
    name: decodePath(add.path),
    bytes: add.size,
  }));
  const files = [...(carried?.files ?? []), ...added];
  const metadata = newMetadata({
    id: snapshot?.metadata.id ?? id,
    schema: written.schema,
    partitionColumns: partitions,
    configuration: delta,
    createdTime: now,
  });
  const generation: FilesGeneration = {
    ...{ kind: 'files', origin: 'external', id, node, build: build.id, materialized: 'external' },
    relation: { database: 'shop', schema: wanted.schema ?? 'main', identifier: node.split('.').at(-1) ?? node },
    columns: written.columns.map(({ name, type }) => ({ name, type })),
    reads: {},
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    createdAt: fixture.options.now().toISOString(),
    executionMs: 1,
    ...{ format: 'parquet', files, location: root, folder: true },
    reader: { name: 'read_parquet', options: { union_by_name: 'True', hive_partitioning: 'false' } },
    delta: {
      read: snapshot?.version ?? null,
      metadata,
      operation: 'WRITE',
      parameters: {},
      reads: carried === undefined ? 'everything' : 'nothing',
    },
    ...(wanted.fingerprint !== undefined && { fingerprint: wanted.fingerprint }),
  };
  await build.finish(generation);
  return generation;
}

/** A view that is published as SQL. */
export async function writeView(
  build: Build,
  view: Pick<SqlGeneration, 'node' | 'sql' | 'uses' | 'columns'> & { readonly reads?: SqlGeneration['reads'] },
): Promise<SqlGeneration> {
  const place = await build.newGeneration(view.node, null);
  const generation: SqlGeneration = {
    kind: 'sql',
    origin: 'view',
    id: place.id,
    build: build.id,
    relation: { database: 'shop', schema: 'main', identifier: view.node.split('.').at(-1) ?? view.node },
    materialized: 'view',
    rows: null,
    bytes: 0,
    createdAt: new Date().toISOString(),
    executionMs: 1,
    reads: {},
    ...view,
  };
  await build.finish(generation);
  return generation;
}

/** Commits generations as passed, with the nodes that are named as the whole project. */
export async function commit(
  fixture: LakeFixture,
  build: Build,
  generations: readonly (FilesGeneration | SqlGeneration)[],
  more: Partial<Parameters<Build['commit']>[0]> & {
    readonly parents?: Readonly<Record<string, readonly string[]>>;
  } = {},
): Promise<CommitResult> {
  const { parents = {}, ...rest } = more;
  const known = new Set([...generations.map(({ node }) => node), ...Object.keys(parents)]);
  const nodes = Object.fromEntries(
    [...known].map((id) => [
      id,
      {
        id,
        resourceType: 'model',
        materialized: generations.find(({ node }) => node === id)?.materialized ?? 'external',
        description: `about ${id}`,
        columnDescriptions: { a: 'the first' },
        parents: parents[id] ?? [],
        path: `models/${id}.sql`,
        tags: ['t'],
      },
    ]),
  );
  const publish = Object.fromEntries(
    generations.map((generation) => [generation.node, { generation, tests: 'passed' as const }]),
  );
  return await build.commit({
    session: fixture.session,
    publish,
    withheld: {},
    tests: [],
    counts: { pass: generations.length },
    nodes,
    dropMissing: false,
    ...rest,
  });
}

/** One whole build: writes and commits what is wanted, and ends. */
export async function buildOf(
  fixture: LakeFixture,
  lake: Lake,
  wanted: readonly Written[],
  more: Parameters<typeof commit>[3] = {},
): Promise<CommitResult> {
  const build = await lake.begin('build');
  try {
    const generations: FilesGeneration[] = [];
    for (const each of wanted) generations.push(await write(fixture, build, each));
    return await commit(fixture, build, generations, more);
  } finally {
    await build.end();
  }
}
