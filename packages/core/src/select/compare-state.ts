import type { Manifest } from '../manifest/nodes.ts';
import type { PreviousManifest, StateRecord } from '../manifest/previous-state.ts';
import type { Selectable } from './methods.ts';
import { isSame, recordIn } from './same-value.ts';

/** What of a node `state:modified.…` can ask about; the contract is a matter of its own. */
export type NodeAspect = 'body' | 'configs' | 'persisted_descriptions' | 'relation';

/** How sources are compared: by what they are called, or by how that is written (a flag of dbt_project.yml). */
export interface Comparing {
  readonly unrendered: boolean;
}

/** Types of resources that have SQL or rows, a config and a place in the database: dbt's parsed nodes. */
const parsedTypes: ReadonlySet<string> = new Set([
  ...['model', 'seed', 'snapshot', 'test', 'analysis', 'operation', 'sql_operation', 'function'],
]);

export function isParsedNode({ resource_type: type }: { readonly resource_type: string }): boolean {
  return parsedTypes.has(type);
}

/** Whether one aspect of a resource is as it was; undefined where that type of resource has no such aspect, and so never differs in it. */
export function sameAspect(aspect: NodeAspect, old: StateRecord, now: Selectable, how: Comparing): boolean | undefined {
  const node = asRecord(now);
  if (aspect === 'configs') return type(now) === 'unit_test' ? undefined : sameConfig(old, node);
  if (aspect === 'relation' && type(now) === 'source') return sameSourceRelation(old, node, how);
  if (!isParsedNode(now)) return undefined;
  if (aspect === 'body') return sameBody(old, node);
  return aspect === 'relation' ? sameRelation(old, node) : samePersistedDescription(old, node);
}

/** Whether a type of resource has an aspect at all. */
export function hasAspect(aspect: NodeAspect, now: Selectable): boolean {
  if (aspect === 'configs') return type(now) !== 'unit_test';
  return isParsedNode(now) || (aspect === 'relation' && type(now) === 'source');
}

/**
 * Whether a resource is what it was, macros and contracts aside (dbt's `same_contents`). A new source, exposure, metric and the like counts as
 * unchanged, a new node does not.
 */
export function sameContents(old: StateRecord | undefined, now: Selectable, how: Comparing): boolean {
  const node = asRecord(now);
  if (type(now) === 'unit_test') return old !== undefined && checksumOf(old) === checksumOf(node);
  if (old === undefined) return !isParsedNode(now);
  const compare = contents[type(now)];
  return compare === undefined ? sameNode(old, node) : compare(old, node, how);
}

type Compare = (old: StateRecord, node: StateRecord, how: Comparing) => boolean;

const contents: Readonly<Record<string, Compare>> = {
  test: (old, node) =>
    'test_metadata' in node ? sameConfig(old, node) && sameFields(old, node, ['fqn']) : sameNode(old, node),
  model: (old, node) => sameNode(old, node) && sameRefs(old, node),
  function: (old, node) => sameNode(old, node) && sameFields(old, node, ['arguments', 'returns']),
  source: (old, node, how) =>
    sameSourceRelation(old, node, how) &&
    sameConfig(old, node) &&
    sameFields(old, node, ['fqn', 'quoting', 'freshness', 'loaded_at_field', 'external']),
  exposure: (old, node) =>
    sameFields(old, node, ['fqn', 'type', 'owner', 'maturity', 'url', 'description', 'label']) &&
    isSame(parentsOf(old), parentsOf(node)) &&
    sameConfig(old, node),
  metric: (old, node) => sameFields(old, node, ['type', 'description', 'label']) && sameConfig(old, node),
  semantic_model: (old, node) =>
    sameFields(old, node, [
      ...[
        'model',
        'description',
        'defaults',
        'entities',
        'dimensions',
        'measures',
        'config',
        'primary_entity',
        'group',
      ],
    ]),
  saved_query: sameSavedQuery,
};

function sameNode(old: StateRecord, node: StateRecord): boolean {
  return (
    sameBody(old, node) &&
    sameConfig(old, node) &&
    samePersistedDescription(old, node) &&
    isSame(old.fqn, node.fqn) &&
    sameRelation(old, node)
  );
}

/** A seed too large to be read has its path for a checksum. */
function sameBody(old: StateRecord, node: StateRecord): boolean {
  return node.resource_type === 'seed' ? isSame(old.checksum, node.checksum) : old.raw_code === node.raw_code;
}

/** What decides on refs to a model. */
function sameRefs(old: StateRecord, node: StateRecord): boolean {
  return (
    isSame(old.latest_version, node.latest_version) &&
    old.access === node.access &&
    isSame(momentOf(old.deprecation_date), momentOf(node.deprecation_date))
  );
}

