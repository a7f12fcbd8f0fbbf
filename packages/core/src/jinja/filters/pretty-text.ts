import { compare } from '../values/compare.ts';
import { mappingOf } from '../values/dict.ts';
import { textLength } from '../values/iterate.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { PyError } from '../values/py-error.ts';
import { repr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { spend } from '../values/work.ts';

const width = 80;

/** Python's `pprint.pformat`: the repr with sorted dict keys, one element a line where it does not fit 80 columns. */
export function prettyText(value: unknown): string {
  return pretty(value, 0, 0);
}

/** `allowance`: columns taken by what follows on the last line. */
function pretty(value: unknown, indent: number, allowance: number): string {
  const flat = flatText(value);
  if (textLength(flat) <= width - indent - allowance) return flat;
  if (isPlainList(value) && value.length > 0) return list(value, indent, allowance);
  const mapping = mappingOf(value);
  if (mapping === null || mapping.size === 0) return flat;
  const entries = sortedEntries(mapping.entries());
  const lines = entries.map(([key, item], i) => {
    const head = `${flatText(key)}: `;
    const after = i === entries.length - 1 ? allowance + 1 : 1;
    return head + pretty(item, indent + 1 + textLength(head), after);
  });
  return `{${lines.join(`,\n${' '.repeat(indent + 1)}`)}}`;
}

function list(items: readonly unknown[], indent: number, allowance: number): string {
  const close = items instanceof Tuple ? (items.length === 1 ? ',)' : ')') : ']';
  const lines = Array.from(items, (item, i) =>
    pretty(item, indent + 1, i === items.length - 1 ? allowance + close.length : 1),
  );
  return (items instanceof Tuple ? '(' : '[') + lines.join(`,\n${' '.repeat(indent + 1)}`) + close;
}

/** Whether a list or tuple shows itself as its elements: Python's struct_time does not. */
function isPlainList(value: unknown): value is unknown[] {
  return Array.isArray(value) && !(value instanceof NamedTuple && value.shownAs !== null);
}

function flatText(value: unknown): string {
  spend(1);
  if (isPlainList(value)) {
    const items = Array.from(value, flatText).join(', ');
    if (!(value instanceof Tuple)) return `[${items}]`;
    return value.length === 1 ? `(${items},)` : `(${items})`;
  }
  const mapping = mappingOf(value);
  if (mapping === null) return repr(value);
  return `{${sortedEntries(mapping.entries())
    .map(([key, item]) => `${flatText(key)}: ${flatText(item)}`)
    .join(', ')}}`;
}

function sortedEntries(entries: Iterable<[unknown, unknown]>): [unknown, unknown][] {
  return [...entries].sort(([a], [b]) => keyOrder(a, b));
}

function keyOrder(a: unknown, b: unknown): number {
  try {
    return compare('<', a, b) ? -1 : 1;
  } catch (failure) {
    if (!(failure instanceof PyError)) throw failure;
    return 0;
  }
}
