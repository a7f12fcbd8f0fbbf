import type { Config } from '../context/config.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import { behaviorFlag } from '../project/behavior-flags.ts';
import type { ParseState } from './parse-state.ts';
import type { NodeRender } from './render-node.ts';

/**
 * What `unrendered_config` keeps of a node's `config()`. Under the flag `state_modified_compare_more_unrendered_values` dbt keeps the first call in what Jinja
 * renders as it is written, not what it gave; models that it reads without Jinja, and Python models, have their values.
 */
export function writtenCalls(
  { scope }: ParseState,
  node: ManifestNode,
  { calls, last }: Pick<NodeRender, 'calls' | 'last'>,
  code: string,
): { readonly writtenCalls?: Config } {
  if (node.language === 'python' || last !== undefined || Object.keys(calls).length === 0) return {};
  if (!behaviorFlag(scope.project, 'state_modified_compare_more_unrendered_values')) return {};
  const written = scope.environment.template(code, node.original_file_path, { once: true }).keywordsOf('config');
  return Object.keys(written).length === 0 ? {} : { writtenCalls: written };
}
