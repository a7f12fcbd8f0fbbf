{# The body is rendered and sent to the database; the result waits under `name` for load_result. #}
{% macro statement(name=none, fetch_result=false, auto_begin=true, language='sql') -%}
  {%- if execute -%}
    {%- set text = caller() -%}
    {%- if name == 'main' -%}
      {%- do log('Writing runtime ' ~ language ~ ' for node "' ~ model['unique_id'] ~ '"') -%}
      {%- do write(text) -%}
    {%- endif -%}
    {%- if language != 'sql' -%}
      {%- do exceptions.raise_compiler_error("A statement of language '" ~ language ~ "' cannot be run") -%}
    {%- endif -%}
    {%- set response, table = adapter.execute(text, auto_begin=auto_begin, fetch=fetch_result) -%}
    {%- if name is not none -%}
      {%- do store_result(name, response=response, agate_table=table) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{# As statement, with an outcome that is given instead of a run. #}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
  {%- set text = caller() -%}
  {%- if name == 'main' -%}
    {%- do log('Writing runtime SQL for node "' ~ model['unique_id'] ~ '"') -%}
    {%- do write(text) -%}
  {%- endif -%}
  {%- if name is not none -%}
    {%- do store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) -%}
  {%- endif -%}
{%- endmacro %}

{% macro run_query(sql) %}
  {% call statement('run_query_statement', fetch_result=true, auto_begin=false) %}
    {{ sql }}
  {% endcall %}
  {% do return(load_result('run_query_statement').table) %}
{% endmacro %}

{% macro validate_sql(sql) -%}
  {{ return(adapter.dispatch('validate_sql', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__validate_sql(sql) -%}
  {% call statement('validate_sql') -%}
    explain {{ sql }}
  {%- endcall %}
  {{ return(load_result('validate_sql')) }}
{%- endmacro %}

{% macro get_limit_subquery_sql(sql, limit) -%}
  {{ adapter.dispatch('get_limit_sql', 'dbt')(sql, limit) }}
{%- endmacro %}

{% macro default__get_limit_sql(sql, limit) -%}
  {{ sql }}
  {% if limit is not none %}limit {{ limit }}{% endif %}
{%- endmacro %}

{% macro get_show_sql(compiled_code, sql_header, limit) -%}
  {%- if sql_header is not none %}{{ sql_header }}{% endif %}
  {{ get_limit_subquery_sql(compiled_code, limit) }}
{%- endmacro %}

{# Whether templates run in dbt 2. #}
{% macro is_core_v2() -%}
  {{ return(dbt_version.split('.') | first | int == 2) }}
{%- endmacro %}
