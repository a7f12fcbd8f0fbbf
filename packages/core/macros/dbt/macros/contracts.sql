{# A query without rows that has the columns of a contract. #}
{% macro get_empty_schema_sql(columns) -%}
  {{ return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) }}
{%- endmacro %}

{% macro default__get_empty_schema_sql(columns) -%}
  {%- set untyped, unscaled = [], [] -%}
  select
  {% for column in columns.values() -%}
    {%- if column['data_type'] is not defined -%}
      {%- do untyped.append(column['name']) -%}
    {%- elif column['data_type'].strip().lower() in ('numeric', 'decimal', 'number') -%}
      {%- do unscaled.append(column['name']) -%}
    {%- endif %}
    {{ cast('null', column['data_type']) }} as {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ', ' if not loop.last }}
  {%- endfor -%}
  {%- if untyped -%}
    {%- do exceptions.column_type_missing(column_names=untyped) -%}
  {%- elif unscaled -%}
    {%- do exceptions.warn('Detected columns with numeric type and unspecified precision/scale, this can lead to unintended rounding: '
      ~ unscaled ~ '`') -%}
  {%- endif -%}
{%- endmacro %}

{% macro get_table_columns_and_constraints() -%}
  {{ adapter.dispatch('get_table_columns_and_constraints', 'dbt')() }}
{%- endmacro %}

{% macro default__get_table_columns_and_constraints() -%}
  {{ return(table_columns_and_constraints()) }}
{%- endmacro %}

{% macro table_columns_and_constraints() -%}
  {%- set parts = adapter.render_raw_columns_constraints(raw_columns=model['columns'])
    + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
  (
    {{ parts | join(',\n    ') }}
  )
{%- endmacro %}

{% macro get_assert_columns_equivalent(sql) -%}
  {{ adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql) }}
{%- endmacro %}

{% macro default__get_assert_columns_equivalent(sql) -%}
  {{ return(assert_columns_equivalent(sql)) }}
{%- endmacro %}

{# Raises an error unless a query has the columns of the model's contract, their order aside. #}
{% macro assert_columns_equivalent(sql) -%}
  {%- if not model['columns'] -%}
    {%- do exceptions.raise_contract_error([], []) -%}
  {%- endif -%}
  {%- set found = format_columns(get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
  {%- set wanted = format_columns(get_column_schema_from_query(get_empty_schema_sql(model['columns']))) -%}
  {%- set differs = found | length != wanted | length -%}
  {%- for column in found -%}
    {%- set same = wanted | selectattr('name', 'equalto', column['name']) | list -%}
    {%- if differs or not same or same[0]['formatted'] != column['formatted'] -%}
      {%- do exceptions.raise_contract_error(wanted, found) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if differs -%}
    {%- do exceptions.raise_contract_error(wanted, found) -%}
  {%- endif -%}
{%- endmacro %}

{% macro format_columns(columns) -%}
  {%- set formatted = [] -%}
  {%- for column in columns -%}
    {%- do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) -%}
  {%- endfor -%}
  {{ return(formatted) }}
{%- endmacro %}

{% macro default__format_column(column) -%}
  {{ return({
    'name': column.name, 'data_type': column.dtype, 'formatted': column.column.lower() ~ ' ' ~ column.dtype
  }) }}
{%- endmacro %}
