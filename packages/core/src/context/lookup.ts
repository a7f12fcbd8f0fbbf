import type { Manifest, ManifestNode, RefArgs, SourceNode } from '../manifest/nodes.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { Project } from '../project/project.ts';

/** What a name means: one resource, a disabled one, several, or none. */
export type Resolved<T> =
  | { readonly kind: 'found'; readonly node: T }
  | { readonly kind: 'disabled'; readonly node: T }
  | { readonly kind: 'ambiguous'; readonly ids: readonly string[] }
  | { readonly kind: 'missing' };

/** An index of a manifest's names. It holds what the manifest held when it was made. */
export interface Lookup {
  ref(args: RefArgs, nodePackage: string): Resolved<ManifestNode>;
  source(sourceName: string, tableName: string, nodePackage: string): Resolved<SourceNode>;
  /** The names that `ref` knows, for suggestions. */
  readonly refNames: readonly string[];
  readonly sourceNames: readonly string[];
}

type Index<T> = Map<string, Map<string, T>>;

const REFABLE = new Set(['model', 'seed', 'snapshot']);

/** Indexes a manifest for `ref` and `source`, with dbt's rules on packages, versions and disabled nodes. */
export function createLookup(manifest: Manifest, project: Pick<Project, 'name' | 'packages'>): Lookup {
  const ownFirst = behaviorFlag(project, 'require_ref_searches_node_package_before_root');
  const order = (node: string, wanted: string | null): (string | null)[] =>
    searchOrder(project.name, node, wanted, ownFirst);
  const nodes = indexNodes(Object.values(manifest.nodes));
  const disabled = Object.values(manifest.disabled).flat();
  const disabledNodes = indexNodes(disabled.filter((node): node is ManifestNode => REFABLE.has(node.resource_type)));
  const sources = indexSources(Object.values(manifest.sources));
  const disabledSources = indexSources(disabled.filter((node): node is SourceNode => node.resource_type === 'source'));
  return {
    refNames: [...nodes.keys()],
    sourceNames: [...sources.keys()],
    ref: (args, nodePackage) => find(nodes, disabledNodes, refKey(args), order(nodePackage, args.package)),
    source: (sourceName, tableName, nodePackage) =>
      find(sources, disabledSources, `${sourceName}.${tableName}`, order(nodePackage, null)),
  };
}

function refKey(args: RefArgs): string {
  return args.version === null || args.version === '' ? args.name : `${args.name}.v${args.version}`;
}

/** Null: any package. */
function searchOrder(
  rootPackage: string,
  nodePackage: string,
  wanted: string | null,
  ownFirst: boolean,
): (string | null)[] {
  if (wanted !== null) return [wanted];
  if (rootPackage === nodePackage) return [rootPackage, null];
  return ownFirst ? [nodePackage, rootPackage, null] : [rootPackage, nodePackage, null];
}

function find<T extends { unique_id: string }>(
  enabled: Index<T>,
  disabled: Index<T>,
  key: string,
  packages: readonly (string | null)[],
): Resolved<T> {
  let off: T | undefined;
  for (const name of packages) {
    const found = inPackage(enabled, key, name);
    if (found.length > 1) return { kind: 'ambiguous', ids: found.map((node) => node.unique_id) };
    if (found[0] !== undefined) return { kind: 'found', node: found[0] };
    off ??= inPackage(disabled, key, name)[0];
  }
  return off === undefined ? { kind: 'missing' } : { kind: 'disabled', node: off };
}

function inPackage<T>(index: Index<T>, key: string, packageName: string | null): T[] {
  const byPackage = index.get(key);
  if (byPackage === undefined) return [];
  if (packageName === null) return [...byPackage.values()];
  const found = byPackage.get(packageName);
  return found === undefined ? [] : [found];
}

function indexNodes(nodes: readonly ManifestNode[]): Index<ManifestNode> {
  const index: Index<ManifestNode> = new Map();
  for (const node of nodes) {
    if (!REFABLE.has(node.resource_type)) continue;
    const version = node.resource_type === 'model' ? node.version : null;
    if (version !== null) add(index, `${node.name}.v${version}`, node.package_name, node);
    if (version === null || isLatest(node)) add(index, node.name, node.package_name, node);
  }
  return index;
}

function isLatest(node: ManifestNode): boolean {
  return node.resource_type === 'model' && String(node.version) === String(node.latest_version);
}

function indexSources(sources: readonly SourceNode[]): Index<SourceNode> {
  const index: Index<SourceNode> = new Map();
  for (const source of sources) add(index, `${source.source_name}.${source.name}`, source.package_name, source);
  return index;
}

function add<T>(index: Index<T>, key: string, packageName: string, value: T): void {
  const byPackage = index.get(key) ?? new Map<string, T>();
  index.set(key, byPackage);
  if (!byPackage.has(packageName)) byPackage.set(packageName, value);
}
