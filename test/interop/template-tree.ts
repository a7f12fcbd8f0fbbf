/** A piece of a template: texts and pieces in order. `kind` says what may stand in its place. */
export interface Tree {
  readonly kind: 'expression' | 'statement' | 'body' | 'fixed';
  readonly parts: readonly (string | Tree)[];
}

/** The text of a tree. */
export function textOf(tree: Tree): string {
  return tree.parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('');
}

const simplest: readonly Tree[] = ['1', "'a'", 'none', '[]'].map((text) => ({ kind: 'expression', parts: [text] }));

/** Simpler trees of the same kind: a piece left out, or one in place of its parent. */
export function simpler(tree: Tree): Tree[] {
  const found: Tree[] = [];
  if (tree.kind === 'expression' && textOf(tree).length > 4) found.push(...simplest);
  if (tree.kind === 'expression' || tree.kind === 'statement') found.push(...inner(tree, tree.kind));
  for (const [at, part] of tree.parts.entries()) {
    if (typeof part === 'string') continue;
    const withPart = (parts: readonly Tree[]): Tree => ({ ...tree, parts: tree.parts.toSpliced(at, 1, ...parts) });
    if (tree.kind === 'body') found.push(withPart([]));
    found.push(...simpler(part).map((one) => withPart([one])));
  }
  return found;
}

/** The nearest pieces inside a tree that may stand in its place. */
function inner(tree: Tree, kind: Tree['kind']): Tree[] {
  return tree.parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    return part.kind === kind ? [part] : inner(part, kind);
  });
}

/** Shrinks a tree as long as `differs` holds for a simpler one. `differs` is asked about many at once. */
export async function shrink(
  tree: Tree,
  differs: (trees: readonly Tree[]) => Promise<readonly boolean[]>,
): Promise<Tree> {
  let best = tree;
  for (let round = 0; round < 15; round += 1) {
    const size = textOf(best).length;
    const candidates = simpler(best)
      .map((one) => ({ one, size: textOf(one).length }))
      .filter((found) => found.size < size)
      .sort((a, b) => a.size - b.size)
      .slice(0, 96)
      .map(({ one }) => one);
    const next = await firstThat(candidates, differs);
    if (next === undefined) return best;
    best = next;
  }
  return best;
}

async function firstThat(
  trees: readonly Tree[],
  holds: (trees: readonly Tree[]) => Promise<readonly boolean[]>,
): Promise<Tree | undefined> {
  for (let from = 0; from < trees.length; from += 32) {
    const some = trees.slice(from, from + 32);
    const found = some[(await holds(some)).indexOf(true)];
    if (found !== undefined) return found;
  }
  return undefined;
}
