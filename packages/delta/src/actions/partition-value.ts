import { DeltaError } from '../errors.ts';
import type { DeltaType } from './schema.ts';

/** The name that Hive's folders give to null: as a value it would be read as null, by some readers and writers. */
const hiveNull = '__HIVE_DEFAULT_PARTITION__';

/**
 * The text of a partition value in the log (protocol, "Partition Value Serialization").
 * Throws `delta/invalid-commit` for texts that readers do not agree on: an empty one is null to some, and so is the name of Hive's null.
 * @param value as SQL prints it, timestamps in UTC; null for NULL
 */
export function partitionText(column: string, type: DeltaType, value: string | null): string | null {
  if (value === null) return null;
  if (value === '' || value === hiveNull) {
    throw new DeltaError(
      'delta/invalid-commit',
      `The partition column "${column}" holds ${value === '' ? 'an empty text' : `the text ${hiveNull}`}, which readers take for NULL.`,
      'Write NULL there (nullif), or another text, or partition by something else.',
    );
  }
  if (type === 'timestamp' || type === 'timestamp_ntz') return timestampText(value, type === 'timestamp');
  if (type === 'float' || type === 'double') return doubles[value.toLowerCase()] ?? value;
  return value;
}

const doubles: Readonly<Record<string, string>> = { inf: 'Infinity', '-inf': '-Infinity', nan: 'NaN' };

function timestampText(value: string, zoned: boolean): string {
  const match = /^(.+?)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/.exec(value);
  if (match === null) return value;
  const [, date, time, fraction = ''] = match;
  const digits = fraction.padEnd(6, '0');
  if (zoned) return `${date}T${time}.${digits}Z`;
  return fraction === '' ? `${date} ${time}` : `${date} ${time}.${digits}`;
}
