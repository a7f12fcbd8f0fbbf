import { isCumulative, type ManifestNode } from '@eider/core';

/** Whether a node's template asks for its own relation: `is_incremental()` does too, and a snapshot's own macros. */
export function speaksOfItself(node: ManifestNode): boolean {
  return isCumulative(node) || /\b(this|get_relation|load_relation|load_cached_relation)\b/.test(node.raw_code);
}
