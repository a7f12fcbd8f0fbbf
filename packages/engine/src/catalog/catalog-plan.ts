import type { ProjectFacts } from '../lake/facts.ts';
import type { Generation } from '../lake/generation.ts';
import type { LedgerEntry } from '../lake/ledger.ts';
import type { PublishedName } from './relation-name.ts';
import { publishedName, sameName } from './relation-name.ts';

/** A row of `eider.nodes` in the file that the new one is made from. */
export interface KnownNode {
  readonly node: string;
  readonly name: PublishedName;
  readonly shownAs: 'view' | 'table' | null;
  readonly error: string | null;
  readonly generation: string;
  readonly stale: boolean;
  readonly tests: string | null;
  /** As the table holds it: a list as text. */
  readonly withheldBy: string;
}

/** Nodes whose relation must be made again: a new generation, other facts, or a view that did not bind; and views that read one of these. */
export function changedNodes(
  known: ReadonlyMap<string, KnownNode>,
  entry: LedgerEntry,
  before: ProjectFacts,
  facts: ProjectFacts,
): ReadonlySet<string> {
  const changed = new Set<string>();
  for (const [node, line] of Object.entries(entry.nodes)) {
    const old = known.get(node);
    if (old?.generation !== line.generation || old.error !== null || !sameFacts(before, facts, node)) changed.add(node);
  }
  const gone = [...known.keys()].filter((node) => entry.nodes[node] === undefined);
  return withViewsBelow(new Set([...changed, ...gone]), entry, facts);
}

function sameFacts(before: ProjectFacts, facts: ProjectFacts, node: string): boolean {
  return before === facts || JSON.stringify(before[node]) === JSON.stringify(facts[node]);
}

/** Adds the views that read a changed relation, directly or through other views: their stored columns may no longer be right. */
function withViewsBelow(changed: ReadonlySet<string>, entry: LedgerEntry, facts: ProjectFacts): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const { id, parents, materialized } of Object.values(facts)) {
    if (materialized !== 'view' && materialized !== 'ephemeral') continue;
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), id]);
  }
  const found = new Set(changed);
  for (const node of found) for (const child of children.get(node) ?? []) found.add(child);
  return new Set([...found].filter((node) => entry.nodes[node] !== undefined));
}

/** Generations in an order in which each view comes after what it reads. */
export function inOrderOfUse(generations: ReadonlyMap<string, Generation>): readonly Generation[] {
  const ordered = new Set<Generation>();
  const open = new Set<string>();
  const visit = (generation: Generation): void => {
    if (open.has(generation.node)) return;
    open.add(generation.node);
    for (const used of generation.kind === 'sql' ? generation.uses : []) {
      const other = generations.get(used);
      if (other !== undefined) visit(other);
    }
    ordered.add(generation);
  };
  const sorted = [...generations.values()].sort((a, b) =>
    a.kind === b.kind ? (a.node < b.node ? -1 : 1) : a.kind === 'files' ? -1 : 1,
  );
  for (const generation of sorted) visit(generation);
  return [...ordered];
}

/** Gives each relation its name in the catalog. The first node in order of id keeps a name that two ask for; names in the result's `taken` go to nobody. */
export function nameRelations(
  generations: readonly Generation[],
  kept: Iterable<KnownNode>,
  database: string,
): { readonly names: ReadonlyMap<string, PublishedName>; readonly taken: ReadonlyMap<string, string> } {
  const owners = new Map(ownTables.map((name) => [sameName({ schema: 'eider', name }), 'eider itself']));
  for (const { node, name, shownAs } of kept) if (shownAs !== null) owners.set(sameName(name), node);
  const names = new Map<string, PublishedName>();
  const taken = new Map<string, string>();
  for (const generation of [...generations].sort((a, b) => (a.node < b.node ? -1 : 1))) {
    const name = publishedName(generation.relation, database);
    const owner = owners.get(sameName(name));
    names.set(generation.node, name);
    if (owner !== undefined) taken.set(generation.node, owner);
    else owners.set(sameName(name), generation.node);
  }
  return { names, taken };
}

const ownTables = ['state', 'builds', 'nodes', 'columns', 'tests', 'files', 'lineage'];
