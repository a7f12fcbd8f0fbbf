import type { Identity } from './identity.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { counting, type Removed } from './remover.ts';
import { settle, tidyUp } from './settle.ts';
import { show } from './show.ts';

/**
 * Finishes the head first, so that nothing which still shows an older one loses its data, then deletes with a look into every folder of the state. A
 * rehearsal does neither.
 */
export async function vacuum(
  context: LakeContext,
  { dryRun, identity, worker }: { readonly identity: Identity; readonly worker: string; readonly dryRun: boolean },
): Promise<Removed> {
  const remove = counting(context, dryRun);
  const shown = await readHead(context);
  if (!dryRun && shown !== undefined)
    await show(shown.entry.number, () => settle(context, identity, worker, { retention: false }));
  const head = await context.ledger.headNumber();
  await tidyUp(context, head, worker, { remove, thorough: true, rehearsal: dryRun });
  return remove.removed();
}
