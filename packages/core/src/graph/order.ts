/**
 * All ids so that each parent comes before its children; among those that are ready the smallest id goes first.
 * Ids in a circle, and what hangs below one, follow at the end by id.
 */
export function topologicalOrder(
  ids: readonly string[],
  parents: (id: string) => readonly string[],
  children: (id: string) => readonly string[],
): readonly string[] {
  const waiting = new Map(ids.map((id) => [id, parents(id).length]));
  const ready = new ReadyIds(ids.filter((id) => waiting.get(id) === 0));
  const order: string[] = [];
  for (let id = ready.take(); id !== undefined; id = ready.take()) {
    order.push(id);
    waiting.delete(id);
    for (const child of children(id)) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) ready.add(child);
    }
  }
  return [...order, ...[...waiting.keys()].sort()];
}

/** A binary heap of ids, smallest first. */
class ReadyIds {
  readonly #heap: string[] = [];

  constructor(ids: readonly string[]) {
    for (const id of ids) this.add(id);
  }

  add(id: string): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(id);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] ?? '';
      if (parent <= id) break;
      heap[at] = parent;
      heap[above] = id;
      at = above;
    }
  }

  take(): string | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const below = this.#smallerBelow(at);
      const value = heap[below];
      if (value === undefined || last <= value) break;
      heap[at] = value;
      at = below;
    }
    heap[at] = last;
    return first;
  }

  #smallerBelow(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return right !== undefined && left !== undefined && right < left ? 2 * at + 2 : 2 * at + 1;
  }
}
