import { jsonText } from './json-text.ts';
import { callersOf } from './macro-callers.ts';
import type { Manifest, ManifestNode, NodeConfig, SourceNode } from './nodes.ts';

/**
 * How a node differs between two parses of a project. `macros`: a macro that it calls, at any depth; `parents`: what it refers to, or how that is
 * called; `columns`: what a property file says of its columns beside descriptions; `descriptions`: words alone.
 */
export type NodeChange =
  | 'new'
  | 'body'
  | 'configs'
  | 'relation'
  | 'contract'
  | 'macros'
  | 'parents'
  | 'columns'
  | 'descriptions';

/** What lies between two parses of a project. */
export interface ManifestChanges {
  /** Nodes that are new or differ, by unique id. */
  readonly changed: ReadonlyMap<string, ReadonlySet<NodeChange>>;
  /** Nodes that are gone, or switched off. */
  readonly removed: readonly string[];
  /** Whether any macro was added, changed or removed. */
  readonly macros: boolean;
}

/** Compares two parses of a project, node by node: the same object is the same node. Neither needs to be of the same run, or of files that still exist. */
export function compareManifests(before: Manifest, after: Manifest): ManifestChanges {
  const changed = new Map<string, ReadonlySet<NodeChange>>();
  const macros = changedMacros(before, after);
  const callers = callersOf(macros, [before, after]);
  for (const [id, node] of Object.entries(after.nodes)) {
    const old = before.nodes[id];
    const kinds = old === undefined ? new Set<NodeChange>(['new']) : nodeChanges(old, node, before, after);
    if (node.depends_on.macros.some((macro) => callers.has(macro))) kinds.add('macros');
    if (kinds.size > 0) changed.set(id, kinds);
  }
  const removed = Object.keys(before.nodes).filter((id) => after.nodes[id] === undefined);
  return { changed, removed, macros: macros.size > 0 };
}

function nodeChanges(old: ManifestNode, node: ManifestNode, before: Manifest, after: Manifest): Set<NodeChange> {
  const kinds = new Set<NodeChange>();
  const add = (kind: NodeChange, differs: boolean): void => {
    if (differs) kinds.add(kind);
  };
  if (old !== node) {
    const [was, is] = [factsOf(old), factsOf(node)];
    for (const kind of ownChanges) add(kind, was[kind] !== is[kind]);
  }
  add('parents', parentsOf(old, before) !== parentsOf(node, after));
  return kinds;
}

const ownChanges = ['body', 'configs', 'relation', 'contract', 'columns', 'descriptions'] as const;

type NodeFacts = Readonly<Record<(typeof ownChanges)[number], string>>;

/** A state is compared twice, with the one before it and the one after it. */
const known = new WeakMap<ManifestNode, NodeFacts>();

function factsOf(node: ManifestNode): NodeFacts {
  const found = known.get(node) ?? {
    body: bodyOf(node),
    configs: text(buildConfig(node.config)),
    relation: relationText(node),
    contract: contractOf(node),
    columns: columnsOf(node),
    descriptions: describe(node),
  };
  known.set(node, found);
  return found;
}

/** Config keys that say nothing about how a node is built. SQL that reads them changes with them. */
const passive: ReadonlySet<string> = new Set(['enabled', 'tags', 'meta', 'group', 'docs', 'access', 'contract']);

/** What of a config decides how a node is built or tested: sorted, without tags, meta and the like. */
export function buildConfig(config: NodeConfig): readonly (readonly [string, unknown])[] {
  return Object.entries(config)
    .filter(([key]) => !passive.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function bodyOf(node: ManifestNode): string {
  const test = node.resource_type === 'test' ? text([node.test_metadata ?? null, node.column_name ?? null]) : '';
  return text([node.language, node.checksum.checksum, node.raw_code, test]);
}

function relationText({ alias, database, relation_name, schema }: ManifestNode): string {
  return text([database, schema, alias, relation_name]);
}

function contractOf(node: ManifestNode): string {
  if (node.resource_type !== 'model' || !node.contract.enforced) return '';
  const columns = Object.values(node.columns).map(({ constraints, data_type, name }) => [name, data_type, constraints]);
  return text([node.contract.alias_types, columns, node.constraints]);
}

function columnsOf({ columns }: ManifestNode): string {
  return text(Object.values(columns).map(({ description: _, doc_blocks: __, ...rest }) => rest));
}

function describe({ columns, description }: ManifestNode): string {
  return text([description, Object.values(columns).map((column) => [column.name, column.description])]);
}

/** What a node's SQL may say of its parents: how their relations are called, and whatever decides that of a source. */
function parentsOf(node: ManifestNode, { nodes, sources }: Manifest): string {
  return text(
    node.depends_on.nodes.map((id) => {
      const parent = nodes[id];
      const isInlined = parent?.config.materialized === 'ephemeral';
      return [id, parent === undefined ? sourceText(sources[id]) : [relationText(parent), isInlined]];
    }),
  );
}

function sourceText(source: SourceNode | undefined): string {
  return source === undefined ? '' : text([source.relation_name, source.meta, source.source_meta, source.config]);
}

function changedMacros(before: Manifest, after: Manifest): ReadonlySet<string> {
  const changed = Object.values(after.macros).filter(
    (macro) => before.macros[macro.unique_id]?.macro_sql !== macro.macro_sql,
  );
  const removed = Object.keys(before.macros).filter((id) => after.macros[id] === undefined);
  return new Set([...changed.map(({ unique_id }) => unique_id), ...removed]);
}

function text(value: unknown): string {
  return jsonText(value);
}
