{# DuckDB's functions are macros: names, and an expression or query of them, which is cast to the type that is to be returned. #}

{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) -%}
  {%- if not model.returns or not model.returns.data_type -%}
    {%- do exceptions.raise_compiler_error('The function ' ~ model.name ~ ' needs `returns: {data_type: …}` in a property file.') -%}
  {%- endif -%}
  create or replace function {{ target_relation.render() }} ({{ formatted_scalar_function_args_sql() }}) as
{%- endmacro %}

{# Without types, which only databases of storage v1.4.0 can keep. A parameter with a default is named by its callers. #}
{% macro duckdb__formatted_scalar_function_args_sql() -%}
  {%- set formatted = [] -%}
  {%- for one in model.arguments -%}
    {%- do formatted.append(one.name ~ (' := ' ~ one.default_value if one.default_value is defined else '')) -%}
  {%- endfor -%}
  {{ return(formatted | join(', ')) }}
{%- endmacro %}

{% macro duckdb__scalar_function_body_sql() -%}
  (cast((
    {{ model.compiled_code }}
  ) as {{ model.returns.data_type }}))
{%- endmacro %}
