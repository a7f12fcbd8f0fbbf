import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, describe, expect, test } from 'vitest';
import { generateProject } from '../bench/generate-project.ts';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { namesIn } from '../support/into-bucket.ts';
import { NumberLake, propertiesFile } from '../support/number-lake.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { startWatch, type WatchProcess } from '../support/watch-process.ts';

/** A query that runs for minutes, and ends when it is told to. */
const endless = 'select 1 as id, count(*)::int as v from range(400000) a, range(400000) b\n';

let watch: WatchProcess | undefined;
const folders: string[] = [];

afterEach(async () => {
  await watch?.end('SIGKILL');
  watch = undefined;
  for (const folder of folders.splice(0)) removeFolder(folder);
});

async function watching(lake: NumberLake, ...parameters: readonly string[]): Promise<WatchProcess> {
  folders.push(lake.folder);
  const started = startWatch(lake.folder, parameters);
  watch = started;
  await started.event('WatchWaiting', 0);
  return started;
}

const failures = (said: WatchProcess, from: number): readonly string[] =>
  said.events.slice(from).flatMap(({ message, name }) => (/^error\[|bug in eider/.test(message) ? [name] : []));

describe('a wave of eider watch', () => {
  test('ends with a save, and the next one does what both were for', async () => {
    const lake = new NumberLake();
    const said = await watching(lake);
    const before = await lake.published();
    const from = said.events.length;
    lake.change('m01', 51);
    lake.write(lake.path('m00'), endless);
    await said.event('WatchWaveStarted', from);
    lake.change('m02', 52);
    await said.event('Note', from, ({ message }) => message.startsWith('Ended by a save'));
    expect(await lake.published()).toEqual(before);
    lake.change('m00', 50);
    const { data } = await said.event('WatchWaveFinished', from);
    expect(data).toMatchObject({ left: [], failed: 0 });
    expect(await lake.published()).toEqual(lake.content());
    expect(failures(said, from)).toEqual([]);
  });

  test('goes on when a save changes nothing that is built', async () => {
    const lake = new NumberLake();
    const said = await watching(lake);
    const from = said.events.length;
    lake.write(lake.path('m00'), endless);
    await said.event('WatchWaveStarted', from);
    lake.write('models/models.yml', propertiesFile('  - {name: m05, description: Said while another runs.}\n'));
    await said.event('WatchNote', from, ({ message }) => message.includes('New descriptions of m05'));
    lake.write('models/models.yml', 'version: [\n');
    await said.event('Finding', from);
    expect(
      said.events
        .slice(from)
        .map(({ message }) => message)
        .join('\n'),
    ).not.toContain('Ended by a save');
  });

  test('leaves nothing half made where Ctrl-C ends it', async () => {
    const lake = new NumberLake();
    const said = await watching(lake);
    const before = await lake.published();
    const state = join(lake.folder, 'lake/_eider/numbers/dev-main');
    const files = readdirSync(join(state, 'data'), { recursive: true });
    const from = said.events.length;
    lake.change('m01', 51);
    lake.write(lake.path('m13'), endless);
    await said.event('WatchNodeFinished', from, ({ message }) => message.includes('main.m01'));
    const { exitCode } = await said.end('SIGINT');
    expect(exitCode).toBe(0);
    expect(said.events.at(-1)?.message).toBe('Stopped: nothing of this wave was published.');
    expect(await lake.published()).toEqual(before);
    expect(namesIn(join(state, 'builds'))).toEqual([]);
    expect(readdirSync(join(state, 'data'), { recursive: true }).sort()).toEqual([...files].sort());
    // What was not published is found when watching begins again.
    lake.writeModel('m13');
    const again = await watching(lake);
    expect(again.events.find(({ name }) => name === 'WatchWaveStarted')?.message).toContain(
      'changed since their build',
    );
    expect(await lake.published()).toEqual(lake.content());
  });

  test('waits for who holds the working database, and ends at once with Ctrl-C while it waits', async () => {
    const lake = new NumberLake();
    const said = await watching(lake);
    const other = await DuckDBInstance.create(join(lake.folder, 'numbers.duckdb'));
    const from = said.events.length;
    lake.change('m01', 51);
    await said.event('JinjaLogInfo', from, ({ message }) => message.startsWith('Waiting for'));
    other.closeSync();
    await said.event('WatchWaveFinished', from);
    expect(await lake.published()).toEqual(lake.content());
    const third = await DuckDBInstance.create(join(lake.folder, 'numbers.duckdb'));
    const then = said.events.length;
    lake.change('m01', 52);
    await said.event('JinjaLogInfo', then, ({ message }) => message.startsWith('Waiting for'));
    const { exitCode } = await said.end('SIGINT');
    third.closeSync();
    expect(exitCode).toBe(0);
  });

  test('builds what the selection allows, without children where none are wanted', async () => {
    const lake = new NumberLake();
    const first = await runEider(['build', '--profiles-dir', lake.folder], { cwd: lake.folder });
    expect(first.exitCode, first.stdout).toBe(0);
    const said = await watching(lake, 'm01', 'm13', '--no-children');
    expect(said.events.some(({ name }) => name === 'WatchWaveStarted')).toBe(false);
    const before = await lake.published();
    const from = said.events.length;
    lake.change('m02', 52);
    await said.event('WatchNote', from, ({ message }) => message.includes('Outside the selection'));
    lake.change('m01', 51);
    const { data } = await said.event('WatchWaveFinished', from);
    expect(data).toMatchObject({ built: 1 });
    expect(await lake.published()).toEqual({ ...before, m01: lake.content().m01 });
  });

  test('comes of looking every so often where no event arrives', async () => {
    const lake = new NumberLake();
    const said = await watching(lake, '--poll', '0.2');
    expect(said.events.find(({ name }) => name === 'WatchWaiting')?.message).toContain('looking every 0.2 s');
    const from = said.events.length;
    lake.change('m01', 51);
    lake.models.set('n00', { parent: 'm01', add: 7, kind: 'external' });
    lake.writeModel('n00');
    await said.event('WatchWaveFinished', from);
    expect(await lake.published()).toEqual(lake.content());
  });
});

test.skipIf(process.platform === 'win32')('Ctrl-C does not wait for a query that cannot stop', async () => {
  const lake = new NumberLake();
  const said = await watching(lake);
  const before = await lake.published();
  const pipe = join(lake.folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const from = said.events.length;
  lake.write(
    lake.path('m27'),
    `select 1 as id, a as v from read_csv('${pipe}', auto_detect=false, columns={'a': 'INTEGER'})\n`,
  );
  await said.event('WatchWaveStarted', from);
  // Open as soon as DuckDB reads; it hears nothing.
  const writer = await open(pipe, 'w');
  const { signal } = await said.end('SIGINT');
  await writer.close();
  // What a shell shows as 130.
  expect(signal).toBe('SIGINT');
  expect(await lake.published()).toEqual(before);
});

describe.skipIf(process.platform === 'win32')('a wave that another build overtakes', () => {
  test('begins again, and is published upon it', async () => {
    const folder = temporaryFolder('overtaken');
    folders.push(folder);
    generateProject(folder, { models: 10, materialized: 'external', rows: 10, threads: 2, tests: false });
    const [pipe, child] = [join(folder, 'pipe'), join(folder, 'models/gold/gold_0000.sql')];
    execFileSync('mkfifo', [pipe]);
    const said = startWatch(folder);
    watch = said;
    await said.event('WatchWaiting', 0);
    const from = said.events.length;
    const read = `read_csv('${pipe}', auto_detect=false, header=false, columns={'a': 'INTEGER'})`;
    writeFileSync(child, `select count(*) as n from {{ ref('bronze_0000') }}, ${read}\n`);
    await said.event('WatchWaveStarted', from);
    // The wave hangs on the pipe until somebody writes.
    const writer = open(pipe, 'w');
    await writer;
    const other = await runEider(['run', '-s', 'bronze_0000', '--profiles-dir', folder], { cwd: folder });
    expect(other.exitCode, other.stdout).toBe(0);
    const feed = async (): Promise<void> => {
      const end = await writer;
      await end.write('1\n');
      await end.close();
    };
    await feed();
    await said.event('Note', from, ({ message }) => message.includes('so it begins again'));
    const second = await open(pipe, 'w');
    await second.write('1\n2\n');
    await second.close();
    await said.event('WatchWaveFinished', from);
    expect(await ask(join(folder, 'catalog/dev.duckdb'), 'select n::int as n from gold_0000')).toEqual([{ n: 20 }]);
  });
});
