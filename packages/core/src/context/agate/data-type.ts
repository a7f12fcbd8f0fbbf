import { parseIsoDate, parseIsoDateTime } from '../../jinja/modules/datetime/iso-format.ts';
import { TimeDelta } from '../../jinja/modules/datetime/time-delta.ts';
import { DateTime, PyDate } from '../../jinja/modules/index.ts';
import {
  Decimal,
  type HostObject,
  hostFunction,
  isFloat,
  isInt,
  PyError,
  repr,
  toStr,
} from '../../jinja/values/index.ts';
import { timeSpan } from './time-span.ts';

/** What makes a value one of a column's; throws PyError of kind CastError for what it cannot be. */
export type Cast = (value: unknown) => unknown;

/** The type of a table's column, as agate's DataType. */
export class DataType implements HostObject {
  /** The class's name, as `print_structure` shows it. */
  readonly name: string;
  readonly __type__: string;
  readonly cast: Cast;

  constructor(type: string, cast: Cast) {
    this.__type__ = type;
    this.name = type.slice(type.lastIndexOf('.') + 1);
    this.cast = cast;
  }

  /** Whether a value can be one of such a column. */
  test(value: unknown): boolean {
    try {
      this.cast(value);
      return true;
    } catch (thrown) {
      if (thrown instanceof PyError && thrown.kind === 'CastError') return false;
      throw thrown;
    }
  }

  __getattr__(name: string): unknown {
    if (name === 'cast') return hostFunction(name, ['d'], this.cast);
    if (name === 'test') return hostFunction(name, ['d'], (value) => this.test(value));
    return undefined;
  }
}

function castError(message: string): PyError {
  return new PyError('CastError', message);
}

/** Texts that mean no value: in agate, and in the types that dbt has it use. */
const nullTexts = ['', 'na', 'n/a', 'none', 'null', '.'];
const dbtNullTexts = ['', 'null'];

function isNullText(text: string, nulls: readonly string[]): boolean {
  return nulls.includes(text.trim().toLowerCase());
}

const castInteger: Cast = (value) => {
  if (value === null || isInt(value)) return value;
  throw castError(`Can not parse value "${toStr(value)}" as Integer.`);
};

const castBoolean =
  (yes: readonly string[], no: readonly string[], nulls: readonly string[]): Cast =>
  (value) => {
    if (value === null || typeof value === 'boolean') return value;
    const digit = isInt(value) || value instanceof Decimal ? toStr(value) : '';
    if (/^[01](\.0+)?$/.test(digit)) return digit.startsWith('1');
    const text = typeof value === 'string' ? value.replaceAll(',', '').trim() : value;
    if (typeof text === 'string') {
      if (isNullText(text, nulls)) return null;
      if (yes.includes(text.toLowerCase())) return true;
      if (no.includes(text.toLowerCase())) return false;
    }
    throw castError(`Can not convert value ${toStr(text)} to bool.`);
  };

const currencies = /^[؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫]+|[؋$ƒ៛¥₡₱£€¢﷼₪₩₭₮₦฿₤₫]+$/g;

const castNumber =
  (nulls: readonly string[]): Cast =>
  (value) => {
    if (value === null || value instanceof Decimal) return value;
    if (isInt(value)) return new Decimal(BigInt(value), 0);
    if (isFloat(value)) return Decimal.parse(repr(value));
    if (typeof value === 'boolean') return new Decimal(value ? 1n : 0n, 0);
    if (typeof value !== 'string') throw castError(`Can not parse value "${toStr(value)}" as Decimal.`);
    if (isNullText(value, nulls)) return null;
    const plain = value.trim().replaceAll(/^%+|%+$/g, '');
    const text = plain.replace(/^-/, '').replaceAll(currencies, '').replaceAll(',', '');
    try {
      const number = Decimal.parse(text);
      return plain.startsWith('-') ? number.negated() : number;
    } catch {
      throw castError(`Can not parse value "${text}" as Decimal.`);
    }
  };

const castTimeDelta: Cast = (value) => {
  if (value === null || value instanceof TimeDelta) return value;
  if (typeof value !== 'string') throw castError(`Can not parse value "${toStr(value)}" as timedelta.`);
  if (isNullText(value, nullTexts)) return null;
  const span = timeSpan(value.trim());
  if (span === null) throw castError(`Can not parse value "${value.trim()}" to as timedelta.`);
  return span;
};

