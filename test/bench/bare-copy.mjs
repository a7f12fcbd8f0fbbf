// What DuckDB alone takes: `node bare-copy.mjs PLAN.json`. The plan is [{sql, file, view}, …] with an optional fsync; prints
// the milliseconds that the statements took. Plain JavaScript, so that nothing but node and DuckDB is measured.
import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const { database, steps, fsync } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(`attach ':memory:' as "${database}"`);
await connection.run(`use "${database}"`);
const started = performance.now();
for (const { sql, file, view } of steps) {
  await connection.run(`copy (${sql}) to '${file}' (format parquet)`);
  if (fsync) for (const path of [file, dirname(file)]) sync(path);
  if (view) await connection.run(`create view ${view} as select * from read_parquet('${file}')`);
}
process.stdout.write(JSON.stringify({ ms: performance.now() - started }));

function sync(path) {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
