import type { ManifestNode } from '../manifest/nodes.ts';
import type { DatabasePort, RelationName } from './database-port.ts';

/** Where refs lead that are not answered here: the relations of another state (dbt's `--defer`). */
export interface Deferral {
  /** The relation that the other state has of a node; undefined where it has none. */
  readonly relationOf: (id: string) => Promise<RelationName | undefined>;
  /** Whether what is not selected is read there though it is here too (`--favor-state`). */
  readonly favor: boolean;
  /** Whether a node's own relation is here; asked before a template is rendered that refers to it. */
  readonly isHere: (id: string, port: DatabasePort | null) => Promise<boolean>;
}

/** What the renders of one project know of a deferral. */
export interface DeferredRefs {
  /** Decides for everything that a node refers to, before it is rendered: a `ref` cannot wait. */
  choose(ids: readonly string[], port: DatabasePort | null): Promise<void>;
  /** The relation of the other state that a ref leads to; undefined where it leads to the node's own. */
  relationOf(id: string): RelationName | undefined;
}

/** Decides ref by ref, as dbt: what is not here is read there, and under `favor` what is not selected. */
export function deferredRefs(deferral: Deferral, selected: () => readonly string[]): DeferredRefs {
  const chosen = new Map<string, RelationName>();
  return {
    choose: async (ids, port) => {
      for (const id of ids) {
        const isFavored = deferral.favor && !selected().includes(id);
        const isAway = isFavored || !(await deferral.isHere(id, port));
        const other = isAway ? await deferral.relationOf(id) : undefined;
        if (other === undefined) chosen.delete(id);
        else chosen.set(id, other);
      }
    },
    relationOf: (id) => chosen.get(id),
  };
}

/** A node under the name that the other state has it by. */
export function renamed(node: ManifestNode, other: RelationName | undefined): ManifestNode {
  if (other === undefined) return node;
  const { database, identifier, schema } = other;
  return { ...node, database: database ?? node.database, schema: schema ?? node.schema, alias: identifier };
}
