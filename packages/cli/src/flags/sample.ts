import { readYamlMapping } from '@eider/core';
import type { FlagKind } from './flag-kinds.ts';
import { UsageError } from './usage-error.ts';

const grains = ['hour', 'day', 'month', 'year'] as const;
type Grain = (typeof grains)[number];

/** What `--sample` asks for: a time with both ends, in UTC, or so much of the time before now. */
export type Sample = SampleWindow | { readonly last: number; readonly grain: Grain };

/** Inclusive and exclusive. */
export interface SampleWindow {
  readonly start: Date;
  readonly end: Date;
}

/** dbt's sample: `3 days`, or a mapping of `start` and `end`. */
export const sample: FlagKind<Sample> = {
  placeholder: '<time>',
  read(raw, name) {
    const text = String(raw).trim();
    return text.startsWith('{') ? readWindow(text, name) : readSpan(text, name);
  },
};

/** The time that a sample stands for, when it is `now`. Days of months that are shorter end with the month, as in dbt. */
export function sampleWindow(given: Sample, now: Date): SampleWindow {
  if ('start' in given) return given;
  const { grain, last } = given;
  const start = new Date(now);
  if (grain === 'hour') start.setUTCHours(start.getUTCHours() - last);
  else if (grain === 'day') start.setUTCDate(start.getUTCDate() - last);
  else {
    const day = start.getUTCDate();
    start.setUTCDate(1);
    start.setUTCMonth(start.getUTCMonth() - (grain === 'year' ? 12 * last : last));
    const days = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
    start.setUTCDate(Math.min(day, days));
  }
  return { start, end: now };
}

/** As it is written on a command line. */
export function sampleText(given: Sample): string {
  if (!('start' in given)) return `${given.last} ${given.grain}s`;
  const [start, end] = [given.start, given.end].map((moment) => moment.toISOString().slice(0, 19));
  return `{start: ${start}, end: ${end}}`;
}

/** As dbt writes it into `run_results.json`: the time that it stands for when it is `now`, so that `retry` reads the rows of then. */
export function sampleRecord(given: Sample, now: Date): { readonly start: string; readonly end: string } {
  const { end, start } = sampleWindow(given, now);
  const text = (moment: Date): string => moment.toISOString().replace(/(?:\.000)?Z$/, '+00:00');
  return { start: text(start), end: text(end) };
}

function readSpan(text: string, name: string): Sample {
  const [count = '', grain = '', ...more] = text.split(' ');
  const known = grains.find((one) => one === grain.toLowerCase().replace(/s+$/, ''));
  if (!/^[+-]?\d+$/.test(count) || known === undefined || more.length > 0) {
    throw new UsageError(
      `${name} is "${text}", which is no time.`,
      `Write a number and one of ${grains.map((one) => `${one}s`).join(', ')}: ${name} "3 days".`,
    );
  }
  return { last: Number(count), grain: known };
}

function readWindow(text: string, name: string): SampleWindow {
  const { root } = readYamlMapping(text, name);
  const [start, end] = ['start', 'end'].map((key) => momentOf(root?.get(key)?.value));
  if (start === undefined || end === undefined) {
    throw new UsageError(
      `${name} is "${text}", which does not say from when to when.`,
      `Write both ends: ${name} "{start: 2024-01-01, end: 2024-01-08T12:00:00}".`,
    );
  }
  return { start, end };
}

/** A zone that is written is not looked at, as in dbt: all times are UTC. */
function momentOf(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  const written = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?/.exec(String(value));
  const moment = new Date(`${written?.[1]}T${written?.[2] ?? '00:00:00'}Z`);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
