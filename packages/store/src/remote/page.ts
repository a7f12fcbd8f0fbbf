import { compareKeys, isBehind } from '../key.ts';
import type { ListPage, ObjectStat } from '../store.ts';

/** A server's own page: its objects, and its mark for what comes after them; empty for the last one. */
export interface MarkedPage {
  readonly objects: readonly ObjectStat[];
  readonly mark: string;
}

/** The first page that holds something behind a key, and the mark of what comes after it. For servers that go on by marks of their own. */
export async function pageBehind(
  fetchPage: (mark: string) => Promise<MarkedPage>,
  after: string | undefined,
  mark = '',
): Promise<ListPage & { readonly mark: string }> {
  let page = await fetchPage(mark);
  const behind = (): readonly ObjectStat[] => page.objects.filter(({ key }) => isBehind(key, after));
  while (behind().length === 0 && page.mark !== '') page = await fetchPage(page.mark);
  const next = page.mark === '' ? undefined : behind().at(-1)?.key;
  // Servers that count in UTF-16 have another order of what lies beyond its first plane.
  return { objects: [...behind()].sort((a, b) => compareKeys(a.key, b.key)), next, mark: page.mark };
}

/** What all pages give, one after another. */
export async function allPages<T>(
  fetchPage: (mark: string) => Promise<{ readonly found: readonly T[]; readonly mark: string }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let mark = '';
  do {
    const page = await fetchPage(mark);
    all.push(...page.found);
    mark = page.mark;
  } while (mark !== '');
  return all;
}
