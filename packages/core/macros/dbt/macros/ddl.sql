{# SQL that makes, drops, renames and replaces relations. The engine does not use it: it is here for projects and packages that call it. #}

{% macro get_create_sql(relation, sql) -%}
  {{ adapter.dispatch('get_create_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_create_sql(relation, sql) -%}
  {%- if relation.is_view -%}
    {{ get_create_view_as_sql(relation, sql) }}
  {%- elif relation.is_table -%}
    {{ get_create_table_as_sql(false, relation, sql) }}
  {%- elif relation.is_materialized_view -%}
    {{ get_create_materialized_view_as_sql(relation, sql) }}
  {%- else -%}
    {%- do exceptions.raise_compiler_error('`get_create_sql` has not been implemented for: ' ~ relation.type) -%}
  {%- endif -%}
{%- endmacro %}

{% macro get_create_backup_sql(relation) -%}
  {{ adapter.dispatch('get_create_backup_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_create_backup_sql(relation) -%}
  -- get the standard backup name
  {% set backup = make_backup_relation(relation, relation.type) -%}
  -- drop any pre-existing backup
  {{ get_drop_sql(backup) }};
  {{ get_rename_sql(relation, backup.identifier) }}
{%- endmacro %}

{% macro get_create_intermediate_sql(relation, sql) -%}
  {{ adapter.dispatch('get_create_intermediate_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_create_intermediate_sql(relation, sql) -%}
  -- get the standard intermediate name
  {% set intermediate = make_intermediate_relation(relation) -%}
  -- drop any pre-existing intermediate
  {{ get_drop_sql(intermediate) }};
  {{ get_create_sql(intermediate, sql) }}
{%- endmacro %}

{% macro get_drop_sql(relation) -%}
  {{ adapter.dispatch('get_drop_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_drop_sql(relation) -%}
  {%- if relation.is_view -%}
    {{ drop_view(relation) }}
  {%- elif relation.is_table -%}
    {{ drop_table(relation) }}
  {%- elif relation.is_materialized_view -%}
    {{ drop_materialized_view(relation) }}
  {%- else -%}
    drop {{ relation.type }} if exists {{ relation.render() }} cascade
  {%- endif -%}
{%- endmacro %}

{% macro get_drop_backup_sql(relation) -%}
  {{ adapter.dispatch('get_drop_backup_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_drop_backup_sql(relation) -%}
  -- get the standard backup name
  {% set backup = make_backup_relation(relation, relation.type) -%}
  {{ get_drop_sql(backup) }}
{%- endmacro %}

{% macro get_rename_sql(relation, new_name) -%}
  {{ adapter.dispatch('get_rename_sql', 'dbt')(relation, new_name) }}
{%- endmacro %}

{% macro default__get_rename_sql(relation, new_name) -%}
  {%- if relation.is_view -%}
    {{ get_rename_view_sql(relation, new_name) }}
  {%- elif relation.is_table -%}
    {{ get_rename_table_sql(relation, new_name) }}
  {%- elif relation.is_materialized_view -%}
    {{ get_rename_materialized_view_sql(relation, new_name) }}
  {%- else -%}
    {%- do exceptions.raise_compiler_error('`get_rename_sql` has not been implemented for: ' ~ relation.type) -%}
  {%- endif -%}
{%- endmacro %}

{% macro get_rename_intermediate_sql(relation) -%}
  {{ adapter.dispatch('get_rename_intermediate_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_rename_intermediate_sql(relation) -%}
  -- get the standard intermediate name
  {% set intermediate = make_intermediate_relation(relation) -%}
  {{ get_rename_sql(intermediate, relation.identifier) }}
{%- endmacro %}

{# In place where the database can, else through an intermediate and a backup as far as names may be changed. #}
{% macro get_replace_sql(existing_relation, target_relation, sql) -%}
  {{ adapter.dispatch('get_replace_sql', 'dbt')(existing_relation, target_relation, sql) }}
{%- endmacro %}

{% macro default__get_replace_sql(existing_relation, target_relation, sql) -%}
  {%- set in_place = existing_relation.type == target_relation.type and existing_relation.can_be_replaced -%}
  {%- if in_place and existing_relation.is_view -%}
    {{ get_replace_view_sql(target_relation, sql) }}
  {%- elif in_place and existing_relation.is_table -%}
    {{ get_replace_table_sql(target_relation, sql) }}
  {%- elif in_place and existing_relation.is_materialized_view -%}
    {{ get_replace_materialized_view_sql(target_relation, sql) }}
  {%- else -%}
    {%- set staged, kept = target_relation.can_be_renamed, existing_relation.can_be_renamed -%}
    {%- set steps = [get_create_intermediate_sql(target_relation, sql) if staged] | select | list -%}
    {%- do steps.append(get_create_backup_sql(existing_relation) if kept else get_drop_sql(existing_relation)) -%}
    {%- do steps.append(get_rename_intermediate_sql(target_relation) if staged else get_create_sql(target_relation, sql)) -%}
    {%- if kept -%}
      {%- do steps.append(get_drop_backup_sql(existing_relation)) -%}
    {%- endif -%}
    {{ steps | join(';\n') }}
  {%- endif -%}
{%- endmacro %}

{% macro drop_schema_named(schema_name) -%}
  {{ return(adapter.dispatch('drop_schema_named', 'dbt')(schema_name)) }}
{%- endmacro %}

{% macro default__drop_schema_named(schema_name) -%}
  {%- do adapter.drop_schema(api.Relation.create(schema=schema_name)) -%}
{%- endmacro %}

{% macro get_create_table_as_sql(temporary, relation, sql) -%}
  {{ adapter.dispatch('get_create_table_as_sql', 'dbt')(temporary, relation, sql) }}
{%- endmacro %}

{% macro default__get_create_table_as_sql(temporary, relation, sql) -%}
  {{ return(create_table_as(temporary, relation, sql)) }}
{%- endmacro %}

{% macro default__create_table_as(temporary, relation, sql) -%}
  {%- set header = config.get('sql_header', none) -%}
  {{ header if header is not none }}
  create {% if temporary %}temporary {% endif %}table {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {% if config.get('contract').enforced and not temporary -%}
    {{ get_assert_columns_equivalent(sql) }}
    {{ get_table_columns_and_constraints() }}
    {%- set sql = get_select_subquery(sql) %}
  {% endif -%}
  as (
    {{ sql }}
  );
{%- endmacro %}

{% macro default__get_column_names() -%}
  {%- for column in model['columns'].values() -%}
    {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro get_select_subquery(sql) -%}
  {{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__get_select_subquery(sql) -%}
  select {{ adapter.dispatch('get_column_names', 'dbt')() }}
  from (
    {{ sql }}
  ) as model_subq
{%- endmacro %}

{% macro get_create_view_as_sql(relation, sql) -%}
  {{ adapter.dispatch('get_create_view_as_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_create_view_as_sql(relation, sql) -%}
  {{ return(create_view_as(relation, sql)) }}
{%- endmacro %}

{% macro create_view_as(relation, sql) -%}
  {{ adapter.dispatch('create_view_as', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__create_view_as(relation, sql) -%}
  {%- set header = config.get('sql_header', none) -%}
  {{ header if header is not none }}
  create view {{ relation.render() }}
  {% if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif %}
  as (
    {{ sql }}
  );
{%- endmacro %}

{% macro handle_existing_table(full_refresh, old_relation) -%}
  {{ adapter.dispatch('handle_existing_table', 'dbt')(full_refresh, old_relation) }}
{%- endmacro %}

{% macro default__handle_existing_table(full_refresh, old_relation) -%}
  {%- do log('Dropping relation ' ~ old_relation.render() ~ ' because it is of type ' ~ old_relation.type) -%}
  {%- do adapter.drop_relation(old_relation) -%}
{%- endmacro %}

{% macro drop_view(relation) -%}
  {{ adapter.dispatch('drop_view', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__drop_view(relation) -%}
  drop view if exists {{ relation.render() }} cascade
{%- endmacro %}

{% macro drop_table(relation) -%}
  {{ adapter.dispatch('drop_table', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__drop_table(relation) -%}
  drop table if exists {{ relation.render() }} cascade
{%- endmacro %}

{% macro get_rename_view_sql(relation, new_name) -%}
  {{ adapter.dispatch('get_rename_view_sql', 'dbt')(relation, new_name) }}
{%- endmacro %}

{% macro default__get_rename_view_sql(relation, new_name) -%}
  {% do exceptions.raise_compiler_error('`get_rename_view_sql` has not been implemented for this adapter.') %}
{%- endmacro %}

{% macro get_replace_view_sql(relation, sql) -%}
  {{ adapter.dispatch('get_replace_view_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_replace_view_sql(relation, sql) -%}
  {% do exceptions.raise_compiler_error('`get_replace_view_sql` has not been implemented for this adapter.') %}
{%- endmacro %}

{% macro get_rename_table_sql(relation, new_name) -%}
  {{ adapter.dispatch('get_rename_table_sql', 'dbt')(relation, new_name) }}
{%- endmacro %}

{% macro default__get_rename_table_sql(relation, new_name) -%}
  {% do exceptions.raise_compiler_error('`get_rename_table_sql` has not been implemented for this adapter.') %}
{%- endmacro %}

{% macro get_replace_table_sql(relation, sql) -%}
  {{ adapter.dispatch('get_replace_table_sql', 'dbt')(relation, sql) }}
{%- endmacro %}

{% macro default__get_replace_table_sql(relation, sql) -%}
  {% do exceptions.raise_compiler_error('`get_replace_table_sql` has not been implemented for this adapter.') %}
{%- endmacro %}
