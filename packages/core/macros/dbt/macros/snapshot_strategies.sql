{# The macro of a strategy's name, or of `package.name`. #}
{% macro strategy_dispatch(name) -%}
  {%- set package, own = name.split('.', 1) if '.' in name else (none, name) -%}
  {%- if package is not none and package not in context -%}
    {%- do exceptions.raise_compiler_error("Could not find package '" ~ package ~ "', called with '" ~ name ~ "'") -%}
  {%- endif -%}
  {%- set found = (context if package is none else context[package]).get('snapshot_' ~ own ~ '_strategy') -%}
  {%- if found is none or found is undefined -%}
    {%- do exceptions.raise_compiler_error(
      "The specified strategy macro '" ~ own ~ "' was not found in package '" ~ package ~ "'"
    ) -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}

{% macro snapshot_hash_arguments(args) -%}
  {{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}
{%- endmacro %}

{% macro default__snapshot_hash_arguments(args) -%}
  md5({%- for arg in args -%}
    coalesce(cast({{ arg }} as varchar ), '')
    {% if not loop.last %} || '|' || {% endif %}
  {%- endfor -%})
{%- endmacro %}

{% macro snapshot_string_as_time(timestamp) -%}
  {{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}
{%- endmacro %}

{% macro default__snapshot_string_as_time(timestamp) -%}
  {% do exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) %}
{%- endmacro %}

{% macro snapshot_strategy_of(updated_at, row_changed) -%}
  {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
  {{ return({
    'unique_key': config.get('unique_key'),
    'updated_at': updated_at,
    'row_changed': row_changed,
    'scd_id': snapshot_hash_arguments(api.Relation.scd_args(config.get('unique_key'), updated_at)),
    'invalidate_hard_deletes': hard_deletes == 'invalidate',
    'hard_deletes': hard_deletes
  }) }}
{%- endmacro %}

{# Compares with the column of the snapshot itself: `updated_at` may not be in it since the strategy was another one. #}
{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set updated_at = config.get('updated_at') -%}
  {{ return(snapshot_strategy_of(
    updated_at, '(' ~ snapshotted_rel ~ '.' ~ columns.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')'
  )) }}
{%- endmacro %}

{# Whether a checked column is new, and those that the snapshot has, with quotes. #}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) -%}
  {%- if not target_exists -%}
    {{ return((false, query_columns)) }}
  {%- endif -%}
  {%- if check_cols_config == 'all' -%}
    {%- set checked = get_columns_in_query(node['compiled_code']) -%}
  {%- elif check_cols_config is iterable and check_cols_config | length > 0 -%}
    {%- set query -%}
      select {{ check_cols_config | join(', ') }} from (
        {{ node['compiled_code'] }}
      ) subq
    {%- endset -%}
    {%- set checked = get_columns_in_query(query) -%}
  {%- else -%}
    {%- do exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) -%}
  {%- endif -%}
  {%- set target_relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- set known = get_list_of_column_names(adapter.get_columns_in_relation(target_relation)) -%}
  {%- set shared = [] -%}
  {%- for name in checked if name in known -%}
    {%- do shared.append(adapter.quote(name)) -%}
  {%- endfor -%}
  {{ return((shared | length < checked | length, shared)) }}
{%- endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) -%}
  {%- set is_wider, checked = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
  {%- set row_changed -%}
    (
    {%- if is_wider -%}
      {{ get_true_sql() }}
    {%- else -%}
      {%- for name in checked -%}
        {%- set old, new = snapshotted_rel ~ '.' ~ name, current_rel ~ '.' ~ name -%}
        {{ old }} != {{ new }}
        or
        (
          (({{ old }} is null) and not ({{ new }} is null))
          or
          ((not {{ old }} is null) and ({{ new }} is null))
        )
        {{- ' or ' if not loop.last -}}
      {%- endfor -%}
    {%- endif -%}
    )
  {%- endset -%}
  {{ return(snapshot_strategy_of(config.get('updated_at') or snapshot_get_time(), row_changed)) }}
{%- endmacro %}
