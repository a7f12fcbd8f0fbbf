import type { Project } from './project.ts';

/** The behaviour flags of dbt 1.11, which dbt_project.yml alone sets, with their defaults. */
export const behaviorFlags = {
  require_all_warnings_handled_by_warn_error: false,
  require_batched_execution_for_custom_microbatch_strategy: false,
  require_event_names_in_deprecations: false,
  require_explicit_package_overrides_for_builtin_materializations: true,
  require_generic_test_arguments_property: true,
  require_nested_cumulative_type_params: false,
  require_ref_searches_node_package_before_root: false,
  require_resource_names_without_spaces: true,
  require_unique_project_resource_names: false,
  require_yaml_configuration_for_mf_time_spines: false,
  skip_nodes_if_on_run_start_fails: false,
  source_freshness_run_project_hooks: true,
  state_modified_compare_more_unrendered_values: false,
  state_modified_compare_vars: false,
  validate_macro_args: false,
} as const;

/** Those that `adapter.behavior` knows: dbt's adapters declare them. */
export const adapterBehaviorFlags: readonly string[] = [
  'require_batched_execution_for_custom_microbatch_strategy',
  'enable_truthy_nulls_equals_macro',
];

export type BehaviorFlag = keyof typeof behaviorFlags;

/** What of dbt is done otherwise, or not at all: `idle` a setting that changes nothing here, `refused` one that a warning says is not followed. */
export interface SettingNote {
  readonly idle?: string;
  readonly refused?: string;
}

/** The behaviour flags that are not simply followed. */
export const behaviorNotes: Readonly<Partial<Record<BehaviorFlag, SettingNote>>> = {
  require_batched_execution_for_custom_microbatch_strategy: {
    idle: 'a microbatch strategy of the project is run in batches, and told of where the flag is off',
  },
  require_event_names_in_deprecations: { idle: 'the summary of deprecations has their names' },
  state_modified_compare_vars: { idle: 'dbt 1.11 does not read it' },
};

/** Whether warnings that dbt does not hand to `--warn-error` stay warnings. */
export function someStayWarnings(project: Pick<Project, 'packages'>): boolean {
  return !behaviorFlag(project, 'require_all_warnings_handled_by_warn_error');
}

/** Whether a behaviour flag is on: as `flags:` of the root project's dbt_project.yml says, else as in dbt. */
export function behaviorFlag({ packages }: Pick<Project, 'packages'>, name: BehaviorFlag): boolean {
  const given = packages[0]?.flags[name];
  return typeof given === 'boolean' ? given : behaviorFlags[name];
}
