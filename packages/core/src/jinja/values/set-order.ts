import { PyFloat } from './number.ts';

const linearProbes = 9;
const smallestTable = 8;
/** CPython's modulus for hashes of numbers. */
const modulus = 2n ** 61n - 1n;

/** The hash of a whole number as 64 bits without sign; null for what CPython hashes by its address or with a random key. */
function numberHash(item: unknown): bigint | null {
  const value = item instanceof PyFloat ? item.value : item;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) return null;
  const hash = BigInt(value) % modulus;
  return BigInt.asUintN(64, hash === -1n ? -2n : hash);
}

interface Entry {
  readonly item: unknown;
  readonly hash: bigint;
}

/** Puts an entry where CPython's open addressing finds the first free place. */
function place(table: (Entry | undefined)[], entry: Entry): void {
  const mask = table.length - 1;
  let perturb = entry.hash;
  let at = Number(entry.hash & BigInt(mask));
  for (;;) {
    const last = at + linearProbes <= mask ? at + linearProbes : at;
    for (let i = at; i <= last; i += 1) {
      if (table[i] !== undefined) continue;
      table[i] = entry;
      return;
    }
    perturb >>= 5n;
    at = Number((BigInt(at) * 5n + 1n + perturb) & BigInt(mask));
  }
}

/** The elements of a set in the order of CPython's hash table, where that is the same in every process; null where it is arbitrary. */
export function tableOrder(items: Iterable<unknown>): unknown[] | null {
  let table: (Entry | undefined)[] = new Array<Entry | undefined>(smallestTable).fill(undefined);
  let used = 0;
  for (const item of items) {
    const hash = numberHash(item);
    if (hash === null) return null;
    place(table, { item, hash });
    used += 1;
    if (used * 5 < (table.length - 1) * 3) continue;
    const least = used > 50_000 ? used * 2 : used * 4;
    const grown = new Array<Entry | undefined>(2 ** Math.floor(Math.log2(least) + 1)).fill(undefined);
    for (const entry of table) if (entry !== undefined) place(grown, entry);
    table = grown;
  }
  return table.flatMap((entry) => (entry === undefined ? [] : [entry.item]));
}
