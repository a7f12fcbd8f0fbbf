import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../packages/engine/src/lake/ledger.ts';
import { secretStatement } from '../../packages/engine/src/session/secrets.ts';
import { openStore } from '../../packages/store/src/index.ts';
import { type LakeFixture, lakeFixture } from '../support/lake-fixture.ts';
import { passingFaults } from '../support/s3/passing-faults.ts';
import { type S3Server, startS3Server } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { type BucketServer, bucketRemote, bucketTarget } from './bucket-lake.ts';
import type { HostOrders, HostReport } from './host-program.ts';
import { startVersitygw, type Versitygw } from './versitygw.ts';

// Invariant: several hosts, each with a folder of its own, build what they like on one state. Each commit counts, once; each state is what its commits
// wrote, in their order; who read what another one replaced is told so and commits nothing: a counter that all count up misses no commit, and a rule over two
// nodes, of which each host writes one and reads the other, is never broken. Another one vacuums all the time. Nor if every
// twentieth request to the bucket fails, breaks off or is not answered. EIDER_COMMITS: how many on a disk (24 where
// absent; a third of them in a bucket).

const commits = Number(process.env.EIDER_COMMITS ?? 24);
const timeout = 3_600_000;

let server: Versitygw;
let faulty: S3Server;
const folder = temporaryFolder('hosts');
beforeAll(async () => {
  server = await startVersitygw();
  faulty = await startS3Server(['lake'], { fault: passingFaults(Number(process.env.EIDER_SEED ?? 9), 0.05) });
});
afterAll(async () => {
  await server.close();
  await faulty.close();
  removeFolder(folder);
});

/** Runs hosts side by side, each in a folder of its own; lets them go on together when all have written what they want to commit first. */
async function runHosts(all: readonly HostOrders[]): Promise<readonly HostReport[]> {
  const program = ['--conditions=eider-source', '--import', import.meta.resolve('tsx')];
  let waiting = all.length;
  const children = all.map((orders) => {
    const own = join(folder, orders.name);
    mkdirSync(own, { recursive: true });
    const command = [...program, join(import.meta.dirname, 'host-program.ts'), JSON.stringify(orders)];
    return spawn(process.execPath, command, { cwd: own });
  });
  const reports = children.map(async (child): Promise<readonly HostReport[]> => {
    const said: string[] = [];
    child.stderr.on('data', (chunk) => said.push(String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const lines: HostReport[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const report = JSON.parse(line) as HostReport | 'ready';
      if (report !== 'ready') lines.push(report);
      else if (--waiting === 0) for (const each of children) each.stdin.write('go\n');
    }
    const code = await ended;
    // Who waits for one that is gone would wait for ever.
    if (code !== 0) for (const each of children) each.kill();
    expect(code, said.join('')).toBe(0);
    return lines;
  });
  return (await Promise.all(reports)).flat();
}

/** Does something again and again, and once more when all is over. */
async function untilOver(isOver: () => boolean, pauseMs: number, action: () => Promise<void>): Promise<void> {
  for (let isLast = false; !isLast; ) {
    await wait(pauseMs);
    isLast = isOver();
    await action();
  }
}

/** A new reader of a published file looks whether the rule is kept. */
async function readOnce(file: string, s3: BucketServer | null): Promise<void> {
  if (!existsSync(file)) return;
  const target = s3 === null ? undefined : bucketTarget(s3);
  const instance = await DuckDBInstance.create(file, {
    access_mode: 'READ_ONLY',
    ...(target?.configOptions as Record<string, string>),
  });
  const connection = await instance.connect();
  try {
    if (target !== undefined)
      for (const sql of ['LOAD httpfs', ...target.secrets.map(secretStatement)]) await connection.run(sql);
    const sums = await connection.runAndReadAll('SELECT "left".a + "right".a FROM main."left", main."right"');
    expect(Number(sums.getRows()[0]?.[0])).toBeLessThanOrEqual(1);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A host that only vacuums. */
async function vacuumer({ keep, publishPath, server: s3, state }: HostOrders): Promise<LakeFixture> {
  const more = { keep, publishPath, state, randomId: () => randomBytes(4).toString('hex') };
  if (s3 === null) return await lakeFixture(more);
  return await lakeFixture({ ...more, remote: bucketRemote(s3) }, bucketTarget(s3));
}

async function vacuumOnce(fixture: LakeFixture): Promise<void> {
  const lake = await fixture.open();
  if ((await lake.head()) !== undefined) await lake.vacuum();
}

/** What somebody else keeps beside and within the state: a vacuum has nothing to do with it. */
function putForeign(root: string): readonly string[] {
  const files = ['theirs.parquet', 'more/_x.parquet', '_eider/shop/dev-main/data/model.shop.counter/notes.txt'];
  return files.map((name) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'theirs');
    return path;
  });
}

/** The states by number, as the commits of the reports make them one after another; each is checked against what it says it read. */
function replay(reports: readonly HostReport[]): readonly Readonly<Record<string, string>>[] {
  const values: Record<string, number> = {};
  const builds: Record<string, string> = {};
  return [...reports]
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0))
    .map((report) => {
      for (const [node, value] of Object.entries(report.values)) {
        if (!/left|right/.test(node)) expect(value, `${node} in ${report.number}`).toBe((values[node] ?? 0) + 1);
        values[node] = value;
        builds[node] = report.build;
      }
      const sum = (values['model.shop.left'] ?? 0) + (values['model.shop.right'] ?? 0);
      expect(sum, `state ${report.number}`).toBeLessThanOrEqual(1);
      return { ...builds };
    });
}

