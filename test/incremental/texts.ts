/** What models of an edit say: each line rests on something else that another edit may change. */
export const modelTexts: readonly string[] = [
  'select 1 as a',
  "{{ config(tags=[var('tag', 'none')], meta={'by': env_var('EDITOR_NAME', 'nobody')}) }} select 1 as a",
  "select '{{ target.schema }}' as a, '{{ flags.FULL_REFRESH }}' as b, {{ var('n', 1) + 1 }} as c",
  "select {{ shade('a') }} as a",
  "select {{ helper.shade('a') }} as a, '{{ var('tag', 'x') }}' as b",
  "select {{ adapter.dispatch('shade', 'helper')('a') }} as a",
  "select '{{ run_started_at }}' as a, '{{ invocation_id }}' as b",
  "{{ config(meta={'started': run_started_at | string, 'id': invocation_id}) }} select 1 as a",
  "{{ config(meta={'now': modules.datetime.datetime.now().year, 'any': [1] | random}) }} select 1 as a",
  "{{ config(meta={'nodes': graph.nodes.keys() | list}) }} select 1 as a",
  "{{ config(meta={'time': model.created_at, 'path': model.path}) }} select 1 as a",
  "{{ config(meta={'vars': ref.config.vars.to_dict() | string}) }} select 1 as a",
  "{{ config(meta={'args': invocation_args_dict, 'envs': dbt_metadata_envs}) }} select 1 as a",
  "{% do var('list', [0]).append(1) %}{{ config(meta={'list': var('list', [])}) }} select 1 as a",
  "{% if var.has_var('tag') %}{{ config(tags='has_tag') }}{% endif %} select 1 as a",
  "{{ log('parsing ' ~ this, info=true) }} select '{{ print('said') }}' as a",
  "{% do exceptions.warn('mind ' ~ var('tag', 'this')) %} select 1 as a",
  "{{ config(materialized='table', schema=var('schema', none), alias=env_var('EDITOR_NAME', 'plain')) }} select 2 as a",
  "{{ config(pre_hook=\"{{ shade('hook') }}\", pots_hook='slip') }} select 3 as a",
  "{{ context['shade']('a') if context.get('shade') else 'none' }}",
];

/** Mistakes: until they are mended, most of what a command would show is not shown. */
export const brokenTexts: readonly string[] = [
  "select * from {{ ref('nowhere') }}",
  'select {{ broken',
  "select {{ env_var('MISSING_ONE') }}",
  "select * from {{ source('added', 'table_1') }}, {{ ref('added_2') }}",
];

/** What macro files of an edit say; the names are looked for by models above, by dbt, or hide dbt's own functions. */
export const macroTexts: readonly string[] = [
  "{% macro shade(x) %}'{{ x }} of {{ var('tag', 'grey') }}'{% endmacro %}",
  "{% macro shade(x) %}'{{ x }} of {{ inner_shade() }}'{% endmacro %}",
  "{% macro inner_shade() %}{{ env_var('EDITOR_NAME', 'grey') }}{% endmacro %}",
  '{% macro inner_shade() %}{{ return(run_started_at | string) }}{% endmacro %}',
  "{% macro default__shade(x) %}'default {{ x }}'{% endmacro %}{% macro duckdb__shade(x) %}'duck {{ x }}'{% endmacro %}",
  "{% macro default__shade(x) %}'other {{ x }}'{% endmacro %}",
  '{% macro generate_schema_name(custom, node) %}{{ target.schema }}_{{ custom or node.name }}{% endmacro %}',
  "{% macro generate_alias_name(custom, node=none) %}{{ custom or (node.name ~ var('n', '')) }}{% endmacro %}",
  '{% macro ref() %}{{ return(builtins.ref(*varargs)) }}{% endmacro %}',
  "{% test positive(model, column_name, above=0) %}{{ config(tags='positive') }} select * from {{ model }} where {{ column_name }} <= {{ above }}{% endtest %}",
  "{% test not_null(model, column_name) %}{{ config(severity=var('severity', 'warn')) }} select 1 from {{ model }}{% endtest %}",
  '{% macro unfinished(x) %}{{ x }',
];

/** What property files of an edit say about a model, a seed or a source; `NAME` stands for the model. */
export const propertyTexts: readonly string[] = [
  'models:\n  - name: NAME\n    description: "A {{ doc(\'added\') }}"\n    config: {tags: [yaml], meta: {n: "{{ var(\'n\', 0) }}"}}\n',
  'models:\n  - name: NAME\n    config: {enabled: false}\n',
  "models:\n  - name: NAME\n    config: {schema: \"{{ env_var('EDITOR_NAME', 'plain') }}\", alias: other}\n",
  'models:\n  - name: NAME\n    columns:\n      - name: a\n        description: a column\n        data_tests: [unique, not_null, positive]\n',
  "models:\n  - name: NAME\n    data_tests:\n      - positive: {column_name: a, above: 2.0, config: {severity: \"{{ var('severity', 'warn') }}\"}}\n",
  "models:\n  - name: NAME\n    columns:\n      - name: a\n        data_tests:\n          - accepted_values: {arguments: {values: [\"{{ var('tag', 'x') }}\", ok]}}\n          - relationships: {arguments: {to: ref('added_1'), field: a}}\n",
  'models:\n  - name: NAME\n    latest_version: 2\n    versions: [{v: 1, defined_in: NAME}, {v: 2, defined_in: added_1}]\n',
  "sources:\n  - name: added\n    schema: \"{{ var('schema', 'raw') }}\"\n    tables:\n      - name: table_1\n        meta: {external_location: \"read_csv('{name}.csv')\"}\n        columns: [{name: a, data_tests: [unique]}]\n",
  'exposures:\n  - name: board\n    type: dashboard\n    owner: {name: a, email: a@b.c}\n    depends_on: ["ref(\'NAME\')"]\ngroups:\n  - name: all\n    owner: {name: a}\n',
  'macros:\n  - name: shade\n    description: makes a shade\n',
  'models:\n  - name: NAME\n    descripton: slip\n',
  'models:\n  - name: NAME\n   columns: []\n',
];
