/** The DuckDB types that dbt gives seed columns. `bigint` is ours: where dbt's `integer` would not hold the numbers and the load would fail. */
export type SeedType = 'integer' | 'bigint' | 'float8' | 'date' | 'timestamp without time zone' | 'boolean' | 'text';

interface Guess {
  readonly type: SeedType | 'number';
  readonly fits: (text: string) => boolean;
}

/** dbt's order of guesses (agate's types, as dbt sets them up). */
const guesses: readonly Guess[] = [
  {
    type: 'number',
    fits: (text) => /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^[+-]?(inf|infinity|nan)$/i.test(text),
  },
  { type: 'date', fits: isDate },
  { type: 'timestamp without time zone', fits: (text) => isDateTime(text, ' ', /^\d{1,2}:\d{1,2}:\d{1,2}$/) },
  {
    type: 'timestamp without time zone',
    fits: (text) => isDateTime(text, 'T', /^\d{2}(:?\d{2}(:?\d{2}([.,]\d+)?)?)?(Z|[+-]\d{2}(:?\d{2})?)?$/),
  },
  { type: 'boolean', fits: (text) => /^(true|false)$/i.test(text.replaceAll(',', '')) },
];

/** The type of a seed column by its values, as dbt infers it: `null` and the empty text say nothing, a column without values is an integer. */
export function seedType(values: Iterable<string>): SeedType {
  let left = guesses;
  let isWhole = true;
  let isWide = false;
  for (const value of values) {
    const text = value.trim();
    if (text === '' || text.toLowerCase() === 'null') continue;
    left = left.filter((guess) => guess.fits(text));
    if (left.length === 0) return 'text';
    const number = Number(text.replaceAll('_', ''));
    isWhole &&= Number.isInteger(number);
    isWide ||= Math.abs(number) > 2_147_483_647;
  }
  const type = left[0]?.type ?? 'text';
  if (type !== 'number') return type;
  return isWhole ? (isWide ? 'bigint' : 'integer') : 'float8';
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isDateTime(text: string, separator: string, time: RegExp): boolean {
  const at = text.indexOf(separator);
  if (at < 0 || !isDate(text.slice(0, at)) || !time.test(text.slice(at + 1))) return false;
  const [hours = 0, minutes = 0, seconds = 0] =
    text
      .slice(at + 1)
      .match(/\d+/g)
      ?.map(Number) ?? [];
  return hours < 24 && minutes < 60 && seconds < 62;
}
