import type { Config } from '../context/config.ts';
import { allFlags } from '../context/flags.ts';
import { nodeRelation } from '../context/node-relation.ts';
import { isMapping } from '../context/plain.ts';
import type { Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { ConfigRequest } from './config/config-source.ts';
import { overruledConfigs } from './overruled-configs.ts';
import type { ParseState } from './parse-state.ts';
import { tagsOf } from './read-values.ts';

const RELATIONAL = new Set(['model', 'seed', 'snapshot']);

/** Gives a node its assembled config, and what dbt copies from there into the node: tags, meta, group, docs, access, contract, and its relation's name. `written`: `patch` and `calls` as they are written. */
export function applyConfig(
  state: ParseState,
  node: ManifestNode,
  calls: Config,
  patch: Config,
  origin: Place,
  written: Pick<ConfigRequest, 'writtenPatch' | 'writtenCalls'> = {},
): void {
  const who = { type: node.resource_type, fqn: node.fqn, packageName: node.package_name };
  const { config, unrendered } = state.configs.assemble({ ...who, calls, patch, ...written });
  const levels = state.configs.levels(who);
  state.diagnostics.push(...overruledConfigs(state.scope, node, { levels, calls, patch, origin }));
  for (const [key, known] of Object.entries(fixedKeys)) {
    const value = config[key];
    if (isMapping(value)) config[key] = onlyKnown(value, known);
  }
  node.config = config;
  node.unrendered_config = unrendered;
  addTags(node, config.tags, patch.tags === undefined ? config.tags : tagsBeside(state, node, calls));
  if (isMapping(config.meta) && Object.keys(config.meta).length > 0) node.meta = { ...config.meta };
  if (config.group) node.group = config.group;
  copyDocs(node);
  if (node.resource_type === 'model') copyModelConfig(node);
  state.namer(node, origin);
  applySnapshotTarget(node);
  node.relation_name = relationName(state, node);
}

/** Configs in which dbt keeps no other keys. */
const fixedKeys: Readonly<Record<'docs' | 'contract', readonly string[]>> = {
  docs: ['show', 'node_color'],
  contract: ['enforced', 'alias_types', 'checksum'],
};

function onlyKnown(value: object, known: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => known.includes(key)));
}

/** The property file's tags come last, as in dbt, which reads it after the templates. */
function addTags(node: ManifestNode, tags: readonly string[], beside: readonly string[]): void {
  for (const tag of [...beside, ...tags]) if (!node.tags.includes(tag)) node.tags.push(tag);
}

/** The tags that a node has without its property file. */
function tagsBeside(state: ParseState, node: ManifestNode, calls: Config): string[] {
  const { fqn, package_name: packageName, resource_type: type } = node;
  const [own = [], , root = []] = state.configs.levels({ type, fqn, packageName });
  return [...own, calls, ...root].flatMap((level) => tagsOf(level.tags));
}

function copyDocs(node: ManifestNode): void {
  const docs = node.config.docs;
  if (!isMapping(docs)) return;
  const { show, node_color } = docs as { show?: unknown; node_color?: unknown };
  node.docs = { show: show !== false, node_color: typeof node_color === 'string' ? node_color : null };
}

function copyModelConfig(node: ManifestNode & { resource_type: 'model' }): void {
  const { access, contract } = node.config;
  if (access === 'private' || access === 'protected' || access === 'public') node.access = access;
  if (!isMapping(contract)) return;
  const { enforced, alias_types } = contract as { enforced?: unknown; alias_types?: unknown };
  node.contract = { enforced: enforced === true, alias_types: alias_types !== false, checksum: null };
}

/** The old spellings `target_schema` and `target_database` count as they are, past the macros. */
function applySnapshotTarget(node: ManifestNode): void {
  if (node.resource_type !== 'snapshot') return;
  const { target_database: database, target_schema: schema } = node.config;
  if (typeof database === 'string' && database !== '') node.database = database;
  if (typeof schema === 'string' && schema !== '') node.schema = schema;
}

/** Null for what is no relation: ephemeral models, analyses, operations, and tests that keep no failures. */
function relationName(state: ParseState, node: ManifestNode): string | null {
  if (node.resource_type === 'test') {
    if (node.config.store_failures !== true && !storesAllFailures(state)) return null;
  } else if (!RELATIONAL.has(node.resource_type) || node.config.materialized === 'ephemeral') {
    return null;
  }
  return nodeRelation(node, { quoting: state.scope.quoting }).render();
}

/** `--store-failures`: dbt then names a relation for every test, also for those that say `store_failures: false`. */
function storesAllFailures({ scope: { flags, reads } }: ParseState): boolean {
  reads?.note('flag', '', 'STORE_FAILURES');
  return allFlags(flags).STORE_FAILURES === true;
}
