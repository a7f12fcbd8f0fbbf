import type { Store } from '@eider/store';
import { jsonBytes, readHint, readJson } from './json-object.ts';
import { LakeError } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import { keys } from './state-keys.ts';

/** Reads and adds ledger entries. Entries never change, so those read once are kept. */
export interface Ledger {
  /** The newest entry's number, 0 where there is none: from the hint, then forward as far as entries follow. */
  headNumber(): Promise<number>;
  entry(number: number): Promise<LedgerEntry>;
  /** THE commit point. False where another build took the number. */
  add(entry: LedgerEntry): Promise<boolean>;
}

/** Entries of a large project weigh 100 KB each, and a lake may be open all day. */
const mostKnown = 256;

export function openLedger(store: Store): Ledger {
  const known = new Map<number, LedgerEntry>();
  let newest: number | undefined;
  const remember = (entry: LedgerEntry): void => {
    known.set(entry.number, entry);
    const [oldest] = known.keys();
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  };
  return {
    headNumber: async () => {
      newest = await findHead(store, newest);
      return newest;
    },
    entry: async (number) => {
      const entry = known.get(number) ?? (await readEntry(store, number));
      remember(entry);
      return entry;
    },
    add: async (entry) => {
      // A network store may repeat a request that it answered too late: then the entry that is there is our own.
      const key = keys.entry(entry.number);
      const outcome = await store.putIfAbsent(key, jsonBytes(entry));
      if (outcome === 'exists' && (await readJson<LedgerEntry>(store, key))?.build !== entry.build) return false;
      remember(entry);
      newest = entry.number;
      await store.put(keys.hint, jsonBytes({ number: entry.number }), { durable: false });
      return true;
    },
  };
}

/** `before`: what was the newest entry when somebody last asked. Mostly it still is, which is seen at once. */
async function findHead(store: Store, before: number | undefined): Promise<number> {
  if (before !== undefined && (await isNewest(store, before))) return before;
  const hint = (await readHint<{ readonly number: number }>(store, keys.hint))?.number ?? 0;
  if (hint > 0 && (await isNewest(store, hint))) return hint;
  let number = hint > 0 && (await has(store, hint)) ? hint : await lastListed(store);
  while (await has(store, number + 1)) number++;
  return number;
}

/** Whether an entry (0: none) is there, and none behind it. */
async function isNewest(store: Store, number: number): Promise<boolean> {
  const [isThere, isFollowed] = await Promise.all([number === 0 || has(store, number), has(store, number + 1)]);
  return isThere && !isFollowed;
}

async function has(store: Store, number: number): Promise<boolean> {
  return (await store.stat(keys.entry(number))) !== undefined;
}

async function lastListed(store: Store): Promise<number> {
  let last = 0;
  let after: string | undefined;
  do {
    const page = await store.list({ prefix: 'ledger/', ...(after !== undefined && { after }) });
    for (const { key } of page.objects) last = Math.max(last, Number(/^ledger\/(\d{20})\.json$/.exec(key)?.[1] ?? 0));
    after = page.next;
  } while (after !== undefined);
  return last;
}

async function readEntry(store: Store, number: number): Promise<LedgerEntry> {
  const entry = await readJson<LedgerEntry>(store, keys.entry(number));
  if (entry === undefined) {
    const text = `The ledger at ${store.root} has no entry ${number}.`;
    throw new LakeError(
      'lake/entry-missing',
      text,
      'Restore the file from a backup; without it that state cannot be read.',
    );
  }
  if (entry.format === 1) return entry;
  const text = `Entry ${number} of the ledger at ${store.root} has format ${entry.format}, and this eider knows format 1.`;
  throw new LakeError('lake/newer-format', text, 'Use the version of eider that wrote it, or a newer one.');
}
