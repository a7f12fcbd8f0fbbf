import { intMethods } from '../../methods/scalar.ts';
import { binary } from '../../values/binary.ts';
import { compare } from '../../values/compare.ts';
import { equals } from '../../values/equals.ts';
import { hashKey } from '../../values/hash-key.ts';
import type { BinaryOperator, HostObject, OrderOperator } from '../../values/host-object.ts';
import { int, isInt, type PyInt } from '../../values/number.ts';
import { typeError, valueError } from '../../values/py-error.ts';
import { repr } from '../../values/repr.ts';
import { typeName } from '../../values/type-name.ts';
import { boundFunction, PythonClass } from '../python-class.ts';

/** The flags of Python's `re` by their bits, in the order in which they are shown. */
const names: readonly (readonly [name: string, bit: bigint])[] = [
  ['ASCII', 256n],
  ['IGNORECASE', 2n],
  ['LOCALE', 4n],
  ['UNICODE', 32n],
  ['MULTILINE', 8n],
  ['DOTALL', 16n],
  ['VERBOSE', 64n],
  ['TEMPLATE', 1n],
  ['DEBUG', 128n],
];

/** Python's `re.RegexFlag`: an int that shows the names of its bits. Arithmetic gives plain ints. */
export class RegexFlag implements HostObject {
  readonly __type__ = 'RegexFlag';
  readonly value: PyInt;

  constructor(value: PyInt) {
    this.value = value;
  }

  __index__(): PyInt {
    return this.value;
  }

  __int__(): PyInt {
    return this.value;
  }

  __float__(): number {
    return Number(this.value);
  }

  /** How many bits are set. */
  __len__(): number {
    return BigInt(this.value).toString(2).replace(/[^1]/g, '').length;
  }

  /** A flag for each bit that has a name, in the order in which they are shown. */
  __iter__(): Iterable<RegexFlag> {
    const value = BigInt(this.value);
    const set = names.filter(([, bit]) => (value & bit) !== 0n);
    return set.map(([, bit]) => new RegexFlag(int(bit)));
  }

  /** Whether a flag's bits are set in it. Throws TypeError for what is no flag. */
  __contains__(item: unknown): boolean {
    if (item instanceof RegexFlag) return (BigInt(this.value) & BigInt(item.value)) === BigInt(item.value);
    throw typeError(`unsupported operand type(s) for 'in': '${typeName(item)}' and 'RegexFlag'`);
  }

  __bool__(): boolean {
    return this.value !== 0;
  }

  __eq__(other: unknown): boolean {
    return equals(this.value, plain(other));
  }

  __hash__(): string | number | bigint {
    const key = hashKey(this.value);
    return typeof key === 'number' || typeof key === 'bigint' ? key : String(key);
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    const than = plain(other);
    return isInt(than) || typeof than === 'boolean' ? compare(operator, this.value, than) : undefined;
  }

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    const operand = plain(other);
    return reflected ? binary(operator, operand, this.value) : binary(operator, this.value, operand);
  }

  __neg__(): unknown {
    return binary('*', this.value, -1);
  }

  __abs__(): unknown {
    return this.value;
  }

  __round__(): unknown {
    return this.value;
  }

  __getattr__(name: string): unknown {
    if (name === 'value' || name === 'real' || name === 'numerator') return this.value;
    if (name === 'name') return this.#name();
    if (name === 'imag') return 0;
    if (name === 'denominator') return 1;
    const method = intMethods.get(name);
    if (method === undefined) return undefined;
    const lookup = { attribute: () => undefined, item: () => undefined };
    return boundFunction(this, name, (args, kwargs) => method(this.value, args, kwargs, lookup));
  }

  /** What `name` says: the names of its bits; null where none has one. */
  #name(): string | null {
    const { known, rest } = this.#parts();
    if (known.length === 0) return rest === '' ? 'NOFLAG' : null;
    return (rest === '' ? known : [...known, rest]).join('|');
  }

  #parts(): { readonly known: readonly string[]; readonly rest: string } {
    const value = BigInt(this.value);
    const known = names.filter(([, bit]) => (value & bit) !== 0n);
    const rest = known.reduce((left, [, bit]) => left - bit, value);
    return { known: known.map(([name]) => name), rest: rest === 0n ? '' : `0x${rest.toString(16)}` };
  }

  __repr__(): string {
    const { known, rest } = this.#parts();
    const shown = known.map((name) => `re.${name}`);
    if (shown.length > 0) return (rest === '' ? shown : [...shown, rest]).join('|');
    return rest === '' ? 're.NOFLAG' : `re.RegexFlag(${this.value})`;
  }
}

function plain(value: unknown): unknown {
  return value instanceof RegexFlag ? value.value : value;
}

const shortNames: Readonly<Record<string, string>> = {
  A: 'ASCII',
  I: 'IGNORECASE',
  L: 'LOCALE',
  M: 'MULTILINE',
  S: 'DOTALL',
  X: 'VERBOSE',
  U: 'UNICODE',
};

function flagOf(name: string): RegexFlag {
  return new RegexFlag(int(names.find(([one]) => one === (shortNames[name] ?? name))?.[1] ?? 0n));
}

/** The flags that the module `re` has: by letters, by names, and none. */
export const flags: Readonly<Record<string, RegexFlag>> = Object.fromEntries(
  [...Object.keys(shortNames), ...Object.values(shortNames), 'NOFLAG'].map((name) => [name, flagOf(name)]),
);

/** The class of the flags: called with bits it gives a flag. */
export const flagClass: PythonClass = new PythonClass('RegexFlag', {
  construct: ([bits]) => {
    const value = plain(bits);
    if (isInt(value) || typeof value === 'boolean') return new RegexFlag(int(BigInt(value)));
    throw valueError(`${repr(value)} is not a valid RegexFlag`);
  },
  statics: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, () => flag])),
  shownAs: "<flag 'RegexFlag'>",
});
