import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findSpark } from './peers.ts';

/** One session of Spark with Delta Lake: `spark_peer.py`, a process that takes jobs in turn. */
export interface Spark {
  /** Statements in turn; throws what Spark says of the first that fails. */
  run(...sql: readonly string[]): Promise<void>;
  /** Makes an empty table in a folder, some of whose columns are generated: `identity`, or by an expression. */
  make(root: string, columns: readonly SparkColumn[]): Promise<void>;
  /** What a query gives, as a query of DuckDB over the Parquet file that Spark wrote. */
  rows(sql: string): Promise<string>;
  close(): Promise<void>;
}

export type SparkColumn = readonly [name: string, type: string, generation?: string];

/** Starts Spark, which keeps what it needs in `folder`. */
export function startSpark(folder: string): Spark {
  const { python, jars } = findSpark();
  const peer = spawn(python, [join(import.meta.dirname, 'spark_peer.py'), jars.join(','), folder], { cwd: folder });
  const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  let said = '';
  peer.stderr.on('data', (data) => (said = `${said}${data}`.slice(-4000)));
  const ended = new Promise<void>((resolve) => peer.on('close', () => resolve()));
  let results = 0;

  const ask = async (job: Readonly<Record<string, unknown>>): Promise<void> => {
    peer.stdin.write(`${JSON.stringify(job)}\n`);
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`Spark ended: ${said}`);
    const { error } = JSON.parse(value) as { readonly error?: string };
    if (error !== undefined) throw new Error(error);
  };
  return {
    run: (...sql) => ask({ sql }),
    make: (root, columns) =>
      ask({ table: root, columns: columns.map(([name, type, made]) => [name, type, made ?? null]) }),
    rows: async (sql) => {
      results += 1;
      const to = join(folder, `rows-${results}`);
      await ask({ rows: sql, to });
      return `FROM read_parquet('${to}/*.parquet')`;
    },
    close: async () => {
      peer.stdin.end();
      await ended;
    },
  };
}
