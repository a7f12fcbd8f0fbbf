{# Where the rows to write are gathered: a table of the connection. #}
{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') -%}
  {{ return({'relation': make_temp_relation(target_relation), 'temporary': true}) }}
{%- endmacro %}

{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set valid_to = 'DBT_INTERNAL_TARGET.' ~ columns.dbt_valid_to -%}
  {%- set current = config.get('dbt_valid_to_current') -%}
  update {{ target }} as DBT_INTERNAL_TARGET
  set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }}::text = DBT_INTERNAL_TARGET.{{ columns.dbt_scd_id }}::text
    and DBT_INTERNAL_SOURCE.dbt_change_type::text in ('update'::text, 'delete'::text)
    and {% if current %}({{ valid_to }} = {{ current }} or {{ valid_to }} is null){% else %}{{ valid_to }} is null{% endif %};

  insert into {{ target }} ({{ insert_cols | join(', ') }})
  select {% for column in insert_cols -%}
    DBT_INTERNAL_SOURCE.{{ column }}{{ ', ' if not loop.last }}
  {%- endfor %}
  from {{ source }} as DBT_INTERNAL_SOURCE
  where DBT_INTERNAL_SOURCE.dbt_change_type::text = 'insert'::text;
{%- endmacro %}

{% macro duckdb__post_snapshot(temporary_relation) -%}
  {{ return(drop_relation(temporary_relation)) }}
{%- endmacro %}

{# How a snapshot sees what changed. #}
{% macro eider_snapshot_strategy(target_exists) -%}
  {%- set strategy = strategy_dispatch(config.get('strategy')) -%}
  {{ return(strategy(model, 'snapshotted_data', 'source_data', model['config'], target_exists)) }}
{%- endmacro %}

{# The rows of a snapshot's first run. #}
{% macro eider_snapshot_first_sql() -%}
  {%- set rows = build_snapshot_table(eider_snapshot_strategy(false), model['compiled_code']) -%}
  {%- do check_time_data_types(rows) -%}
  {{ rows }}
{%- endmacro %}

{# What a further run has to write to the snapshot, which is there. #}
{% macro eider_snapshot_staging_sql() -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set strategy = eider_snapshot_strategy(true) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- do adapter.assert_valid_snapshot_target_given_strategy(target, columns, strategy) -%}
  {%- set rows = snapshot_staging_table(strategy, model['compiled_code'], target) -%}
  {%- do check_time_data_types(rows) -%}
  {{ rows }}
{%- endmacro %}

{# The statements that write it; columns that are new are added before. #}
{% macro eider_snapshot_merge_sql(temp_identifier) -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set source = api.Relation.create(identifier=temp_identifier, type='table') -%}
  {%- do adapter.expand_target_column_types(from_relation=source, to_relation=target) -%}
  {%- set own = ['dbt_change_type', 'dbt_unique_key'] -%}
  {%- if config.get('unique_key') is not string -%}
    {%- for _ in config.get('unique_key') %}{% do own.append('dbt_unique_key_' ~ loop.index) %}{% endfor -%}
  {%- endif -%}
  {%- do create_columns(target, adapter.get_missing_columns(source, target) | rejectattr('name', 'in', own) | list) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_columns_in_relation(source) | rejectattr('name', 'in', own) -%}
    {%- do columns.append(adapter.quote(column.name)) -%}
  {%- endfor -%}
  {{- snapshot_merge_sql(target=target, source=source, insert_cols=columns) -}}
{%- endmacro %}
