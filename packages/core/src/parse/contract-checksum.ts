import { createHash } from 'node:crypto';
import { isMapping } from '../context/plain.ts';
import { repr } from '../jinja/values/index.ts';
import type { ModelNode } from '../manifest/nodes.ts';

/**
 * dbt's digest of an enforced contract: columns by name with their types and constraints, and the model's own constraints where its materialization holds
 * them. `state:modified.contract` compares it, so it has to be made of the very texts that dbt makes it of.
 */
export function contractChecksum({ columns, config, constraints, contract }: ModelNode): string | null {
  if (!contract.enforced) return null;
  const sorted = Object.values(columns).sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.map(
    (column) => `|${column.name}${column.data_type ?? 'None'}${listText(column.constraints, 'ColumnLevelConstraint')}`,
  );
  const isHeld = config.materialized === 'table' || config.materialized === 'incremental';
  const own = isHeld ? `${config.materialized}${listText(constraints, 'ModelLevelConstraint')}` : '';
  return createHash('sha256')
    .update(`${parts.join('')}${own}`)
    .digest('hex');
}

/** As Python prints a list of dbt's records. */
function listText(constraints: readonly unknown[], kind: string): string {
  const texts = constraints.filter(isMapping).map((constraint) => {
    const fields = Object.entries(constraint).filter(([key]) => fieldsOf.has(key));
    return `${kind}(${fields.map(([key, value]) => `${key}=${fieldText(key, value)}`).join(', ')})`;
  });
  return `[${texts.join(', ')}]`;
}

const fieldsOf = new Set([
  ...['type', 'name', 'expression', 'warn_unenforced', 'warn_unsupported', 'to', 'to_columns', 'columns'],
]);

function fieldText(key: string, value: unknown): string {
  return key === 'type' ? `<ConstraintType.${value}: ${repr(value)}>` : repr(value);
}
