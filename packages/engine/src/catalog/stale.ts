import type { ProjectFacts } from '../lake/facts.ts';
import type { LedgerEntry, LedgerNode } from '../lake/ledger.ts';

/**
 * Nodes whose data is older than an ancestor's: rows of an ancestor became the head in a later entry. Ancestors without data of their own (ephemeral models)
 * count through their parents.
 */
export function staleNodes(entry: LedgerEntry, facts: ProjectFacts): ReadonlySet<string> {
  const newest = new Map<string, number>();
  const visit = (node: string): number => {
    const known = newest.get(node);
    if (known !== undefined) return known;
    newest.set(node, 0);
    const above = Math.max(0, ...(facts[node]?.parents ?? []).map(visit));
    const found = Math.max(above, sinceOf(entry.nodes[node]));
    newest.set(node, found);
    return found;
  };
  return new Set(Object.entries(entry.nodes).flatMap(([node, line]) => (visit(node) > sinceOf(line) ? [node] : [])));
}

function sinceOf(line: LedgerNode | undefined): number {
  return line?.rowsOf?.since ?? line?.since ?? 0;
}
