import { TimeDelta } from '../../jinja/modules/datetime/time-delta.ts';

const units: readonly (readonly [pattern: string, seconds: number])[] = [
  ['w|wks?|weeks?', 604_800],
  ['d|dys?|days?', 86_400],
  ['h|hrs?|hours?', 3600],
  ['m|mins?|minutes?', 60],
  ['s|secs?|seconds?', 1],
];
const words = new RegExp(
  `^([+-]?)\\s*${units.map(([unit]) => `(?:(\\d+(?:\\.\\d+)?)\\s*(?:${unit})[,/]?\\s*)?`).join('')}$`,
  'i',
);
const clock = /^([+-]?)\s*(?:(\d+)\s*days?,?\s*)?(?:(\d+):)?(\d{1,2}):(\d\d(?:\.\d+)?)$/i;

/** A span of time as people write it: `1h 30m`, `2 days`, `4:13`; null for anything else. */
export function timeSpan(text: string): TimeDelta | null {
  const [spelt, sign = '', ...counts] = words.exec(text) ?? [];
  if (spelt !== undefined && counts.some((count) => count !== undefined))
    return ofSeconds(
      sign,
      counts.reduce((sum, count, at) => sum + Number(count ?? 0) * (units[at]?.[1] ?? 0), 0),
    );
  const [told, before = '', days = '0', hours = '0', minutes = '0', seconds = '0'] = clock.exec(text) ?? [];
  if (told === undefined) return null;
  return ofSeconds(before, Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}

function ofSeconds(sign: string, seconds: number): TimeDelta {
  return TimeDelta.fromMicros(BigInt(Math.round(seconds * 1e6)) * (sign === '-' ? -1n : 1n));
}
