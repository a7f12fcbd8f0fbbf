import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import {
  type Change,
  commit,
  type Edit,
  type EditOptions,
  newMetadata,
  type OperatePorts,
  openSnapshot,
  operate,
  protocolFor,
  rangeOf,
  type Snapshot,
  stageEdit,
  type TablePorts,
} from '@eider/delta';
import { openStore, type Store } from '@eider/store';
import { duckComputePort } from '../../packages/engine/src/delta/compute-port.ts';
import { readFileFacts } from '../../packages/engine/src/delta/file-facts.ts';
import { duckParquetPort } from '../../packages/engine/src/delta/parquet-port.ts';
import { scanQuery } from '../../packages/engine/src/delta/scan-query.ts';
import { type WrittenDelta, writeDeltaFiles } from '../../packages/engine/src/delta/write-files.ts';
import { serialConnection } from '../../packages/engine/src/session/connection.ts';
import { isRemote, joinPlace } from '../../packages/engine/src/session/place.ts';
import type { Connection } from '../../packages/engine/src/session/session.ts';
import { openDuckdb } from './duckdb.ts';
import { testBucket } from './into-bucket.ts';

/** A Delta table of a test, and its newest version that the test made. */
export interface DeltaTable {
  readonly ports: TablePorts;
  readonly root: string;
  snapshot: Snapshot;
}

/** A DuckDB without extensions, in a time zone far from UTC, and tables that it writes into a folder; in a bucket where tests keep their lakes in one. */
export interface DeltaWorkshop {
  readonly instance: DuckDBInstance;
  readonly connection: Connection;
  make(
    sql: string,
    partitionBy?: readonly string[],
    configuration?: Readonly<Record<string, string>>,
  ): Promise<DeltaTable>;
  write(root: string, sql: string, partitionBy?: readonly string[]): Promise<WrittenDelta>;
  append(table: DeltaTable, sql: string, more?: Partial<Change>): Promise<void>;
  /** The query over the newest version in the log. */
  scan(table: Pick<DeltaTable, 'ports'>): Promise<string>;
  /** How many rows one query has and the other lacks, either way; all values compared as text. */
  differences(a: string, b: string): Promise<number>;
  close(): void;
}

/** What operations on a table need: its log, and DuckDB for its rows. */
export function operatePorts(
  { connection }: Pick<DeltaWorkshop, 'connection'>,
  { ports, root }: Pick<DeltaTable, 'ports' | 'root'>,
): OperatePorts {
  const compute = duckComputePort(connection, root, (location, start, length) =>
    rangeOf(ports.store, location, start, length),
  );
  return { ...ports, compute };
}

/** Edits the newest version of a table, which nobody else writes to. */
export async function commitEdit(
  at: Pick<DeltaWorkshop, 'connection'>,
  table: Pick<DeltaTable, 'ports' | 'root'>,
  edit: Edit,
  options: EditOptions,
): Promise<void> {
  const ports = operatePorts(at, table);
  const outcome = await operate(ports, (base) => stageEdit(ports, base, edit, options));
  if (outcome.kind !== 'committed') throw new Error(`an edit was not committed: ${outcome.kind}`);
}

export async function committedTo(ports: TablePorts, base: Snapshot | undefined, change: Change): Promise<Snapshot> {
  const outcome = await commit(ports, base, change);
  if (outcome.kind !== 'committed') throw new Error(`The commit was ${outcome.kind}.`);
  return outcome.snapshot;
}

function storeAt(root: string): Promise<Store> {
  const bucket = testBucket();
  if (bucket === undefined) return openStore(root);
  const access = { endpoint: `http://${bucket.endpoint}`, region: 'us-east-1', pathStyle: true };
  return openStore(root, { s3: () => ({ ...access, credentials: () => bucket.keys }) });
}

export async function deltaWorkshop(folder: string): Promise<DeltaWorkshop> {
  const instance = await openDuckdb(undefined, { errors_as_json: 'true', autoinstall_known_extensions: 'false' });
  const connection = serialConnection(await instance.connect());
  await connection.query("SET TimeZone = 'Asia/Kolkata'");
  const place = testBucket() === undefined ? folder : `s3://lake/${basename(folder)}`;
  let tables = 0;
  const write: DeltaWorkshop['write'] = async (root, sql, partitionBy = []) => {
    if (!isRemote(root)) await mkdir(root, { recursive: true });
    return await writeDeltaFiles({ connection, sql, root, partitionBy, prefix: 'txn', now: 1 });
  };
  return {
    instance,
    connection,
    write,
    make: async (sql, partitionBy = [], configuration = {}) => {
      tables += 1;
      const root = joinPlace(place, `table-${tables}`);
      const ports = { store: await storeAt(root), parquet: duckParquetPort(connection) };
      const { adds, schema } = await write(root, sql, partitionBy);
      const named = {
        id: `00000000-0000-4000-8000-${String(tables).padStart(12, '0')}`,
        schema,
        partitionColumns: partitionBy,
      };
      const change: Change = {
        operation: 'CREATE TABLE AS SELECT',
        reads: 'nothing',
        protocol: protocolFor(schema, configuration),
        metadata: newMetadata({ ...named, configuration, createdTime: 0 }),
        adds,
        checked: true,
      };
      return { ports, root, snapshot: await committedTo(ports, undefined, change) };
    },
    append: async (table, sql, more = {}) => {
      const { adds } = await write(table.root, sql, table.snapshot.metadata.partitionColumns);
      table.snapshot = await committedTo(table.ports, table.snapshot, {
        operation: 'WRITE',
        reads: 'nothing',
        adds,
        ...more,
      });
    },
    scan: async ({ ports }) => {
      const snapshot = await openSnapshot(ports);
      const facts = await readFileFacts(connection, snapshot, async (location, start, length) =>
        ports.store.getRange(location.slice(ports.store.root.length + 1), start, length),
      );
      return scanQuery(snapshot, facts);
    },
    differences: async (a, b) => {
      const text = (sql: string): string => `SELECT COLUMNS(*)::VARCHAR FROM (${sql})`;
      const { rows } = await connection.query(
        `SELECT count(*) FROM ((${text(a)} EXCEPT ALL ${text(b)}) UNION ALL (${text(b)} EXCEPT ALL ${text(a)}))`,
      );
      return Number(rows[0]?.[0]);
    },
    close: () => {
      connection.close();
      instance.closeSync();
    },
  };
}
