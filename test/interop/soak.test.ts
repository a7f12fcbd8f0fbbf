import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesBelow } from '../../packages/engine/src/lake/alias-folder.ts';
import type { Lake } from '../../packages/engine/src/lake/lake.ts';
import { ask } from '../support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../support/lake-fixture.ts';
import { findDuckdb, findJar } from './peers.ts';

// Invariant: eight readers ask for sums that agree across all tables while builds are published: no query fails, none sees two states, and no build waits
// for a reader or is told of one. Who opened the published file sees the state of that moment for good; who opens it anew, or asks the live file, sees the newest.
// EIDER_SOAK: how many builds (12 where absent); then it tells how many queries each reader asked. Retention is longer than the soak.

const builds = Number(process.env.EIDER_SOAK ?? 12);
const timeout = 24 * 3_600_000;

let fixture: LakeFixture;
let lake: Lake;
beforeAll(async () => {
  fixture = await lakeFixture({ keep: { days: 7, builds: 3 } });
  lake = await fixture.open({ livePath: fixture.at('project', 'live.duckdb') });
  await build(1);
});
afterAll(() => fixture.close());

/** A build of the whole project: a file, a folder of files, and what gold says of them. */
async function build(number: number): Promise<void> {
  const running = await lake.begin('build');
  const node = (name: string): string => `model.shop.${name}`;
  const rows = `SELECT ${number} AS build, range AS id FROM range(${1000 + number})`;
  const silver = await write(fixture, running, {
    node: node('silver'),
    sql: rows,
    location: fixture.at('root', 'silver.parquet'),
  });
  const reads = { [node('silver')]: silver.id };
  const days = await write(fixture, running, {
    ...{ node: node('days'), reads, location: fixture.at('root', 'days'), partitionBy: 'day' },
    sql: `SELECT *, id % 3 AS day FROM (${rows})`,
  });
  const totals = `SELECT ${number} AS build, count(*) AS n, CAST(sum(id) AS BIGINT) AS total FROM (${rows})`;
  const gold = await write(fixture, running, { node: node('gold'), reads, sql: totals, origin: 'internal' });
  const parents = { [node('days')]: [node('silver')], [node('gold')]: [node('silver')] };
  const { findings, unbound } = await commit(fixture, running, [silver, days, gold], { parents, dropMissing: true });
  await running.end();
  // A reader in the way would be told of here.
  expect({ findings, unbound }).toEqual({ findings: [], unbound: {} });
}

const question = `SELECT g.build, s.low, s.high, d.low, d.high, g.n, s.n, g.total, s.total, d.n FROM {p}gold g,
  (SELECT min(build) AS low, max(build) AS high, count(*) AS n, CAST(sum(id) AS BIGINT) AS total FROM {p}silver) s,
  (SELECT min(build) AS low, max(build) AS high, count(*) AS n FROM {p}days) d`.replace(/\s+/g, ' ');

interface Told {
  readonly asked: number;
  readonly last: number;
  readonly seen: number;
  readonly wrong: readonly string[];
}

/** A reader in a process of its own. */
class Reader {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #said: string[] = [];

  constructor(command: readonly string[]) {
    const [program = '', ...parameters] = command;
    this.#process = spawn(program, parameters);
    this.#process.stderr?.on('data', (chunk) => this.#said.push(String(chunk)));
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    const line = await this.#lines.next();
    expect(line.value, this.#said.join('')).toBe('ready');
  }

  async end(): Promise<readonly string[]> {
    this.#process.stdin?.end();
    const lines: string[] = [];
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) lines.push(line.value);
    return lines;
  }
}

interface Kind {
  readonly reader: () => Reader;
  /** What it saw last, after so many builds: the newest, or what it opened. */
  readonly sees: 'newest' | 'first';
  readonly read: (lines: readonly string[]) => Told;
}

function python(version: string, how: 'reopen' | 'attach' | 'cursor' | 'live'): Kind {
  const file = how === 'live' ? fixture.at('project', 'live.duckdb') : fixture.options.publishPath;
  const program = [findDuckdb(version), join(import.meta.dirname, 'soak_peer.py'), file, how, question];
  return {
    reader: () => new Reader(program),
    sees: how === 'cursor' ? 'first' : 'newest',
    read: ([line = '{}']) => JSON.parse(line) as Told,
  };
}

