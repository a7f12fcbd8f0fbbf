import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lake } from '../../packages/engine/src/lake/lake.ts';
import { commit, type LakeFixture, lakeFixture, write, writeView } from '../support/lake-fixture.ts';
import { findDuckdb, findJar } from './peers.ts';

// Invariant: who opened the live file once and never again sees every build, and no question fails, through twenty builds in which columns come, go and
// change their types, relations come, and one goes; and no answer mixes two builds. Other connections of the pools ask all the time, while the clock is being replaced.

let fixture: LakeFixture;
let lake: Lake;
beforeAll(async () => {
  fixture = await lakeFixture();
  fixture = { ...fixture, options: { ...fixture.options, livePath: fixture.at('project', 'live.duckdb') } };
  lake = await fixture.open({ livePath: fixture.options.livePath });
  await build(1);
});
afterAll(() => fixture.close());

/** Columns of the table `orders`, by build: one goes in build 6, changes its type in 9, changes it again in 12 and is back in 15; one comes in build 4. */
function ordersOf(build: number): string {
  const comes = build >= 4 ? ', 7 AS new_one' : '';
  const amount =
    build >= 15 || build < 6
      ? ', range * 1.5 AS amount'
      : build >= 12
        ? ", {'net': range} AS amount"
        : build >= 9
          ? ", 'about ' || range AS amount"
          : '';
  return `SELECT ${build} AS build, range AS id${amount}${comes} FROM range(${1000 + build})`;
}

async function build(number: number): Promise<void> {
  const running = await lake.begin('build');
  const node = (name: string): string => `model.shop.${name}`;
  const location = (name: string): string => fixture.at('root', name);
  const orders = await write(fixture, running, {
    node: node('orders'),
    sql: ordersOf(number),
    location: location('orders.parquet'),
  });
  const days = await write(fixture, running, {
    node: node('days'),
    sql: `SELECT ${number} AS build, range % 3 AS day FROM range(3000)`,
    location: location('days'),
    partitionBy: 'day',
  });
  const table = await write(fixture, running, {
    node: node('customers'),
    sql: `SELECT ${number} AS build, [1] AS tags`,
    origin: 'internal',
  });
  const view = await writeView(running, {
    node: node('totals'),
    sql: 'SELECT max(build) AS build, sum(id) AS ids FROM "main"."orders"',
    uses: [node('orders')],
    columns: [
      { name: 'build', type: 'INTEGER' },
      { name: 'ids', type: 'HUGEINT' },
    ],
    reads: { [node('orders')]: orders.id },
  });
  const added =
    number >= 10 && number < 18
      ? [await write(fixture, running, { node: node('later'), sql: `SELECT ${number} AS build`, origin: 'internal' })]
      : [];
  const parents = { [node('totals')]: [node('orders')] };
  const { unbound } = await commit(fixture, running, [orders, days, table, view, ...added], {
    parents,
    dropMissing: true,
  });
  await running.end();
  expect(unbound).toEqual({});
}

const questions = [
  'SELECT max(build), count(*), count(amount) FROM orders',
  'SELECT max(build), count(*) FROM days',
  'SELECT max(build), count(tags) FROM customers',
  'SELECT max(build), max(ids) FROM totals',
  // Two states in one answer are an error.
  `SELECT max(CASE WHEN orders.build <> days.build OR orders.build <> customers.build OR orders.build <> totals.build
    THEN error('two states: ' || orders.build) ELSE orders.build END)
    FROM (SELECT max(build) AS build FROM orders) AS orders, (SELECT max(build) AS build FROM days) AS days, customers, totals`.replaceAll(
    /\s+/g,
    ' ',
  ),
];

/** A process that keeps the live file open: a line in, a line out. */
class Pool {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #said: string[] = [];

  constructor(command: readonly string[]) {
    const [program = '', ...parameters] = command;
    this.#process = spawn(program, [...parameters, fixture.options.livePath ?? '']);
    this.#process.stderr?.on('data', (chunk) => this.#said.push(String(chunk)));
    this.#lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin?.write(`${line}\n`);
    return await this.#next();
  }

  /** All that it says at its end. */
  async end(): Promise<readonly string[]> {
    const exit = once(this.#process, 'exit');
    this.#process.stdin?.end();
    const lines: string[] = [];
    for (let line = await this.#lines.next(); !line.done; line = await this.#lines.next()) lines.push(line.value);
    await exit;
    return lines;
  }

  async #next(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`The pool ended: ${this.#said.join('')}`);
    return value;
  }
}

test('pools that never reconnect follow the live file over twenty builds', async () => {
  const python = (version: string): Pool => new Pool([findDuckdb(version), join(import.meta.dirname, 'pool_peer.py')]);
  const java = (version: string): Pool =>
    new Pool(['java', '-cp', findJar(version), join(import.meta.dirname, 'java', 'Pool.java')]);
  const pythons = [python('1.0.0'), python('1.5.5')];
  const javas = [java('1.1.3'), java('1.5.5.0')];
  for (let number = 1; number <= 20; number++) {
    if (number > 1) await build(number);
    const rows = String(1000 + number);
    const amounts = number >= 6 && number < 15 ? '0' : rows;
    for (const pool of pythons) {
      const answers = JSON.parse(await pool.ask(JSON.stringify({ ask: questions, busy: questions }))) as string[][][];
      expect(answers.map((found) => found[0]?.[0])).toEqual(questions.map(() => String(number)));
      expect(answers[0]?.[0]).toEqual([String(number), rows, amounts]);
      expect(answers[1]?.[0]?.[1]).toBe('3000');
    }
    for (const pool of javas) {
      expect(await pool.ask(questions.join('\t'))).toBe(questions.map(() => String(number)).join('\t'));
    }
  }
  for (const pool of pythons) {
    const end = JSON.parse((await pool.end())[0] ?? '{}') as { readonly failures: string[]; readonly ran: number };
    expect(end.failures).toEqual([]);
    expect(end.ran).toBeGreaterThan(100);
  }
  for (const pool of javas) {
    const [ran, ...failures] = await pool.end();
    expect(failures).toEqual([]);
    expect(Number(ran)).toBeGreaterThan(100);
  }
});
