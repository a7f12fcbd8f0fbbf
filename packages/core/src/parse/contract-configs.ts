import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { Manifest, ManifestNode } from '../manifest/nodes.ts';

/** Incremental models that keep a contract and say nothing, or the wrong thing, of columns that change, in dbt's words. */
export function contractConfigs(
  manifest: Manifest,
  placeOf: (node: ManifestNode, key: string) => Place | undefined,
): readonly Diagnostic[] {
  return Object.values(manifest.nodes).flatMap((node) => {
    const { contract, materialized, on_schema_change: kind } = node.config;
    const isHeld = (contract as { readonly enforced?: unknown } | undefined)?.enforced === true;
    if (node.resource_type !== 'model' || materialized !== 'incremental' || !isHeld) return [];
    if (kind === 'append_new_columns' || kind === 'fail') return [];
    const place = placeOf(node, kind === 'ignore' ? 'contract' : 'on_schema_change');
    const message = `Invalid value for on_schema_change: ${String(kind)}. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'`;
    const hint = 'Write on_schema_change: append_new_columns where columns may be added, else on_schema_change: fail.';
    return [error('config/invalid', message, { node: node.unique_id, hint, ...(place && { place }) })];
  });
}