function java(version: string, how: 'reopen' | 'live'): Kind {
  const file = how === 'live' ? fixture.at('project', 'live.duckdb') : fixture.options.publishPath;
  const program = [
    'java',
    '-cp',
    findJar(version),
    join(import.meta.dirname, 'java', 'Soak.java'),
    file,
    how,
    question,
  ];
  return {
    reader: () => new Reader(program),
    sees: 'newest',
    read: ([line = '', ...wrong]) => {
      const [asked, last, seen] = line.split('\t').map(Number);
      return { asked: asked ?? 0, last: last ?? 0, seen: seen ?? 0, wrong };
    },
  };
}

/** DuckDB for Node, in this process: opens the published file after each build. */
async function readHere(number: number): Promise<void> {
  const [row] = await ask(fixture.options.publishPath, question.replaceAll('{p}', 'main.'));
  expect(
    Object.values(row ?? {})
      .slice(0, 5)
      .map(Number),
  ).toEqual(Array(5).fill(number));
}

test('eight readers see one state each, and stop no build', { timeout }, async () => {
  const kinds: Readonly<Record<string, Kind>> = {
    'Python 1.0.0, opening anew': python('1.0.0', 'reopen'),
    'Python 1.5.5, attaching anew': python('1.5.5', 'attach'),
    'Python 1.5.5, holding a cursor': python('1.5.5', 'cursor'),
    'Python 1.0.0, on the live file': python('1.0.0', 'live'),
    'JDBC 1.1.3, opening anew': java('1.1.3', 'reopen'),
    'JDBC 1.5.5, opening anew': java('1.5.5.0', 'reopen'),
    'JDBC 1.5.5, on the live file': java('1.5.5.0', 'live'),
  };
  const readers = Object.entries(kinds).map(([name, kind]) => ({ name, kind, reader: kind.reader() }));
  await Promise.all(readers.map(({ reader }) => reader.ready()));
  for (let number = 2; number <= builds; number++) {
    await build(number);
    await readHere(number);
  }
  for (const { kind, name, reader } of readers) {
    const told = kind.read(await reader.end());
    if (process.env.EIDER_SOAK !== undefined) process.stdout.write(`${name}: ${told.asked} queries\n`);
    expect(told.wrong, name).toEqual([]);
    expect(told.last, name).toBe(kind.sees === 'newest' ? builds : 1);
    expect(told.asked, name).toBeGreaterThan(1);
    if (kind.sees === 'first') expect(told.seen, name).toBe(1);
  }
});

test('a vacuum after a hundred builds leaves what is retained, and every retained catalog can be read', {
  timeout,
}, async () => {
  const kept = 5;
  const own = await lakeFixture({ keep: { days: 0, builds: kept } });
  try {
    const hundred = await own.open();
    const orders = (a: number) => ({
      ...{ node: 'model.shop.orders', location: own.at('root', 'orders'), partitionBy: 'p' },
      sql: `SELECT ${a} AS a, i AS p FROM range(2) r(i)`,
    });
    for (let number = 1; number <= 100; number++) {
      const build = await hundred.begin('build');
      const generation = await write(own, build, orders(number));
      // Each tenth ends without a commit, as after a failure.
      if (number % 10 !== 0) await commit(own, build, [generation]);
      await build.end();
    }
    await hundred.vacuum();
    const retained = (await hundred.history(200)).filter(({ isRetained }) => isRetained);
    expect(retained).toHaveLength(kept);
    const files = await filesBelow(own.options.state);
    expect(
      files.filter((name) => /^data\/[^/]+\/[^/]+\/p=\d\/data_0\.parquet$/.test(name) && !name.includes('.alias')),
    ).toHaveLength(2 * kept);
    const builds = new Set(retained.map(({ build }) => build));
    const ids = files.flatMap((name) => /\d{8}T\d{9}Z-[0-9a-z]+/.exec(name)?.[0] ?? []);
    expect(new Set(ids)).toEqual(builds);
    expect(files.filter((name) => /^catalog\/\d+\.duckdb$/.test(name))).toHaveLength(kept);
    for (const { number } of retained) {
      const catalog = join(own.options.state, 'catalog', `${number}.duckdb`);
      // Of nine commits the tenth build is missing.
      const value = number + Math.floor((number - 1) / 9);
      expect(await ask(catalog, 'SELECT DISTINCT a FROM main.orders')).toEqual([{ a: value }]);
    }
    expect(await hundred.vacuum({ dryRun: true })).toEqual({ files: [], bytes: 0 });
  } finally {
    await own.close();
  }
});
