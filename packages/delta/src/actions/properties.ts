import { DeltaError } from '../errors.ts';
import type { Metadata } from './actions.ts';

type Configuration = Metadata['configuration'];

/** A property that is true or false, as Spark writes them; `otherwise` where the table does not set it. Throws `delta/invalid-property`. */
export function flagProperty(configuration: Configuration, name: string, otherwise: boolean): boolean {
  const value = configuration[name];
  if (value === undefined) return otherwise;
  if (/^true$/i.test(value)) return true;
  if (/^false$/i.test(value)) return false;
  throw invalid(name, value, 'true or false');
}

/** Properties that are true or false, of which some readers know the small letters alone. */
const flags: readonly string[] = [
  'delta.appendOnly',
  'delta.checkpoint.writeStatsAsJson',
  'delta.checkpoint.writeStatsAsStruct',
  'delta.enableChangeDataFeed',
  'delta.enableDeletionVectors',
  'delta.enableExpiredLogCleanup',
  'delta.enableInCommitTimestamps',
  'delta.enableRowTracking',
  'delta.enableTypeWidening',
];

/** Properties as a log should hold them: `True` is `true`. Throws `delta/invalid-property` for a flag that is neither true nor false. */
export function plainFlags(configuration: Configuration): Configuration {
  const given = flags.filter((name) => name in configuration);
  return {
    ...configuration,
    ...Object.fromEntries(given.map((name) => [name, String(flagProperty(configuration, name, false))])),
  };
}

/** A property that is a whole number. Throws `delta/invalid-property`. */
export function numberProperty(configuration: Configuration, name: string, otherwise: number): number {
  const value = configuration[name];
  if (value === undefined) return otherwise;
  if (!/^-?\d+$/.test(value)) throw invalid(name, value, 'a whole number');
  return Number(value);
}

const milliseconds: Readonly<Record<string, number>> = {
  microsecond: 0.001,
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** A property that is a span of time, such as `interval 7 days` or `interval 1 week 12 hours`, in milliseconds. Throws `delta/invalid-property`. */
export function intervalProperty(configuration: Configuration, name: string, otherwise: number): number {
  const value = configuration[name];
  if (value === undefined) return otherwise;
  const parts = value
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '');
  const each = [...parts.matchAll(/(\d+)\s+([a-z]+?)s?(?=\s|$)/g)];
  const rest = parts.replace(/(\d+)\s+([a-z]+?)s?(?=\s|$)/g, '').trim();
  const spans = each.map(([, count, unit = '']) => Number(count) * (milliseconds[unit] ?? Number.NaN));
  const sum = spans.reduce((all, span) => all + span, 0);
  if (each.length === 0 || rest !== '' || Number.isNaN(sum))
    throw invalid(name, value, "a span such as 'interval 7 days'");
  return sum;
}

function invalid(name: string, value: string, wanted: string): DeltaError {
  return new DeltaError(
    'delta/invalid-property',
    `The table property ${name} is '${value}', which is not ${wanted}.`,
    'Set the property to a value of that kind, or take it away.',
  );
}
