import { allEnded } from '../all-ended.ts';
import { compareKeys } from '../key.ts';
import type { Store } from '../store.ts';

/** As many keys of one folder as make a listing of it cheaper than a request for each. */
const worthListing = 8;

/** A key of which there is no object; undefined where there are all. Folders with many of the keys are listed. */
export async function firstLost(
  keys: readonly string[],
  list: Store['list'],
  stat: Store['stat'],
): Promise<string | undefined> {
  const folders = new Map<string, string[]>();
  for (const key of keys) {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    folders.set(folder, [...(folders.get(folder) ?? []), key]);
  }
  const lost = await allEnded(
    [...folders].map(async ([prefix, wanted]) => {
      const found =
        wanted.length < worthListing || prefix === ''
          ? new Set(await existing(wanted, stat))
          : await listedFrom(list, prefix, [...wanted].sort(compareKeys).at(-1) ?? '');
      return wanted.find((key) => !found.has(key));
    }),
  );
  return lost.find((key) => key !== undefined);
}

async function existing(keys: readonly string[], stat: Store['stat']): Promise<readonly string[]> {
  const found = await allEnded(keys.map(async (key) => ((await stat(key)) === undefined ? [] : [key])));
  return found.flat();
}

/** The keys below a folder, up to the page of the last one that is asked about. */
async function listedFrom(list: Store['list'], prefix: string, last: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let after: string | undefined;
  do {
    const page = await list({ prefix, ...(after !== undefined && { after }) });
    for (const { key } of page.objects) found.add(key);
    after = page.next;
  } while (after !== undefined && compareKeys(after, last) < 0);
  return found;
}
