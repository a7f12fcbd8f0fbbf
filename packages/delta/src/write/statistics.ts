import { type DeltaType, leafFields, physicalName, type StructField, type StructType } from '../actions/schema.ts';

/** What is known of one column of one file. Values are texts as SQL prints them, timestamps in UTC: JS numbers would lose digits. */
export interface ColumnStatistics {
  readonly min?: string;
  readonly max?: string;
  readonly nullCount?: number;
  /** Minimum and maximum leave NaN out, and readers sort it last: neither may be written then. */
  readonly hasNaN?: boolean;
}

export interface StatisticsOptions {
  /** Leaf columns from the first on that are described; 32 where absent, -1 for all (`delta.dataSkippingNumIndexedCols`). */
  readonly columns?: number;
  /** `false`: rows of the file are marked as deleted, so bounds may be too wide. */
  readonly tightBounds?: boolean;
}

/** Of a text that is longer, so many characters are written. */
const prefixLength = 32;

/**
 * `add.stats` of a file (protocol, "Per-file Statistics"). A bound that cannot be written exactly, or as one that is wider, is left out: a bound that is
 * too narrow makes every reader skip rows.
 * @param of the statistics of a leaf column by its physical path; undefined where nothing is known
 */
export function statisticsText(
  numRecords: number,
  schema: StructType,
  of: (path: readonly string[]) => ColumnStatistics | undefined,
  { columns = 32, tightBounds }: StatisticsOptions = {},
): string {
  const described = physicalLeaves(schema).slice(0, columns < 0 ? undefined : columns);
  const tree = { minValues: new Branch(), maxValues: new Branch(), nullCount: new Branch() };
  for (const { path, type } of described) {
    const known = of(path);
    if (known === undefined) continue;
    const { min, max } = boundsOf(type, known);
    if (min !== undefined) tree.minValues.set(path, min);
    if (max !== undefined) tree.maxValues.set(path, max);
    if (known.nullCount !== undefined) tree.nullCount.set(path, String(known.nullCount));
  }
  const parts = Object.entries(tree).map(([name, branch]) => `${JSON.stringify(name)}:${branch.text()}`);
  const tight = tightBounds === undefined ? [] : [`"tightBounds":${tightBounds}`];
  return `{${[`"numRecords":${numRecords}`, ...parts, ...tight].join(',')}}`;
}

function physicalLeaves(schema: StructType): readonly { readonly path: readonly string[]; readonly type: DeltaType }[] {
  const mapped = (fields: readonly StructField[]): readonly StructField[] =>
    fields.map((field) => ({
      ...field,
      name: physicalName(field),
      type:
        typeof field.type !== 'string' && field.type.type === 'struct'
          ? { ...field.type, fields: mapped(field.type.fields) }
          : field.type,
    }));
  return leafFields({ type: 'struct', fields: mapped(schema.fields) });
}

/** An object of JSON whose values are texts that stand as they are. */
class Branch {
  private readonly entries = new Map<string, Branch | string>();

  set([name = '', ...rest]: readonly string[], value: string): void {
    if (rest.length === 0) {
      this.entries.set(name, value);
      return;
    }
    const known = this.entries.get(name);
    const branch = known instanceof Branch ? known : new Branch();
    this.entries.set(name, branch);
    branch.set(rest, value);
  }

  text(): string {
    const parts = [...this.entries].map(
      ([name, value]) => `${JSON.stringify(name)}:${typeof value === 'string' ? value : value.text()}`,
    );
    return `{${parts.join(',')}}`;
  }
}

function boundsOf(type: DeltaType, { min, max, hasNaN }: ColumnStatistics): { min?: string; max?: string } {
  if (hasNaN === true || typeof type !== 'string') return {};
  const low = min === undefined ? undefined : boundText(type, min, false);
  const high = max === undefined ? undefined : boundText(type, max, true);
  return { ...(low === undefined ? {} : { min: low }), ...(high === undefined ? {} : { max: high }) };
}

const numbers: ReadonlySet<string> = new Set(['byte', 'short', 'integer', 'long', 'float', 'double']);

/** The JSON text of a bound; undefined where it has none. */
function boundText(type: string, value: string, upper: boolean): string | undefined {
  if (numbers.has(type) || type.startsWith('decimal')) return numberText(value);
  if (type === 'string') return upper ? upperText(value) : JSON.stringify(prefixOf(value));
  if (type === 'date') return /^\d{4}-\d\d-\d\d$/.test(value) ? JSON.stringify(value) : undefined;
  if (type === 'timestamp' || type === 'timestamp_ntz') return timestampText(value, type === 'timestamp');
  return undefined;
}

/** A number as it is printed, where JSON can hold it. */
function numberText(value: string): string | undefined {
  const match = /^([+-]?)0*(\d+|(?=\.))(\.\d+)?(e[+-]?\d+)?$/i.exec(value);
  if (match === null) return undefined;
  const [, sign, whole, fraction = '', exponent = ''] = match;
  return `${sign === '-' ? '-' : ''}${whole === '' ? '0' : whole}${fraction}${exponent}`;
}

const prefixOf = (value: string): string => [...value].slice(0, prefixLength).join('');

/** A text that is no smaller than any that begins so: the prefix and a character that sorts after what follows. */
function upperText(value: string): string | undefined {
  const characters = [...value];
  const next = characters[prefixLength];
  if (next === undefined) return JSON.stringify(value);
  const after = (next.codePointAt(0) ?? 0) < 0x7f ? '\u007f' : '\u{10ffff}';
  return JSON.stringify(prefixOf(value) + after);
}

/** `2024-01-01 12:34:56.5+00` as `2024-01-01T12:34:56.500000Z`: all digits, since a bound that is cut loses rows. */
function timestampText(value: string, zoned: boolean): string | undefined {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/.exec(value);
  if (match === null) return undefined;
  const [, date, time, fraction = ''] = match;
  return JSON.stringify(`${date}T${time}.${fraction.padEnd(6, '0')}${zoned ? 'Z' : ''}`);
}
