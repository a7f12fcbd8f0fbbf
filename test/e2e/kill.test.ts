import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateProject } from '../bench/generate-project.ts';
import { ask, readWhole, relationsOf } from '../support/duckdb.ts';
import { eiderCommand, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: killed at any instant, nothing is lost. The published catalog and every file behind it stay readable and show one
// state whole; the next build succeeds. Each build multiplies with a factor of its own, so a mixture of two builds shows.

const moments = 12;

describe('a build that is killed', () => {
  const project = temporaryFolder('kill');
  const catalog = join(project, 'catalog/dev.duckdb');
  let duration: number;

  const parameters = (factor: number): string[] => [
    'build',
    '--vars',
    `{factor: ${factor}}`,
    '--profiles-dir',
    project,
  ];

  beforeAll(async () => {
    generateProject(project, { models: 40, materialized: 'external', rows: 50_000, threads: 2, tests: true });
    const first = await runEider(parameters(1), { cwd: project });
    expect(first.exitCode, first.stdout + first.stderr).toBe(0);
    duration = first.ms;
  });

  afterAll(() => removeFolder(project));

  /** The factors with which the published bronze relations were built: one, where a state is seen whole. */
  async function publishedFactors(): Promise<readonly number[]> {
    const bronze = (await relationsOf(catalog)).filter((name) => name.includes('bronze'));
    expect(bronze).toHaveLength(16);
    const parts = bronze.map((name) => `select cast(sum(cents) / sum(amount) as integer) as factor from ${name}`);
    return (await ask(catalog, `select distinct factor from (${parts.join(' union all ')})`)).map((row) =>
      Number(row.factor),
    );
  }

  async function killAfter(milliseconds: number, factor: number): Promise<'killed' | 'finished'> {
    const [program = '', ...start] = [...eiderCommand(), ...parameters(factor)];
    const since = performance.now();
    const child = spawn(program, start, { cwd: project, stdio: 'ignore' });
    const ended = new Promise<'killed' | 'finished'>((resolve) => {
      child.on('close', (_, signal) => resolve(signal === 'SIGKILL' ? 'killed' : 'finished'));
    });
    await Promise.race([ended, wait(milliseconds)]);
    child.kill('SIGKILL');
    const how = await ended;
    // The first run was a cold one.
    if (how === 'finished') duration = Math.min(duration, performance.now() - since);
    return how;
  }

  test(`at ${moments} moments, leaves one whole state to readers`, { timeout: 300_000 }, async () => {
    const before = await readWhole(catalog);
    let killed = 0;
    for (let moment = 0; moment < moments; moment += 1) {
      // Spread over the whole run, and a little by chance.
      const at = (duration * (moment + Math.random())) / moments;
      if ((await killAfter(at, moment + 2)) === 'killed') killed += 1;
      const told = `killed after ${Math.round(at)} of ${Math.round(duration)} ms`;
      expect(await readWhole(catalog), told).toEqual(before);
      expect(await publishedFactors(), told).toHaveLength(1);
    }
    expect(killed).toBeGreaterThan(0);
  });

  test('does not stop the next one', async () => {
    const next = await runEider(parameters(99), { cwd: project });
    expect(next.exitCode, next.stdout + next.stderr).toBe(0);
    expect(await publishedFactors()).toEqual([99]);
    const folder = join(project, 'lake');
    const [alias] = await ask(
      undefined,
      `select cast(sum(cents) / sum(amount) as integer) as factor from '${folder}/bronze_0000.parquet'`,
    );
    expect(alias).toEqual({ factor: 99 });
  });
});
