import type { Manifest, ModelNode, TestNode } from './nodes.ts';

/**
 * Each model's primary key as dbt infers it: its constraint, else the columns tested `unique` and `not_null`, switched off or not, else those tested
 * `unique`, else those whose test for it is switched off; sorted.
 */
export function primaryKeys(manifest: Manifest): ReadonlyMap<string, readonly string[]> {
  const tests = new Map<string, TestNode[]>();
  for (const node of [...Object.values(manifest.nodes), ...Object.values(manifest.disabled).flat()]) {
    if (node.resource_type !== 'test' || typeof node.attached_node !== 'string') continue;
    const known = tests.get(node.attached_node);
    if (known === undefined) tests.set(node.attached_node, [node]);
    else known.push(node);
  }
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
  return new Map(models.map((model) => [model.unique_id, keyOf(model, tests.get(model.unique_id) ?? [])]));
}

interface Constraint {
  readonly type?: unknown;
  readonly columns?: unknown;
}

function keyOf(model: ModelNode, tests: readonly TestNode[]): readonly string[] {
  return (constrained(model) ?? tested(tests)).toSorted();
}

function constrained({ columns, constraints }: ModelNode): readonly string[] | undefined {
  const isKey = ({ type }: Constraint): boolean => type === 'primary_key';
  const whole = ((constraints ?? []) as readonly Constraint[]).find(isKey);
  if (whole !== undefined) return Array.isArray(whole.columns) ? whole.columns.map(String) : [];
  const column = Object.values(columns).find((each) => ((each.constraints ?? []) as readonly Constraint[]).some(isKey));
  return column === undefined ? undefined : [column.name];
}

function tested(tests: readonly TestNode[]): readonly string[] {
  const [unique, disabledUnique, notNull] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { config, test_metadata: metadata } of tests) {
    const { column_name: column, combination_of_columns: combination } = metadata?.kwargs ?? {};
    const columns = typeof column === 'string' ? [column] : Array.isArray(combination) ? combination : [];
    const ofUnique = config.enabled === false ? disabledUnique : unique;
    const kind = metadata?.name === 'not_null' ? notNull : isUnique(metadata?.name) ? ofUnique : undefined;
    for (const each of columns) if (typeof each === 'string') kind?.add(each);
  }
  const both = [...notNull].filter((column) => unique.has(column) || disabledUnique.has(column));
  return [both, [...unique]].find((columns) => columns.length > 0) ?? [...disabledUnique];
}

function isUnique(name: string | undefined): boolean {
  return name === 'unique' || name === 'unique_combination_of_columns';
}
