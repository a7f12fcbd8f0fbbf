import type { Lookup } from '../context/lookup.ts';
import type { RenderScope } from '../context/render-scope.ts';
import type { CallPlace } from '../context/replay.ts';
import type { Diagnostic, Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { ConfigSource } from './config/config-source.ts';
import type { ParseMemory } from './parse-memory.ts';
import type { PatchIndex } from './patches.ts';
import type { RelationNamer } from './relation-namer.ts';
import type { YamlRenderer } from './yaml-renderer.ts';

/** What the parse pass carries along. The manifest in `scope` grows while files are parsed. */
export interface ParseState {
  readonly scope: RenderScope;
  readonly diagnostics: Diagnostic[];
  readonly configs: ConfigSource;
  readonly namer: RelationNamer;
  readonly patches: PatchIndex;
  /** The renderer for property files of a package. */
  readonly rendererFor: (packageName: string) => YamlRenderer;
  /** Where each node's template begins. */
  readonly origins: Map<string, Place>;
  /** The entries of property files that describe macros, by the macros' ids. */
  readonly macroEntries: Map<string, Located>;
  /** Where a node refers to something. */
  readonly calls: Map<string, FindCall>;
  readonly lookup: () => Lookup;
  /** What earlier calls left, where the caller keeps a cache. */
  readonly memory: ParseMemory | undefined;
}

/** Finds a `ref` or `source` call of a node. */
export type FindCall = (kind: 'ref' | 'source', names: readonly string[]) => CallPlace | undefined;

/** Adds a node to the manifest: among the nodes, or among the disabled ones where its config says so. */
export function addNode(state: ParseState, node: ManifestNode): void {
  const { manifest } = state.scope;
  if (node.config.enabled === false) {
    manifest.disabled[node.unique_id] = [...(manifest.disabled[node.unique_id] ?? []), node];
  } else {
    manifest.nodes[node.unique_id] = node;
  }
}
