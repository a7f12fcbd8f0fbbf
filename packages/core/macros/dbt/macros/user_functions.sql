{# Functions of a project: SQL that makes them. A database whose functions look otherwise has forms of its own. #}

{% materialization function, default, supported_languages=['sql'] %}
  {%- set existing, target = load_cached_relation(this), this.incorporate(type='function') -%}
  {{ run_hooks(pre_hooks) }}
  {%- set build = adapter.dispatch((config.get('type') or 'scalar') ~ '_function_' ~ model.language, 'dbt')(target) -%}
  {{ function_execute_build_sql(build, existing, target) }}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) -%}
  {{ return(adapter.dispatch('function_execute_build_sql', 'dbt')(build_sql, existing_relation, target_relation)) }}
{%- endmacro %}

{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) -%}
  {%- call statement(name='main') -%}
    {{ build_sql }}
  {%- endcall -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=true)) -%}
  {{ adapter.commit() }}
{%- endmacro %}

{% macro scalar_function_sql(target_relation) -%}
  {{ return(adapter.dispatch('scalar_function_sql', 'dbt')(target_relation)) }}
{%- endmacro %}

{% macro default__scalar_function_sql(target_relation) -%}
  {{ scalar_function_create_replace_signature_sql(target_relation) }}
  {{ scalar_function_body_sql() }};
{%- endmacro %}

{% macro default__aggregate_function_sql(target_relation) -%}
  {{ scalar_function_sql(target_relation) }}
{%- endmacro %}

{% macro scalar_function_create_replace_signature_sql(target_relation) -%}
  {{ return(adapter.dispatch('scalar_function_create_replace_signature_sql', 'dbt')(target_relation)) }}
{%- endmacro %}

{% macro formatted_scalar_function_args_sql() -%}
  {{ return(adapter.dispatch('formatted_scalar_function_args_sql', 'dbt')()) }}
{%- endmacro %}

{% macro scalar_function_body_sql() -%}
  {{ return(adapter.dispatch('scalar_function_body_sql', 'dbt')()) }}
{%- endmacro %}
