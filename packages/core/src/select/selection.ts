/** How tests are selected by the nodes that they test (dbt's `--indirect-selection`). */
export type IndirectSelection = 'eager' | 'cautious' | 'buildable' | 'empty';

/** The methods of dbt's selection grammar. */
export const methodNames = [
  'fqn',
  'tag',
  'group',
  'access',
  'source',
  'path',
  'file',
  'package',
  'config',
  'test_name',
  'test_type',
  'resource_type',
  'state',
  'exposure',
  'metric',
  'result',
  'source_status',
  'version',
  'semantic_model',
  'saved_query',
  'unit_test',
  'selector',
] as const;

export type MethodName = (typeof methodNames)[number];

/** One criterion: `2+tag:nightly+`. A depth is null where it is not bounded. */
export interface Criterion {
  readonly kind: 'criterion';
  readonly raw: string;
  readonly method: MethodName;
  /** What follows the method after a dot: `config.materialized` has `['materialized']`. */
  readonly methodArguments: readonly string[];
  readonly value: string | number | boolean;
  readonly childrensParents: boolean;
  readonly parents: { readonly depth: number | null } | null;
  readonly children: { readonly depth: number | null } | null;
  /** Overrides the command's (YAML selectors only). */
  readonly indirectSelection?: IndirectSelection;
}

/** Union, intersection, or the first part without the others. `named`: warn where it matches nothing. */
export interface SelectionGroup {
  readonly kind: 'union' | 'intersection' | 'difference';
  readonly parts: readonly Selection[];
  readonly raw: string;
  readonly named: boolean;
}

export type Selection = Criterion | SelectionGroup;

/** The selectors of a project's `selectors.yml`, by name; `isDefault` is used where a command gives neither `--select` nor `--exclude`. */
export type NamedSelectors = Readonly<Record<string, { readonly selection: Selection; readonly isDefault: boolean }>>;
