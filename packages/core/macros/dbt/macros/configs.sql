{% macro set_sql_header(config) -%}
  {{ config.set('sql_header', caller()) }}
{%- endmacro %}

{# The node's own word counts more than the command line's. #}
{% macro should_full_refresh() -%}
  {%- set own = config.get('full_refresh') -%}
  {{ return(flags.FULL_REFRESH if own is none else own) }}
{%- endmacro %}

{% macro should_store_failures() -%}
  {%- set own = config.get('store_failures') -%}
  {{ return(flags.STORE_FAILURES if own is none else own) }}
{%- endmacro %}

{# True where a table of the same incremental model is there to be added to. #}
{% macro is_incremental() -%}
  {%- if not execute -%}
    {{ return(false) }}
  {%- endif -%}
  {%- set existing = adapter.get_relation(this.database, this.schema, this.table) -%}
  {{ return(
    existing is not none
    and existing.type == 'table'
    and model.config.materialized == 'incremental'
    and not should_full_refresh()
  ) }}
{%- endmacro %}
