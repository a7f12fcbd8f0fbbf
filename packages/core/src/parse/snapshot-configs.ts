import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import type { NodeConfig } from '../manifest/nodes.ts';

/** Findings about snapshots whose config does not say what dbt needs to know. */
export function badSnapshotConfigs(scope: RenderScope): Diagnostic[] {
  return Object.values(scope.manifest.nodes).flatMap((node) => {
    if (node.resource_type !== 'snapshot') return [];
    const slip = slipOf(node.config);
    if (slip === undefined) return [];
    const where = placeOfConfig(scope, node, slip.key) ?? { place: placeOfNode(scope, node) };
    const message = `The snapshot ${node.name} ${slip.what}.`;
    return [error('config/invalid', message, { ...where, node: node.unique_id, hint: slip.hint })];
  });
}

interface Slip {
  readonly key: string;
  readonly what: string;
  readonly hint: string;
}

/** The first thing that is wrong, in the order in which dbt looks. */
function slipOf({
  check_cols: checked,
  materialized,
  strategy,
  unique_key: key,
  updated_at: at,
}: NodeConfig): Slip | undefined {
  if (!strategy)
    return { key: 'strategy', what: 'has no `strategy`', hint: 'Write `strategy: timestamp` or `strategy: check`.' };
  if (!key || (Array.isArray(key) && key.length === 0))
    return {
      key: 'unique_key',
      what: 'has no `unique_key`',
      hint: 'Name the column, or the columns, that tell its rows apart.',
    };
  if (strategy === 'check') {
    if (!checked || (Array.isArray(checked) && checked.length === 0))
      return {
        key: 'check_cols',
        what: 'has the strategy `check` and no `check_cols`',
        hint: 'Write `check_cols: all`, or a list of columns.',
      };
    if (typeof checked === 'string' && checked !== 'all')
      return {
        key: 'check_cols',
        what: `has the \`check_cols\` "${checked}"`,
        hint: 'Write `all`, or a list of columns.',
      };
  }
  if (strategy === 'timestamp') {
    if (!at)
      return {
        key: 'updated_at',
        what: 'has the strategy `timestamp` and no `updated_at`',
        hint: 'Name the column that says when a row changed.',
      };
    if (checked)
      return {
        key: 'check_cols',
        what: 'has the strategy `timestamp` and `check_cols`',
        hint: 'Take `check_cols` out, or write `strategy: check`.',
      };
  }
  if (materialized !== 'snapshot')
    return {
      key: 'materialized',
      what: `is materialized as "${materialized}"`,
      hint: 'Take `materialized` out: a snapshot is a snapshot.',
    };
  return undefined;
}