async function entries(state: string, s3: BucketServer | null): Promise<readonly LedgerEntry[]> {
  const store = await openStore(state, s3 === null ? {} : bucketRemote(s3).buckets);
  const { objects } = await store.list({ prefix: 'ledger/0' });
  return await Promise.all(
    objects.map(async ({ key }) => JSON.parse(new TextDecoder().decode(await store.get(key))) as LedgerEntry),
  );
}

async function letThemBuild(hosts: number, s3: BucketServer | null, where = 'bucket'): Promise<void> {
  const name = `${hosts}-${s3 === null ? 'disk' : where}`;
  const root = s3 === null ? join(folder, name) : `s3://lake/${name}`;
  const state = `${root}/_eider/shop/dev-main`;
  const orders = Array.from({ length: hosts }, (_, i): HostOrders => {
    const publishPath = join(folder, `${name}-${i}`, 'catalog', 'shop.duckdb');
    const keep = { days: 0, builds: 60 };
    return {
      name: `${name}-${i}`,
      commits: Math.ceil(commits / hosts / (s3 === null ? 1 : 3)),
      root,
      state,
      publishPath,
      keep,
      server: s3,
    };
  });
  const foreign = s3 === null ? putForeign(root) : [];
  let over = false;
  const [first] = orders;
  if (first === undefined) throw new Error('there are no hosts');
  const own = join(folder, `${name}-vacuum`, 'catalog', 'shop.duckdb');
  const vacuuming = await vacuumer({ ...first, publishPath: own });
  const [reports] = await Promise.all([
    runHosts(orders).finally(() => {
      over = true;
    }),
    untilOver(
      () => over,
      100,
      () => readOnce(first.publishPath, s3),
    ),
    untilOver(
      () => over,
      500,
      () => vacuumOnce(vacuuming),
    ),
  ]).finally(() => vacuuming.close());
  for (const path of foreign) expect(readFileSync(path, 'utf8')).toBe('theirs');

  const committed = reports.filter(({ kind }) => kind === 'committed');
  const numbers = committed.map(({ number }) => number ?? 0).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  const states = replay(committed);
  const ledger = await entries(state, s3);
  expect(
    ledger.map(({ nodes }) => Object.fromEntries(Object.entries(nodes).map(([node, { build }]) => [node, build]))),
  ).toEqual(states);
  const conflicts = reports.filter(({ kind }) => kind === 'conflict');
  expect(conflicts.length).toBeGreaterThanOrEqual(hosts - 1);
  const words =
    /^Another build replaced what this one made or read: model\.shop\..+ since this one \(\S+\) began at .+ Committed meanwhile: state \d+ by eider build of ada on /;
  for (const { message } of conflicts) expect(message).toMatch(words);
}

describe.each([2, 4])('%i hosts', (hosts) => {
  test('on a disk', { timeout }, () => letThemBuild(hosts, null));
  test('in a bucket', { timeout }, () => letThemBuild(hosts, server));
});

test('2 hosts in a bucket, of whose requests every twentieth fails', { timeout }, () =>
  letThemBuild(2, { endpoint: faulty.endpoint, keys: faulty.keys }, 'faulty'),
);
