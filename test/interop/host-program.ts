import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { FilesGeneration } from '../../packages/engine/src/lake/generation.ts';
import type { Build } from '../../packages/engine/src/lake/lake.ts';
import { joinPlace } from '../../packages/engine/src/session/place.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../support/lake-fixture.ts';
import { type BucketServer, bucketRemote, bucketTarget } from './bucket-lake.ts';

/** What a host is told, as JSON, on its command line. */
export interface HostOrders {
  readonly name: string;
  /** How many commits of its own it makes. */
  readonly commits: number;
  readonly root: string;
  readonly state: string;
  readonly publishPath: string;
  readonly keep: { readonly days: number; readonly builds: number };
  readonly server: BucketServer | null;
}

/** What a host says of each build, as a line of JSON. */
export interface HostReport {
  readonly host: string;
  readonly build: string;
  readonly kind: 'committed' | 'conflict';
  readonly number: number | null;
  /** What it wrote, by node. */
  readonly values: Readonly<Record<string, number>>;
  readonly message: string;
}

/** The sides of an invariant that spans nodes: never are both 1. Who writes one reads the other. */
const sides = ['left', 'right'] as const;

const idOf = (name: string): string => `model.shop.${name}`;

async function valueIn(
  fixture: LakeFixture,
  build: Build,
  name: string,
): Promise<{ id: string | null; value: number }> {
  const generation = await build.head?.generation(idOf(name));
  if (generation?.kind !== 'files') return { id: null, value: 0 };
  const connection = await fixture.session.connect();
  try {
    const [row] = await connection.objects(`SELECT a FROM read_parquet('${generation.files[0]?.path}')`);
    return { id: generation.id, value: Number(row?.a) };
  } finally {
    connection.close();
  }
}

/** A selection by chance: the host's own node, the counter that all share, a side of the invariant, or several of them. In the first round all want all that is shared. */
function selection(own: string, isFirst: boolean): readonly string[] {
  if (isFirst) return ['counter', ...sides];
  const chance = (): boolean => Math.random() < 0.5;
  const side = sides[Math.random() < 0.5 ? 0 : 1];
  const names = [...(chance() ? [own] : []), ...(chance() ? ['counter'] : []), ...(chance() ? [side] : [])];
  return names.length === 0 ? [own] : names;
}

async function writeAll(
  fixture: LakeFixture,
  build: Build,
  { name: host, root }: HostOrders,
  isFirst: boolean,
): Promise<readonly { readonly generation: FilesGeneration; readonly value: number }[]> {
  const made = [];
  for (const name of selection(`own_${host}`, isFirst)) {
    const before = await valueIn(fixture, build, name);
    const other = name === 'left' ? 'right' : 'left';
    const isSide = name === 'left' || name === 'right';
    const read = isSide && !isFirst ? await valueIn(fixture, build, other) : undefined;
    const value = read === undefined ? before.value + (isSide ? 0 : 1) : read.value === 1 ? 0 : 1 - before.value;
    const sql = `SELECT ${value} AS a, '${build.id}' AS build`;
    const reads = read === undefined ? {} : { [idOf(other)]: read.id };
    const generation = await write(fixture, build, {
      node: idOf(name),
      sql,
      reads,
      location: joinPlace(root, `${name}.parquet`),
    });
    made.push({ generation, value });
  }
  return made;
}

/** One build. The first is committed when all hosts have written theirs: of those that want one node, one commits. */
async function buildOnce(fixture: LakeFixture, orders: HostOrders, isFirst: boolean): Promise<HostReport> {
  const lake = await fixture.open();
  const build = await lake.begin('build');
  try {
    const made = await writeAll(fixture, build, orders, isFirst);
    if (isFirst) {
      process.stdout.write('"ready"\n');
      await once(process.stdin, 'data');
    }
    const values = Object.fromEntries(made.map(({ generation: { node }, value }) => [node, value]));
    const report = { host: orders.name, build: build.id, values };
    try {
      const generations = made.map(({ generation }) => generation);
      const { number } = await commit(fixture, build, generations);
      return { ...report, kind: 'committed', number, message: '' };
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'lake/conflict')) throw cause;
      return { ...report, kind: 'conflict', number: null, message: cause.message };
    }
  } finally {
    await build.end();
  }
}

async function main(): Promise<void> {
  const orders = JSON.parse(process.argv[2] ?? '{}') as HostOrders;
  const { keep, publishPath, server, state } = orders;
  const fixture = await lakeFixture(
    {
      ...{ keep, publishPath, state, by: { user: 'ada', host: orders.name } },
      randomId: () => randomBytes(4).toString('hex'),
      ...(server !== null && { remote: bucketRemote(server) }),
    },
    server === null ? {} : bucketTarget(server),
  );
  let isFirst = true;
  for (let committed = 0; committed < orders.commits; ) {
    const report = await buildOnce(fixture, orders, isFirst);
    isFirst = false;
    if (report.kind === 'committed') committed += 1;
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  await fixture.close();
  process.stdin.destroy();
}

await main();