function momentOf(value: unknown): unknown {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(moment) ? value : moment;
}

/** Configs that are no part of the comparison, as they are compared elsewhere, or change nothing. */
const uncompared: ReadonlySet<string> = new Set(['alias', 'schema', 'database', 'tags', 'group']);
const onlyGroup: ReadonlySet<string> = new Set(['group']);
const none: ReadonlySet<string> = new Set();

/** Compares what is written, not what it comes to: a config that follows the target is the same everywhere. */
function sameConfig(old: StateRecord, node: StateRecord): boolean {
  if (node.resource_type === 'semantic_model' || node.resource_type === 'saved_query')
    return isSame(old.config, node.config);
  const [before, after] = [recordIn(old, 'unrendered_config'), recordIn(node, 'unrendered_config')];
  const skipped = uncomparedOf(String(node.resource_type));
  const keys = new Set([...Object.keys(before), ...Object.keys(after)].filter((key) => !skipped.has(key)));
  return [...keys].every((key) => key in before && key in after && isSame(before[key], after[key]));
}

function uncomparedOf(resourceType: string): ReadonlySet<string> {
  if (resourceType === 'metric') return onlyGroup;
  return parsedTypes.has(resourceType) ? uncompared : none;
}

function sameRelation(old: StateRecord, node: StateRecord): boolean {
  const [before, after] = [recordIn(old, 'unrendered_config'), recordIn(node, 'unrendered_config')];
  return sameFields(before, after, ['database', 'schema', 'alias']);
}

function sameSourceRelation(old: StateRecord, node: StateRecord, { unrendered }: Comparing): boolean {
  const names = unrendered ? ['unrendered_database', 'unrendered_schema'] : ['database', 'schema'];
  return sameFields(old, node, [...names, 'identifier']);
}

/** Descriptions count where they are written into the database. */
function samePersistedDescription(old: StateRecord, node: StateRecord): boolean {
  const persisted = recordIn(recordIn(node, 'config'), 'persist_docs');
  if (persisted.relation && old.description !== node.description) return false;
  return !persisted.columns || isSame(columnWords(old), columnWords(node));
}

function columnWords(node: StateRecord): Readonly<Record<string, unknown>> {
  const columns = Object.entries(recordIn(node, 'columns'));
  return Object.fromEntries(columns.map(([key, column]) => [key, (column as StateRecord).description]));
}

function sameSavedQuery(old: StateRecord, node: StateRecord): boolean {
  const exportsOf = (record: StateRecord): readonly unknown[] =>
    (Array.isArray(record.exports) ? (record.exports as StateRecord[]) : []).map((one) => {
      const config = recordIn(one, 'unrendered_config');
      return [one.name, config.export_as, config.schema, config.alias];
    });
  return (
    sameFields(recordIn(old, 'query_params'), recordIn(node, 'query_params'), ['metrics', 'group_by', 'where']) &&
    sameFields(old, node, ['description', 'label', 'config', 'group', 'tags']) &&
    isSame(exportsOf(old), exportsOf(node))
  );
}

function sameFields(old: StateRecord, node: StateRecord, keys: readonly string[]): boolean {
  return keys.every((key) => isSame(old[key], node[key]));
}

function parentsOf(node: StateRecord): readonly unknown[] {
  const { nodes } = recordIn(node, 'depends_on');
  return Array.isArray(nodes) ? [...new Set(nodes as unknown[])].sort() : [];
}

/** A unit test's is a text in artifacts. */
function checksumOf({ checksum }: StateRecord): unknown {
  return typeof checksum === 'object' && checksum !== null ? (checksum as StateRecord).checksum : checksum;
}

function type({ resource_type: resourceType }: Selectable): string {
  return resourceType;
}

function asRecord(node: Selectable): StateRecord {
  return node as unknown as StateRecord;
}

/**
 * The macros of a project that are not what they were, and those that are gone. Macros that come with the tool count only where the same tool wrote the
 * state: eider's and dbt's differ in every word, which says nothing of the project.
 */
export function changedStateMacros(before: PreviousManifest, now: Manifest): ReadonlySet<string> {
  const ids = [...new Set([...Object.keys(before.macros), ...Object.keys(now.macros)])];
  const isChanged = (id: string): boolean => before.macros[id]?.macro_sql !== now.macros[id]?.macro_sql;
  const isBuiltIn = (id: string): boolean => /^macro\.dbt(_duckdb)?\./.test(id);
  const builtIn = ids.filter(isBuiltIn);
  const isSameTool = builtIn.filter(isChanged).length * 2 < builtIn.length;
  return new Set(ids.filter((id) => isChanged(id) && (isSameTool || !isBuiltIn(id))));
}
