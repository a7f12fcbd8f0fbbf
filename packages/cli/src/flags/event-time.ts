import type { Flags } from './flags.ts';
import { UsageError } from './usage-error.ts';

/** The time that microbatch models are built for, where the command line names one: both ends of it, as dbt wants. Throws UsageError. */
export function eventTimeOf({
  eventTimeEnd: end,
  eventTimeStart: start,
}: Pick<Flags, 'eventTimeStart' | 'eventTimeEnd'>): { readonly start: Date; readonly end: Date } | undefined {
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined) throw alone('--event-time-end', '--event-time-start');
  if (end === undefined) throw alone('--event-time-start', '--event-time-end');
  if (start >= end) throw new UsageError('Value for `--event-time-start` must be less than `--event-time-end`.');
  return { start, end };
}

function alone(given: string, missing: string): UsageError {
  return new UsageError(
    `The flag \`${given}\` was specified, but \`${missing}\` was not.`,
    `When specifying \`${given}\`, \`${missing}\` must also be present.`,
  );
}