/** Dates in ISO form; agate itself also reads dates in words (`next friday`), as of the day on which it does. */
const castDate =
  (nulls: readonly string[], otherwise: (text: string) => string): Cast =>
  (value) => {
    if (value === null || (value instanceof PyDate && !(value instanceof DateTime))) return value;
    if (typeof value !== 'string') throw castError(`Can not parse value "${toStr(value)}" as date.`);
    if (isNullText(value, nulls)) return null;
    const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d?)-(\d\d?)$/.exec(value.trim()) ?? [];
    return unless(otherwise(value.trim()), () => {
      return new PyDate(parseIsoDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`));
    });
  };

const castDateTime =
  (nulls: readonly string[], otherwise: (text: string) => string): Cast =>
  (value) => {
    if (value === null || value instanceof DateTime) return value;
    if (value instanceof PyDate) return new DateTime(value.ordinal, 0);
    if (typeof value !== 'string') throw castError(`Can not parse value "${toStr(value)}" as datetime.`);
    if (isNullText(value, nulls)) return null;
    return unless(otherwise(value.trim()), () => parseIsoDateTime(value.trim()));
  };

/** What `read` gives; where it fails, a CastError of these words. */
function unless(words: string, read: () => unknown): unknown {
  try {
    return read();
  } catch {
    throw castError(words);
  }
}

const castText =
  (nulls: readonly string[]): Cast =>
  (value) =>
    value === null || (typeof value === 'string' && isNullText(value, nulls)) ? null : toStr(value);

const wrongFormat = (text: string): string => `Value "${text}" does not match date format.`;
const noDate = (text: string): string => `Can not parse value "${text}" as date.`;
const noDateTime = (text: string): string => `Can not parse value "${text}" as datetime.`;

const dbtNumber: Cast = (value) => {
  if (typeof value === 'boolean') throw castError('Do not cast True to 1 or False to 0.');
  return castNumber(dbtNullTexts)(value);
};

/** The types of a query's result, in dbt's order: the first that fits all values that are there. */
const resultTypes: readonly DataType[] = [
  new DataType('dbt_common.clients.agate_helper.Integer', castInteger),
  new DataType('dbt_common.clients.agate_helper.Number', dbtNumber),
  new DataType('agate.data_types.date.Date', castDate(dbtNullTexts, wrongFormat)),
  new DataType('agate.data_types.date_time.DateTime', castDateTime(dbtNullTexts, wrongFormat)),
  new DataType('agate.data_types.boolean.Boolean', castBoolean(['true'], ['false'], dbtNullTexts)),
];
const resultText = new DataType('agate.data_types.text.Text', castText([]));

export const numberType: DataType = new DataType('agate.data_types.number.Number', castNumber(nullTexts));
export const textType: DataType = new DataType('agate.data_types.text.Text', castText(nullTexts));

/** The types of a table that is made anew, in agate's order. */
const anyTypes: readonly DataType[] = [
  new DataType(
    'agate.data_types.boolean.Boolean',
    castBoolean(['yes', 'y', 'true', 't', '1'], ['no', 'n', 'false', 'f', '0'], nullTexts),
  ),
  numberType,
  new DataType('agate.data_types.time_delta.TimeDelta', castTimeDelta),
  new DataType('agate.data_types.date.Date', castDate(nullTexts, noDate)),
  new DataType('agate.data_types.date_time.DateTime', castDateTime(nullTexts, noDateTime)),
];

/** The type of a column of a query's result by its values: dbt takes any column that holds a text for texts. */
export function resultTypeOf(values: readonly unknown[]): DataType {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.some((value) => typeof value === 'string')) return resultText;
  return resultTypes.find((type) => known.every((value) => type.test(value))) ?? resultText;
}

/** The type that agate guesses for values of any kind, texts included. */
export function guessedType(values: readonly unknown[]): DataType {
  return anyTypes.find((type) => values.every((value) => type.test(value))) ?? textType;
}

/** Whether one type is a kind of the other: dbt's numbers are agate's. */
export function isKindOf(type: DataType, other: DataType): boolean {
  return type.__type__ === other.__type__ || (other === numberType && type.name === 'Number');
}
