import type { LakeContext } from './lake-context.ts';
import { LakeError } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import { retainedByHint } from './retained-entries.ts';
import { differingNodes, findLost } from './rollback-plan.ts';

/**
 * The entry that a user means by a number or by the beginning of a build's id, with its data there; without a name the newest one that shows something else than
 * the head: of `node`, where one is given. `pin` says that it is read, so that retention leaves its data. Throws `lake/no-such-build`, `lake/not-retained`.
 */
export async function retainedEntry(
  context: LakeContext,
  head: LedgerEntry,
  {
    named,
    node,
    pin,
  }: { readonly named?: string; readonly node?: string; readonly pin: (number: number) => Promise<void> },
): Promise<LedgerEntry> {
  const entry = await (named === undefined ? entryBefore(context, head, node) : entryNamed(context, head, named));
  await pin(entry.number);
  const lost = await findLost(context, entry);
  if (lost !== undefined) throw await notRetained(context, entry, lost);
  return entry;
}

async function entryNamed({ ledger }: LakeContext, head: LedgerEntry, to: string): Promise<LedgerEntry> {
  if (/^\d{1,9}$/.test(to)) {
    const number = Number(to);
    if (number >= 1 && number <= head.number) return await ledger.entry(number);
  } else {
    for (let number = head.number; number >= 1; number--) {
      const entry = await ledger.entry(number);
      if (entry.build.startsWith(to)) return entry;
    }
  }
  const text = `There is no commit '${to}'. The newest is ${head.number}, of build ${head.build}.`;
  throw new LakeError(
    'lake/no-such-build',
    text,
    'eider history lists the commits: give a number, or how a build begins.',
  );
}

async function entryBefore({ ledger }: LakeContext, head: LedgerEntry, node?: string): Promise<LedgerEntry> {
  const shown = head.restores ?? (node === undefined ? undefined : head.restoredNodes?.[node]);
  const from = shown === undefined ? head : await ledger.entry(shown);
  const isOther = (entry: LedgerEntry): boolean =>
    node === undefined
      ? differingNodes(entry, head).length > 0
      : entry.nodes[node] !== undefined && entry.nodes[node].generation !== head.nodes[node]?.generation;
  for (let number = from.number - 1; number >= 1; number--) {
    const entry = await ledger.entry(number);
    if (isOther(entry)) return entry;
  }
  const text =
    node === undefined
      ? `Commit ${head.number} is the oldest state that there is: there is none before it to go back to.`
      : `No commit before ${from.number} shows another ${node}.`;
  throw new LakeError('lake/no-such-build', text, 'eider history lists the commits.');
}

async function notRetained({ ledger, store }: LakeContext, target: LedgerEntry, lost: string): Promise<LakeError> {
  const isRetained = await retainedByHint(store);
  const all = Array.from({ length: await ledger.headNumber() }, (_, i) => i + 1).filter(isRetained);
  const text = `The data of commit ${target.number} is not there any more: that of ${lost} was deleted, as a rule because its time was over.`;
  const hint = `Still there: ${all.slice(-10).join(', ')}. Set publish.keep in the profile to keep more of them from now on.`;
  return new LakeError('lake/not-retained', text, hint);
}
