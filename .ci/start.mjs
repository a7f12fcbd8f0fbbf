// `npm start`: builds the example lakehouse and asks its published catalog a question, from a fresh clone on.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, root, step } from './install.mjs';

await prepare();
const project = join(root, 'example-project');
step('eider build (in example-project)', process.execPath, [join(root, 'packages/cli/bin/eider.cjs'), 'build'], {
  cwd: project,
  env: { ...process.env, FLIGHTS_TARGET: 'dev' },
});

const catalog = join(project, 'catalog', 'dev.duckdb');
const questions = readFileSync(join(root, '.ci/start.sql'), 'utf8').split(/;\s*\n/);
console.log(`\n> ask ${catalog}`);
if (!existsSync(catalog)) throw new Error(`${catalog} was not published`);
// The engine owns the binding, so it is found from there.
const { DuckDBInstance } = createRequire(join(root, 'packages/engine/package.json'))('@duckdb/node-api');
const instance = await DuckDBInstance.create(catalog, { access_mode: 'READ_ONLY' });
const connection = await instance.connect();
for (const question of questions.filter((sql) => sql.trim() !== '')) {
  console.log(`\n${question.trim()}`);
  const reader = await connection.runAndReadAll(question);
  console.log(table([reader.columnNames(), ...reader.getRowsJson().map((row) => row.map(String))]));
}
connection.closeSync();
instance.closeSync();

/** Rows of text as columns, the first row as their heads. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((text, column) => text.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return [line(rows[0]), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.slice(1).map(line)].join('\n');
}
