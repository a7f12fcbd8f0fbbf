import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { removeFolder } from '../support/temporary-project.ts';
import { duckdbVersions, findDuckdb, findJar, jdbcJars } from './peers.ts';
import { type PublishedFixture, type PublishedFixtures, publishFixtures } from './published-fixtures.ts';

// Invariant: a reader needs nothing but DuckDB 1.0 or newer. The published file opens as it lies, renamed, from another folder, attached under another
// name without USE, and by a client that forgets to ask for reading only; every relation in it can be read whole, the rows are the
// same everywhere, and no extension is fetched for local files. All files are read by one process of each version.

let published: PublishedFixtures;
beforeAll(async () => {
  published = await publishFixtures();
});
afterAll(() => {
  for (const folder of [...published.fixtures.map((fixture) => fixture.folder), published.elsewhere])
    removeFolder(folder);
});

/** Rows and digest by relation; text where it could not be read. */
type Relations = Readonly<Record<string, readonly [number, string] | string>>;

interface Way {
  readonly how: 'open' | 'open-for-writing' | 'attach' | 'attach-for-writing';
  readonly file: (fixture: PublishedFixture) => string;
  readonly folder: (fixture: PublishedFixture) => string;
}

const asItLies = (fixture: PublishedFixture): string => join(fixture.folder, fixture.catalog);
const elsewhere = (): string => published.elsewhere;

const ways: Readonly<Record<string, Way>> = {
  'as it lies': { how: 'open', file: ({ catalog }) => catalog, folder: ({ folder }) => folder },
  renamed: { how: 'open', file: ({ renamed }) => renamed, folder: elsewhere },
  'attached under another name': { how: 'attach', file: asItLies, folder: elsewhere },
  'renamed and attached': { how: 'attach', file: ({ renamed }) => renamed, folder: elsewhere },
  'for writing': { how: 'open-for-writing', file: ({ renamed }) => renamed, folder: elsewhere },
  'attached for writing': { how: 'attach-for-writing', file: ({ renamed }) => renamed, folder: elsewhere },
};

interface Answer {
  readonly relations: Relations;
  readonly loaded: readonly string[];
  readonly refused: string | null;
}

async function readAll(version: string): Promise<{ readonly version: string; readonly answers: readonly Answer[] }> {
  const jobs = Object.values(ways).flatMap(({ file, folder, how }) =>
    published.fixtures.map((fixture) => ({ file: file(fixture), folder: folder(fixture), how })),
  );
  const peer = join(import.meta.dirname, 'reader_peer.py');
  const options = { input: JSON.stringify(jobs), env: { HOME: published.elsewhere } };
  const result = await runProgram([findDuckdb(version), peer], options);
  expect(result.exitCode, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as { readonly version: string; readonly answers: readonly Answer[] };
}

/** What the newest DuckDB read, by fixture: what every other reader has to see. */
const expected = new Map<string, Relations>();

describe.each([...duckdbVersions].reverse())('DuckDB %s for Python', (version) => {
  test('reads every relation of every fixture, whatever way it opens the file', async () => {
    const found = await readAll(version);
    expect(found.version).toBe(version);
    const wrong: string[] = [];
    for (const [w, way] of Object.keys(ways).entries()) {
      for (const [f, { name }] of published.fixtures.entries()) {
        const answer = found.answers[w * published.fixtures.length + f];
        const relations = answer?.relations ?? {};
        if (!expected.has(name)) expected.set(name, relations);
        const differing = Object.keys({ ...expected.get(name), ...relations }).filter(
          (relation) =>
            typeof relations[relation] === 'string' ||
            String(relations[relation]) !== String(expected.get(name)?.[relation]),
        );
        wrong.push(...differing.map((relation) => `${name}, ${way}: ${relation}: ${relations[relation]}`));
        if (answer?.refused !== null || answer.loaded.length > 0)
          wrong.push(`${name}, ${way}: ${JSON.stringify(answer)}`);
      }
    }
    expect(wrong).toEqual([]);
    const relations = [...expected.values()].flatMap((each) => Object.keys(each));
    expect(relations.filter((relation) => relation === 'eider.nodes')).toHaveLength(published.fixtures.length);
    expect(relations.filter((relation) => !relation.startsWith('eider.')).length).toBeGreaterThan(100);
  });
});

describe.each(Object.keys(jdbcJars))('the JDBC driver %s', (version) => {
  test('reads every relation of every fixture', async () => {
    const jobs = published.fixtures.flatMap((fixture) => [
      [asItLies(fixture), 'open', fixture.name],
      [fixture.renamed, 'open', fixture.name],
      [fixture.renamed, 'open-for-writing', fixture.name],
      [asItLies(fixture), 'attach', fixture.name],
    ]);
    const program = ['java', '-cp', findJar(version), join(import.meta.dirname, 'java', 'Readers.java')];
    const input = jobs.map(([file, how]) => `${file}\t${how}\n`).join('');
    const result = await runProgram(program, { input, cwd: published.elsewhere });
    expect(result.exitCode, result.stderr).toBe(0);
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    for (const [file, how, name = ''] of jobs) {
      const rows = lines.filter((line) => line[0] === file && line[1] === how).map((line) => [line[2], line[3]]);
      const wanted = Object.entries(expected.get(name) ?? {}).map(([relation, read]) => [relation, String(read[0])]);
      expect(Object.fromEntries(rows), `${file}, ${how}`).toEqual(Object.fromEntries(wanted));
    }
  });
});

// Root may write what nobody may write.
test.runIf(process.getuid?.() === 0)('a client that is not root is told that it may not write, and reads', async () => {
  const [fixture] = published.fixtures;
  if (fixture === undefined) throw new Error('there are no fixtures');
  for (const folder of [published.elsewhere, join(published.elsewhere, fixture.name)]) chmodSync(folder, 0o755);
  chmodSync(fixture.renamed, 0o444);
  const program = `
import duckdb, os, sys
os.setuid(65534)
for read_only in (False, True):
    try:
        print(len(duckdb.connect(sys.argv[1], read_only=read_only).execute("from eider.nodes").fetchall()) > 0)
    except Exception as error:
        print(error)`;
  const { stdout } = await runProgram([findDuckdb('1.5.5'), '-c', program, fixture.renamed], { cwd: '/' });
  expect(stdout.split('\n')[0]).toContain('Permission denied');
  expect(stdout.split('\n')[1]).toBe('True');
});
