import { fromPlainJson } from '../cache/plain-json.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { ParseState } from './parse-state.ts';

/** What one template is known by. */
export interface NodeKey {
  /** The template's name in the cache: the same from one call to the next. */
  readonly key: string;
  /** A print of all that `parse` takes from the template itself: its text and where it stands. */
  readonly own: () => string;
}

/**
 * Parses a template into its node, or gives a copy of what that gave before, findings and lines of `log()` included, where nothing that it rests on has
 * changed. `parse` may read of the state only what is noted while it runs; null is not remembered. `fits` may refuse what was remembered.
 */
export function rememberedNode<T extends ManifestNode>(
  state: ParseState,
  { key, own }: NodeKey,
  parse: () => T | null,
  fits: (node: T) => boolean = () => true,
): T | null {
  const { memory, diagnostics, scope } = state;
  if (memory === undefined) return parse();
  const print = own();
  const unit = memory.recall(key, print);
  const node = unit === undefined ? null : (fromPlainJson(unit.record) as T);
  if (unit === undefined || node === null || !fits(node)) return memory.record(key, print, diagnostics, parse);
  memory.keep(key, unit);
  diagnostics.push(...unit.findings);
  for (const { message, info, node: of } of unit.said)
    if (info === null) scope.onPrint(message);
    else scope.onLog(message, info, of);
  node.created_at = scope.startedAt.getTime() / 1000;
  state.patches.take(node);
  return node;
}
