{# dbt has no form of functions for DuckDB; these are the project's, by dispatch. #}
{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) %}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }}) as
{% endmacro %}

{% macro duckdb__formatted_scalar_function_args_sql() %}
  {%- set names = [] -%}
  {%- for one in model.arguments -%}
    {%- do names.append(one.name ~ (' := ' ~ one.default_value if one.default_value is defined and one.default_value is not none else '')) -%}
  {%- endfor -%}
  {{ names | join(', ') }}
{% endmacro %}

{% macro duckdb__scalar_function_body_sql() %}
  (cast(({{ model.compiled_code }}) as {{ model.returns.data_type }}))
{% endmacro %}

{% macro duckdb__scalar_function_volatility_sql() %}{% endmacro %}
