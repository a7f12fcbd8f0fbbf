import { join } from 'node:path';
import { openSnapshot, type ReadRange, rangeOf, type Snapshot, type TablePorts } from '@eider/delta';
import { createLocalStore } from '@eider/store';
import { expect } from 'vitest';
import { readFileFacts } from '../../packages/engine/src/delta/file-facts.ts';
import { duckParquetPort } from '../../packages/engine/src/delta/parquet-port.ts';
import { scanQuery } from '../../packages/engine/src/delta/scan-query.ts';
import { serialConnection } from '../../packages/engine/src/session/connection.ts';
import type { Connection } from '../../packages/engine/src/session/session.ts';
import { openDuckdb } from './duckdb.ts';
import { runInProcess } from './in-process.ts';
import { type SmallProject, smallProject } from './small-project.ts';
import { removeFolder } from './temporary-project.ts';

/** A project whose models are Delta tables, and what readers see of them. */
export interface DeltaProject extends SmallProject {
  readonly connection: Connection;
  /** What a command tells that has to succeed. */
  done(...parameters: readonly string[]): Promise<string>;
  /** What a command tells that has to fail. */
  tried(...parameters: readonly string[]): Promise<string>;
  /** A build with `var('day')`. */
  build(day: number, ...more: readonly string[]): Promise<string>;
  rootOf(name: string): string;
  portsOf(name: string): TablePorts;
  readRange(name: string): ReadRange;
  newest(name: string): Promise<Snapshot>;
  rowsOf(sql: string): Promise<readonly string[]>;
  /** The rows of a model that its table's log and the published catalog both show, as sorted texts. */
  both(name: string): Promise<readonly string[]>;
  close(): void;
}

export async function deltaProject(name: string, target = 'threads: 2'): Promise<DeltaProject> {
  const project = smallProject(name, { models: {}, target });
  const instance = await openDuckdb();
  const connection = serialConnection(await instance.connect());
  const run = (parameters: readonly string[]) =>
    runInProcess([...parameters, '--profiles-dir', project.folder], { cwd: project.folder });
  const done: DeltaProject['done'] = async (...parameters) => {
    const ran = await run(parameters);
    expect([ran.code, ran.code === 0 ? '' : ran.out + ran.err]).toEqual([0, '']);
    return ran.out;
  };
  const tried: DeltaProject['tried'] = async (...parameters) => {
    const ran = await run(parameters);
    expect(ran.code).toBeGreaterThan(0);
    return ran.out + ran.err;
  };
  const rootOf = (table: string): string => join(project.folder, 'lake', table);
  const portsOf = (table: string): TablePorts => ({
    store: createLocalStore(rootOf(table)),
    parquet: duckParquetPort(connection),
  });
  const readRange =
    (table: string): ReadRange =>
    (location, start, length) =>
      rangeOf(portsOf(table).store, location, start, length);
  const newest = (table: string): Promise<Snapshot> => openSnapshot(portsOf(table));
  const rowsOf = async (sql: string): Promise<readonly string[]> =>
    (await connection.query(sql)).rows.map((row) => row.map(String).join(' ')).sort();
  return {
    ...{ ...project, connection, done, tried, rootOf, portsOf, readRange, newest, rowsOf },
    build: (day, ...more) => done('build', '--vars', `{day: ${day}}`, ...more),
    both: async (table) => {
      const snapshot = await newest(table);
      const inLog = await rowsOf(scanQuery(snapshot, await readFileFacts(connection, snapshot, readRange(table))));
      await connection.query(`ATTACH '${join(project.folder, 'catalog/dev.duckdb')}' AS shown (READ_ONLY)`);
      try {
        expect(await rowsOf(`FROM shown.main."${table}"`)).toEqual(inLog);
      } finally {
        await connection.query('DETACH shown');
      }
      return inLog;
    },
    close: () => {
      connection.close();
      instance.closeSync();
      removeFolder(project.folder);
    },
  };
}
