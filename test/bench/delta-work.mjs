import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { appendEdit, openSnapshot, operate, rangeOf, stageEdit, upsertEdit } from '../../packages/delta/dist/index.js';
import { duckComputePort } from '../../packages/engine/dist/delta/compute-port.js';
import { duckParquetPort } from '../../packages/engine/dist/delta/parquet-port.js';
import { serialConnection } from '../../packages/engine/dist/session/connection.js';
import { createLocalStore } from '../../packages/store/dist/index.js';

// One job of the bench of Delta tables: FOLDER JOB [WORD]. Prints what the work took, in milliseconds, without the start of the process. Plain JavaScript on the built packages,
// as a user runs them: what compiles TypeScript holds as much memory as the work.

const [folder = '', job = '', word = ''] = process.argv.slice(2);
const columns = ['id', 'day', 'at', 'amount', 'kind', 'low', 'high', 'share'];
const rowsOf = (ids) =>
  `SELECT id, (id % 365)::INTEGER AS day, TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(id) AS at, (id % 100000)::DECIMAL(12,2) / 4 AS amount, (id % 17)::INTEGER AS kind, 'low ' || (id % 20) AS low, md5(id::VARCHAR) AS high, id / 7.0::DOUBLE AS share FROM (${ids})`;

async function timed(work) {
  // What was written before is none of the work's.
  execFileSync('sync');
  const before = process.cpuUsage();
  const since = performance.now();
  await work();
  const { system, user } = process.cpuUsage(before);
  process.stdout.write(JSON.stringify({ wall: performance.now() - since, cpu: (system + user) / 1000 }));
}

function writeLog(count) {
  const log = join(folder, 'log', '_delta_log');
  mkdirSync(log, { recursive: true });
  const schemaString = '{"type":"struct","fields":[{"name":"n","type":"long","nullable":true,"metadata":{}}]}';
  for (let version = 0; version < count; version += 1) {
    const info = {
      timestamp: 1.7e12 + version,
      operation: 'WRITE',
      operationParameters: { mode: 'Append' },
      isBlindAppend: true,
      txnId: 'x'.repeat(36),
    };
    const stats = JSON.stringify({
      numRecords: 10,
      minValues: { n: version },
      maxValues: { n: version },
      nullCount: { n: 0 },
    });
    const add = {
      path: `part-${version}-0123456789abcdef.parquet`,
      partitionValues: {},
      size: 12_345,
      modificationTime: 1,
      dataChange: true,
      stats,
    };
    const first = [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      {
        metaData: {
          id: 'a',
          format: { provider: 'parquet', options: {} },
          schemaString,
          partitionColumns: [],
          configuration: {},
          createdTime: 0,
        },
      },
    ];
    const actions = [{ commitInfo: info }, ...(version === 0 ? first : [{ add }])];
    writeFileSync(
      join(log, `${String(version).padStart(20, '0')}.json`),
      actions.map((action) => `${JSON.stringify(action)}\n`).join(''),
    );
  }
}

async function openTable(name) {
  const root = join(folder, name);
  const store = createLocalStore(root);
  const connection = serialConnection(await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect());
  const compute = duckComputePort(connection, root, (location, start, length) =>
    rangeOf(store, location, start, length),
  );
  return { connection, ports: { store, parquet: duckParquetPort(connection), compute } };
}

/** Files of 625,000 rows, clustered by id: what merges go into. Sixteen, or ninety-six. */
async function mergeTable(kind) {
  const kept = join(folder, { large: 'kept-large', marked: 'kept-marked' }[kind] ?? 'kept');
  const configuration = kind === 'marked' ? { 'delta.enableDeletionVectors': 'true' } : {};
  if (!existsSync(kept)) {
    const { ports } = await openTable(kept.slice(folder.length + 1));
    for (let file = 0; file < (kind === 'large' ? 96 : 16); file += 1) {
      const ids = `SELECT range AS id FROM range(${file * 625_000}, ${(file + 1) * 625_000})`;
      const create = { configuration };
      await operate(ports, (base) => stageEdit(ports, base, appendEdit(rowsOf(ids)), { operation: 'WRITE', create }));
    }
  }
  rmSync(join(folder, 'merged'), { recursive: true, force: true });
  cpSync(kept, join(folder, 'merged'), { recursive: true });
}

if (job === 'log') writeLog(Number(word));
else if (job === 'replay') {
  const { ports } = await openTable('log');
  await timed(() => openSnapshot(ports));
} else if (job === 'merge') {
  await mergeTable(word);
  const { connection, ports } = await openTable('merged');
  const keys = word === 'near' ? 'range + 1000000' : 'range * 100';
  const ids = `SELECT ${keys} AS id FROM range(${word === 'large' ? 600_000 : 100_000})`;
  await connection.query(`CREATE TABLE given AS ${rowsOf(ids)}`);
  const edit = upsertEdit('FROM given', ['id'], columns, (name) => `"${name}"`);
  await timed(() => operate(ports, (base) => stageEdit(ports, base, edit, { operation: 'MERGE' })));
} else {
  rmSync(join(folder, 'ours'), { recursive: true, force: true });
  const { connection, ports } = await openTable('ours');
  await connection.query(`CREATE TABLE given AS ${rowsOf(`SELECT range AS id FROM range(${word})`)}`);
  if (job === 'copy')
    await timed(() =>
      connection.query(
        `COPY given TO '${join(folder, 'copy')}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
      ),
    );
  else
    await timed(() =>
      operate(ports, (base) => stageEdit(ports, base, appendEdit('FROM given'), { operation: 'WRITE' })),
    );
  await connection.query(`COPY given TO '${join(folder, 'given.parquet')}' (FORMAT parquet)`);
}
