import type { Store } from '@eider/store';
import { inBatches } from './in-batches.ts';
import { jsonBytes, readHint } from './json-object.ts';
import type { LakeOptions } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ledger } from './ledger-store.ts';
import { keys } from './state-keys.ts';

/** Waves of `watch` come by the dozen, and who reads them reads the newest: kept for an hour and three of them, or for as little as builds are. */
const keptWaves: LakeOptions['keep'] = { days: 1 / 24, builds: 3 };

/**
 * Numbers that retention keeps: the newest `keep.builds`, those that were the head within the last `keep.days`, and what a live build reads. An entry's age
 * counts from the commit that replaced it. Builds and waves of `watch` count apart, each by its rule.
 */
export function retainedNumbers(
  entries: readonly Pick<LedgerEntry, 'number' | 'committedAt' | 'command'>[],
  keep: LakeOptions['keep'],
  now: Date,
  pinned: ReadonlySet<number>,
): ReadonlySet<number> {
  const waves = { days: Math.min(keep.days, keptWaves.days), builds: Math.min(keep.builds, keptWaves.builds) };
  const head = entries.at(-1)?.number;
  const retained = new Set(entries.map(({ number }) => number).filter((each) => pinned.has(each) || each === head));
  for (const isWave of [false, true]) {
    const { builds, days } = isWave ? waves : keep;
    const oldest = now.getTime() - days * 86_400_000;
    const own = entries.flatMap((entry, i) => {
      const replaced = entries[i + 1];
      return (entry.command === 'watch') === isWave ? [{ number: entry.number, replaced }] : [];
    });
    for (const [i, { number, replaced }] of own.entries()) {
      const isNew = i >= own.length - builds;
      if (isNew || (replaced !== undefined && Date.parse(replaced.committedAt) > oldest)) retained.add(number);
    }
  }
  return retained;
}

/** What retention has to know of an entry without reading it. */
export type EntryMark = Pick<
  LedgerEntry,
  'number' | 'committedAt' | 'command' | 'build' | 'facts' | 'restores' | 'restoredNodes'
>;

/** What a retention pass leaves for the next: the entries whose data is there, how far it looked, and the builds whose journals are needed. */
interface RetentionHint {
  readonly kept: readonly EntryMark[];
  readonly seen: number;
  readonly builds: readonly string[];
}

/** Undefined where no pass left one, or where it was lost. */
async function readRetention(store: Store): Promise<RetentionHint | undefined> {
  const hint = await readHint<RetentionHint>(store, keys.retention);
  return hint?.builds === undefined ? undefined : hint;
}

/** Whether an entry's data is still there, as the last retention pass tells. */
export async function retainedByHint(store: Store): Promise<(number: number) => boolean> {
  const { kept = [], seen = 0 } = (await readRetention(store)) ?? {};
  const there = new Set(kept.map(({ number }) => number));
  return (number) => number > seen || there.has(number);
}

export interface KnownEntries {
  /** Entries whose data may still be there, oldest first: those that the last pass kept, and all since. */
  readonly marks: readonly EntryMark[];
  /** Builds whose journals the last pass kept; null where nobody remembers. */
  readonly builds: readonly string[] | null;
}

export async function knownEntries(
  { ledger, store }: { readonly ledger: Ledger; readonly store: Store },
  newest: number,
): Promise<KnownEntries> {
  const hint = await readRetention(store);
  const { kept = [], seen = 0 } = hint ?? {};
  const since = Array.from({ length: Math.max(0, newest - seen) }, (_, i) => seen + 1 + i);
  const old = kept.filter(({ number }) => number <= Math.min(seen, newest));
  return { marks: [...old, ...(await readEntries(ledger, since)).map(markOf)], builds: hint?.builds ?? null };
}

/** Entries in the order of their numbers. */
export async function readEntries(ledger: Ledger, numbers: readonly number[]): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  await inBatches([...numbers.entries()], 8, async ([i, number]) => {
    entries[i] = await ledger.entry(number);
  });
  return entries;
}

function markOf({ build, command, committedAt, facts, number, restoredNodes, restores }: LedgerEntry): EntryMark {
  return {
    ...{ number, committedAt, command, build, facts },
    ...(restores !== undefined && { restores }),
    ...(restoredNodes !== undefined && { restoredNodes }),
  };
}

/** The kept entries before and behind each of the others. */
export function neighbours(marks: readonly EntryMark[], kept: (number: number) => boolean): ReadonlySet<number> {
  const found = new Set<number>();
  for (const order of [marks, marks.toReversed()]) {
    let last: number | undefined;
    for (const { number } of order) {
      if (kept(number)) last = number;
      else if (last !== undefined) found.add(last);
    }
  }
  return found;
}

/** Leaves for the next pass what this one kept, and how far it looked. */
export async function rememberKept(
  store: Store,
  kept: readonly EntryMark[],
  seen: number,
  builds: ReadonlySet<string>,
): Promise<void> {
  const hint: RetentionHint = { kept, seen, builds: [...builds] };
  await store.put(keys.retention, jsonBytes(hint), { durable: false });
}
