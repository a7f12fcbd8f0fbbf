import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: `threads` ready nodes run at once, each in DuckDB and not only in the queue of some pool. Each model reads a named pipe,
// and no pipe says anything before all have a reader: a program that ran fewer at once would wait for good.

const threads = 8;

describe.skipIf(process.platform === 'win32')(`a run with ${threads} threads`, () => {
  const project = temporaryFolder('threads');
  const pipes = Array.from({ length: threads }, (_, i) => join(project, `pipe_${i}`));

  beforeAll(async () => {
    execFileSync('mkfifo', pipes);
    await mkdir(join(project, 'models'));
    await writeFile(
      join(project, 'dbt_project.yml'),
      'name: pipes\nprofile: pipes\nmodels: {+materialized: external}\n',
    );
    await writeFile(
      join(project, 'profiles.yml'),
      `pipes: {target: dev, outputs: {dev: {type: duckdb, path: pipes.duckdb, external_root: lake, threads: ${threads}}}}\n`,
    );
    for (const [i, pipe] of pipes.entries()) {
      const sql = `select a + ${i} as a from read_csv('${pipe}', auto_detect=false, header=false, delim=',', columns={'a': 'INTEGER'})`;
      await writeFile(join(project, `models/m${i}.sql`), `${sql}\n`);
    }
  });

  let running: number | undefined;

  afterAll(() => {
    if (running !== undefined) process.kill(running);
    removeFolder(project);
  });

  test('runs as many nodes at once', { timeout: 60_000 }, async () => {
    const onStart = (pid: number): void => {
      running = pid;
    };
    const run = runEider(['run', '--profiles-dir', project], { cwd: project, onStart }).finally(() => {
      running = undefined;
    });
    // Without a reader, opening a pipe for writing fails at once.
    const openWhenRead = async (pipe: string): Promise<Awaited<ReturnType<typeof open>> | undefined> => {
      while (running !== undefined) {
        const handle = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
        if (handle !== undefined) return handle;
        await wait(5);
      }
      return undefined;
    };
    const writers = await Promise.all(pipes.map(openWhenRead));
    for (const writer of writers) {
      await writer?.write('100\n');
      await writer?.close();
    }
    const { exitCode, stdout } = await run;
    expect(exitCode, stdout).toBe(0);
    const sum = await ask(
      join(project, 'catalog/dev.duckdb'),
      `select m0.a + m${threads - 1}.a as a from m0, m${threads - 1}`,
    );
    expect(sum).toEqual([{ a: 200 + threads - 1 }]);
    expect((await readdir(join(project, 'lake'))).filter((name) => name.endsWith('.parquet'))).toHaveLength(threads);
  });
});
