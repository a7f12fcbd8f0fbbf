import type { ProjectFacts } from '../lake/facts.ts';
import type { LedgerEntry } from '../lake/ledger.ts';

/**
 * Nodes whose data is older than an ancestor's: an ancestor became the head in a later entry. Ancestors without data of their own (ephemeral models)
 * count through their parents.
 */
export function staleNodes(entry: LedgerEntry, facts: ProjectFacts): ReadonlySet<string> {
  const newest = new Map<string, number>();
  const visit = (node: string): number => {
    const known = newest.get(node);
    if (known !== undefined) return known;
    newest.set(node, 0);
    const above = Math.max(0, ...(facts[node]?.parents ?? []).map(visit));
    const found = Math.max(above, entry.nodes[node]?.since ?? 0);
    newest.set(node, found);
    return found;
  };
  return new Set(Object.entries(entry.nodes).flatMap(([node, { since }]) => (visit(node) > since ? [node] : [])));
}
