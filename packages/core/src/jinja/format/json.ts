import { compare } from '../values/compare.ts';
import { Dict, mappingOf } from '../values/dict.ts';
import { hostOf } from '../values/host-object.ts';
import { replaceEach } from '../values/large-text.ts';
import { float, floatText, int, isFloat, isInt, isNumeric, refuseDigits, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { repr } from '../values/repr.ts';
import { textOf } from '../values/text-value.ts';
import { typeName } from '../values/type-name.ts';
import { refuseText, spend } from '../values/work.ts';

/** How `dumpJson` writes. `indent`: spaces per level; null: one line. */
export interface JsonOptions {
  readonly sortKeys?: boolean;
  readonly indent?: number | string | null;
}

/** Python's `json.dumps(value)`: its separators, ASCII only, floats as Python prints them. Throws TypeError for other types. */
export function dumpJson(value: unknown, options: JsonOptions = {}): string {
  const indent = options.indent ?? null;
  const unit = typeof indent === 'number' ? ' '.repeat(Math.max(0, indent)) : indent;
  return new Writer(unit, options.sortKeys === true).write(value, '\n');
}

class Writer {
  readonly #unit: string | null;
  readonly #sort: boolean;
  readonly #open = new Set<object>();

  constructor(unit: string | null, sort: boolean) {
    this.#unit = unit;
    this.#sort = sort;
  }

  write(value: unknown, line: string): string {
    if (value === null || value === undefined) return 'null';
    if (typeof value === 'boolean') return String(value);
    const text = textOf(value);
    if (text !== undefined) return jsonText(text);
    if (isNumeric(value)) return number(value);
    const whole = hostOf(value)?.__index__?.();
    if (whole !== undefined) return number(whole);
    if (typeof value === 'object') {
      if (this.#open.has(value)) throw valueError('Circular reference detected');
      this.#open.add(value);
      try {
        const text = this.#container(value, line);
        if (text !== null) return text;
      } finally {
        this.#open.delete(value);
      }
    }
    throw typeError(`Object of type ${typeName(value).replace(/^.*\./, '')} is not JSON serializable`);
  }

  #container(value: object, line: string): string | null {
    const inner = this.#unit === null ? line : line + this.#unit;
    if (Array.isArray(value))
      return this.#brackets(
        '[',
        value.map((item) => this.write(item, inner)),
        ']',
        line,
      );
    const mapping = mappingOf(value);
    if (mapping === null) return null;
    const entries = [...mapping.entries()];
    if (this.#sort) entries.sort(([a], [b]) => (compare('<', a, b) ? -1 : 1));
    const items = entries.map(([key, item]) => `${jsonText(keyText(key))}: ${this.write(item, inner)}`);
    return this.#brackets('{', items, '}', line);
  }

  #brackets(open: string, items: readonly string[], close: string, line: string): string {
    spend(1);
    if (items.length === 0) return open + close;
    refuseText(items.reduce((sum, item) => sum + item.length, 0));
    if (this.#unit === null) return open + items.join(', ') + close;
    const inner = line + this.#unit;
    return open + inner + items.join(`,${inner}`) + line + close;
  }
}

function number(value: unknown): string {
  if (isInt(value)) return repr(value);
  const real = isFloat(value) ? toNumber(value) : Number.NaN;
  if (Number.isFinite(real)) return floatText(real);
  return Number.isNaN(real) ? 'NaN' : real > 0 ? 'Infinity' : '-Infinity';
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (key === null || key === undefined) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (isNumeric(key)) return number(key);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

const beyondAscii = /[\u007f-\uffff]/g;

function jsonText(text: string): string {
  return replaceEach(JSON.stringify(text), beyondAscii, (character) =>
    character === '\u007f' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const token = /[ \t\n\r]*([{}[\]:,]|"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z-]+|$)/y;
const literals = new Map<string, unknown>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Python's `json.loads(text)`: keeps ints and floats apart, objects become Dict. Throws JSONDecodeError. */
export function parseJson(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value(reader.next());
  const rest = reader.next();
  if (rest !== '') throw reader.failure('Extra data');
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;
  #start = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string {
    spend(1);
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    this.#start = this.#at + (/^[ \t\n\r]*/.exec(this.#text.slice(this.#at))?.[0].length ?? 0);
    if (match === null) throw this.failure('Expecting value');
    this.#at = token.lastIndex;
    return match[1] ?? '';
  }

  failure(words: string): PyError {
    const before = this.#text.slice(0, this.#start);
    const line = before.split('\n').length;
    const column = this.#start - before.lastIndexOf('\n');
    return new PyError('JSONDecodeError', `${words}: line ${line} column ${column} (char ${this.#start})`);
  }

  value(first: string): unknown {
    if (first === '{') return this.#object();
    if (first === '[') return this.#array();
    if (first.startsWith('"')) return this.#string(first);
    if (/^-?\d+$/.test(first)) return this.#int(first);
    if (/^-?\d/.test(first)) return float(Number(first));
    if (!literals.has(first)) throw this.failure('Expecting value');
    return literals.get(first);
  }

  #int(digits: string): unknown {
    refuseDigits(digits.replace('-', '').length);
    return int(BigInt(digits));
  }

  #string(source: string): string {
    try {
      return JSON.parse(source) as string;
    } catch {
      throw this.failure('Invalid control character or escape');
    }
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    let next = this.next();
    if (next === ']') return items;
    for (;;) {
      items.push(this.value(next));
      const end = this.next();
      if (end === ']') return items;
      if (end !== ',') throw this.failure("Expecting ',' delimiter");
      next = this.next();
    }
  }

  #object(): Dict {
    const dict = new Dict();
    let key = this.next();
    if (key === '}') return dict;
    for (;;) {
      if (!key.startsWith('"')) throw this.failure('Expecting property name enclosed in double quotes');
      if (this.next() !== ':') throw this.failure("Expecting ':' delimiter");
      dict.set(this.#string(key), this.value(this.next()));
      const end = this.next();
      if (end === '}') return dict;
      if (end !== ',') throw this.failure("Expecting ',' delimiter");
      key = this.next();
    }
  }
}
