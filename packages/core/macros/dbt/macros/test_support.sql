{# What a generic test selects from: the model, or the part of it that the test's `where` leaves. #}
{% macro get_where_subquery(relation) -%}
  {{ return(adapter.dispatch('get_where_subquery', 'dbt')(relation)) }}
{%- endmacro %}

{% macro default__get_where_subquery(relation) -%}
  {%- set where = config.get('where', '') -%}
  {%- if not where -%}
    {{ return(relation) }}
  {%- endif -%}
  {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') dbt_subquery') }}
{%- endmacro %}

{# One row: how many failures, and whether that is a warning and an error. #}
{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  {{ adapter.dispatch('get_test_sql', 'dbt')(main_sql, fail_calc, warn_if, error_if, limit) }}
{%- endmacro %}

{% macro default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
select
  {{ fail_calc }} as failures,
  {{ fail_calc }} {{ warn_if }} as should_warn,
  {{ fail_calc }} {{ error_if }} as should_error
from (
  {{ main_sql }}
  {{ 'limit ' ~ limit if limit is not none }}
) dbt_internal_test
{%- endmacro %}

{# What packages wrap that materialize tests themselves; other tests run in the engine. #}
{% materialization test, default %}
  {%- set relations = [] -%}
  {%- set failing = get_limit_subquery_sql(sql, config.get('limit')) -%}
  {%- if should_store_failures() -%}
    {%- set kind = config.get('store_failures_as') or 'table' -%}
    {%- if kind not in ['table', 'view'] -%}
      {%- do exceptions.raise_compiler_error("'" ~ kind ~ "' is not a valid value for `store_failures_as`: use 'ephemeral', 'table' or 'view'") -%}
    {%- endif -%}
    {%- set before = adapter.get_relation(database, schema, model['alias']) -%}
    {%- if before -%}{%- do adapter.drop_relation(before) -%}{%- endif -%}
    {%- set kept = api.Relation.create(database, schema, model['alias'], type=kind) -%}
    {%- call statement(auto_begin=true) -%}{{ get_create_sql(kept, failing) }}{%- endcall -%}
    {%- do relations.append(kept) -%}
    {%- set failing = 'select * from ' ~ kept -%}
  {%- endif -%}
  {%- call statement('main', fetch_result=true) -%}
    {{ get_test_sql(failing, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), none) }}
  {%- endcall -%}
  {{ return({'relations': relations}) }}
{% endmaterialization %}
