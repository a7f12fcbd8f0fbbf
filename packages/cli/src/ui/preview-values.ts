import { type DuckType, parseType } from '@eider/engine';

/** One column of a preview, its values as JSON and as text for people. */
export interface PreviewColumn {
  readonly name: string;
  /** JSON texts: integers of any size stay exact. */
  readonly json: readonly string[];
  readonly texts: readonly string[];
  readonly isNumber: boolean;
}

const integer = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM)$/;
const fraction = /^(DECIMAL\b|FLOAT$|DOUBLE$)/;
const time = /^(DATE|TIME)/;

/**
 * A column of DuckDB values as dbt's `show` gives it: numbers as numbers, dates and times in ISO 8601 (in text with a space), lists, structs and maps as
 * JSON in a text. Intervals and blobs are written as DuckDB writes them.
 */
export function previewColumn(name: string, type: string, values: readonly unknown[]): PreviewColumn {
  const parsed = parseType(type);
  const json = values.map((value) => jsonOf(value, parsed));
  const isEmpty = values.every((value) => value === null);
  const scalar = parsed.kind === 'scalar' ? parsed.text : '';
  // As in dbt's tables: what is no text, and a column that holds nothing, stands at the right.
  const isNumber = isEmpty || integer.test(scalar) || fraction.test(scalar) || /^(DATE|TIMESTAMP|BOOLEAN)/.test(scalar);
  const texts = fraction.test(scalar) ? decimals(values) : values.map((value) => textOf(value, parsed));
  return { name, json, texts, isNumber };
}

function textOf(value: unknown, type: DuckType): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (type.kind === 'scalar') return time.test(type.text) ? isoTime(String(value), ' ') : printable(String(value));
  return printable(plainText(value, type));
}

function jsonOf(value: unknown, type: DuckType): string {
  if (value === null || value === undefined) return 'null';
  if (type.kind !== 'scalar' && type.kind !== 'union') return JSON.stringify(plainText(value, type));
  return scalarJson(value, type);
}

function scalarJson(value: unknown, type: DuckType): string {
  if (typeof value === 'bigint') return String(value);
  const text = type.kind === 'scalar' ? type.text : '';
  if (fraction.test(text)) return numberJson(Number(value));
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : JSON.stringify(numberName(value));
  if (typeof value === 'boolean') return String(value);
  return JSON.stringify(time.test(text) ? isoTime(String(value), 'T') : String(value));
}

/** Fractions stay fractions for languages that tell 2.0 from 2; JSON has no infinity. */
function numberJson(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(numberName(value));
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}

function numberName(value: number): string {
  return Number.isNaN(value) ? 'NaN' : String(value);
}

/** A nested value as JSON with spaces, as Python writes it. */
function plainText(value: unknown, type: DuckType): string {
  if (value === null || value === undefined) return 'null';
  if (type.kind === 'list') return `[${(value as unknown[]).map((item) => plainText(item, type.item)).join(', ')}]`;
  if (type.kind === 'map') {
    const entries = value as readonly { readonly key: unknown; readonly value: unknown }[];
    return `{${entries.map((one) => `${keyText(one.key, type.key)}: ${plainText(one.value, type.value)}`).join(', ')}}`;
  }
  if (type.kind !== 'struct') return scalarJson(value, type);
  const items = Object.entries(value as object);
  const inner = items.map(([key, item], i): string => {
    const of = type.fields[i]?.type ?? { kind: 'scalar', text: '' };
    return `${JSON.stringify(key)}: ${plainText(item, of)}`;
  });
  return `{${inner.join(', ')}}`;
}

function keyText(key: unknown, type: DuckType): string {
  const text = plainText(key, type);
  return text.startsWith('"') ? text : JSON.stringify(text);
}

/** DuckDB's `2024-01-02 03:04:05.5+00` as Python prints it: six digits of a second's parts, minutes in the offset. */
function isoTime(text: string, separator: ' ' | 'T'): string {
  return text
    .replace(/\.(\d{1,5})(?!\d)/, (_, digits: string) => `.${digits.padEnd(6, '0')}`)
    .replace(/(:\d\d(?:\.\d+)?[+-]\d\d)$/, '$1:00')
    .replace(/^(\S+) (?=\d)/, `$1${separator}`);
}

const places = 3;

/** Numbers with fractions: thousands apart, as many decimals in all rows as the longest has, up to three. */
function decimals(values: readonly unknown[]): readonly string[] {
  const most = Math.max(0, ...values.map((value) => decimalPlaces(String(value ?? ''))));
  const digits = Math.min(most, places);
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    roundingMode: 'halfEven',
  });
  return values.map((value) => {
    if (value === null || value === undefined) return '';
    const text = String(value);
    if (!/\d/.test(text)) return text;
    return `${format.format(text as unknown as number)}${most > places ? '…' : ''}`;
  });
}

/** How many decimals a number needs: 2 for `1.50e-1`. */
function decimalPlaces(text: string): number {
  const match = /^-?\d+(?:\.(\d*?)0*)?(?:e([+-]?\d+))?$/.exec(text);
  return match === null ? 0 : Math.max(0, (match[1]?.length ?? 0) - Number(match[2] ?? 0));
}

/** Control characters would move the cursor, or do worse: they are written as escapes. */
function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => named.get(character) ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const named = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
