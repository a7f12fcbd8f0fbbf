import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import { readProjectCase } from '../support/project-case.ts';
import { runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers, type Peers } from './peers.ts';

// Invariant: a reader needs nothing but DuckDB 1.0 or newer. The published file opens as it lies, renamed, from another folder
// and attached under another name; every relation in it can be read whole, and no extension is fetched for local files.

interface Answer {
  readonly version: string;
  readonly rows: Readonly<Record<string, number>>;
  readonly loaded: readonly string[];
}

const versions = ['1.0.0', '1.5.5'];
const fixtures = ['all-types', 'materializations', 'empties', 'file-formats', 'partitioned-days', 'schemas'];

describe.each(fixtures)('the catalog of %s', (fixture) => {
  let peers: Peers;
  let project: string;
  let elsewhere: string;

  beforeAll(async () => {
    peers = findPeers();
    project = copyProject(join(repository, 'test/projects', fixture));
    elsewhere = temporaryFolder('elsewhere');
    const [first = ['build']] = readProjectCase(project).runs;
    const built = await runEider([...first, '--profiles-dir', project], { cwd: project });
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  });

  afterAll(() => {
    for (const folder of [project, elsewhere]) removeFolder(folder);
  });

  async function read(version: string, file: string, how: 'open' | 'attach', cwd: string): Promise<Answer> {
    const python = peers.duckdb.get(version) ?? '';
    const result = await runProgram([python, join(import.meta.dirname, 'reader_peer.py'), file, how], {
      cwd,
      env: { HOME: elsewhere },
    });
    expect(result.exitCode, result.stderr).toBe(0);
    return JSON.parse(result.stdout) as Answer;
  }

  test.each(versions)('opens in DuckDB %s', async (version) => {
    const answer = await read(version, 'catalog/dev.duckdb', 'open', project);
    expect(answer.version).toBe(version);
    expect(answer.loaded).toEqual([]);
    expect(Object.keys(answer.rows).filter((name) => !name.startsWith('eider.')).length).toBeGreaterThan(0);
    expect(answer.rows['eider.nodes']).toBeGreaterThan(0);
  });

  test.each(versions)(
    'gives DuckDB %s the same rows attached under another name and from another folder',
    async (version) => {
      const asItLies = await read(version, 'catalog/dev.duckdb', 'open', project);
      expect((await read(version, join(project, 'catalog/dev.duckdb'), 'attach', elsewhere)).rows).toEqual(
        asItLies.rows,
      );
    },
  );

  test.each(versions)('gives DuckDB %s the same rows renamed', async (version) => {
    const asItLies = await read(version, 'catalog/dev.duckdb', 'open', project);
    const moved = join(elsewhere, `moved-${version}`, 'a new name.duckdb');
    mkdirSync(join(moved, '..'), { recursive: true });
    renameSync(join(project, 'catalog/dev.duckdb'), moved);
    try {
      expect((await read(version, moved, 'open', elsewhere)).rows).toEqual(asItLies.rows);
    } finally {
      renameSync(moved, join(project, 'catalog/dev.duckdb'));
    }
  });
});
