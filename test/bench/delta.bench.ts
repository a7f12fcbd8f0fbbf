import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findEnvironment } from '../interop/peers.ts';
import type { Bench, Result } from './bench.ts';
import { inTurns, type Measurement, measure } from './measure.ts';

/** Ten million rows of eight columns, sixteen files by id. */
const rows = 10_000_000;
const commits = 10_000;
const rounds = 3;

interface Took {
  /** Milliseconds. */
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Delta tables against deltalake and a bare COPY: processor time is compared, since other work on the machine moves wall time; both are told. Each rival runs in a
 * process of its own, and tells what the work itself took.
 */
export const delta: Bench = {
  name: 'Delta tables',
  async run(folder) {
    const python = findEnvironment('delta');
    const ours = (...job: readonly string[]) =>
      measure(
        [
          process.execPath,
          '--conditions=eider-source',
          '--import',
          'tsx',
          join(import.meta.dirname, 'delta-work.mts'),
          folder,
          ...job,
        ],
        { cwd: join(import.meta.dirname, '../..') },
      );
    const theirs = (...job: readonly string[]) =>
      measure([python, join(import.meta.dirname, 'delta_rival.py'), folder, ...job]);
    await ours('log', String(commits));
    const replay = await inTurns(rounds, { ours: () => ours('replay'), theirs: () => theirs('replay') });
    const write = await inTurns(rounds, {
      bare: () => ours('copy', String(rows)),
      ours: () => ours('write', String(rows)),
      theirs: () => theirs('write'),
    });
    const results = [
      compared('times faster: replay of 10,000 commits, against deltalake', replay.theirs, replay.ours, 10),
      atMost('write of 10 million rows, against a bare COPY', write.ours, write.bare, 1.05),
      compared('times faster: write of 10 million rows, against write_deltalake', write.theirs, write.ours, 1.6),
    ];
    for (const [kind, what, aim] of [
      ['spread', 'keys spread over all files, by copy-on-write', 1.7],
      ['marked', 'keys spread over all files, with deletion vectors', 5],
      ['near', 'keys in one file', 10],
    ] as const) {
      const merge = await inTurns(rounds, { ours: () => ours('merge', kind), theirs: () => theirs('merge', kind) });
      results.push(
        compared(`times faster: merge of 100,000 rows, ${what}, against deltalake`, merge.theirs, merge.ours, aim),
      );
      results.push({
        ...atMost('its peak memory', merge.ours, merge.theirs, 0.2),
        ...memory(merge.ours, merge.theirs),
      });
    }
    for (const name of ['log', 'copy', 'ours', 'theirs', 'merged'])
      rmSync(join(folder, name), { recursive: true, force: true });
    return results;
  },
};

function tookOf(run: Measurement | undefined): Took {
  return JSON.parse(run?.stdout ?? '') as Took;
}

function told(first: Took, second: Took): string {
  const each = ({ cpu, wall }: Took): string =>
    `${(cpu / 1000).toFixed(2)} s (${(wall / 1000).toFixed(2)} s by the clock)`;
  return `${each(first)} against ${each(second)}`;
}

function compared(
  what: string,
  slow: Measurement | undefined,
  quick: Measurement | undefined,
  atLeast: number,
): Result {
  const [a, b] = [tookOf(slow), tookOf(quick)];
  return { what, measured: told(b, a), value: a.cpu / b.cpu, unit: '×', aim: { atLeast } };
}

function atMost(what: string, own: Measurement | undefined, other: Measurement | undefined, limit: number): Result {
  const [a, b] = [tookOf(own), tookOf(other)];
  return { what, measured: told(a, b), value: a.cpu / b.cpu, unit: '×', aim: { atMost: limit } };
}

function memory(own: Measurement | undefined, other: Measurement | undefined): Pick<Result, 'measured' | 'value'> {
  const megabytes = (run: Measurement | undefined): number => Math.round((run?.peak ?? 0) / 1e6);
  return {
    measured: `${megabytes(own)} MB against ${megabytes(other)} MB`,
    value: (own?.peak ?? 0) / (other?.peak ?? 1),
  };
}
