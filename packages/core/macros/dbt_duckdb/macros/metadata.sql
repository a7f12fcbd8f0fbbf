{% macro duckdb__list_schemas(database) -%}
  {%- set query -%}
    select schema_name
    from system.information_schema.schemata
    {% if database is not none %}where lower(catalog_name) = '{{ database | lower }}'{% endif %}
  {%- endset -%}
  {{ return(run_query(query)) }}
{%- endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
  {%- set query -%}
    select count(*)
    from system.information_schema.schemata
    where lower(schema_name) = '{{ schema | lower }}'
    and lower(catalog_name) = '{{ information_schema.database | lower }}'
  {%- endset -%}
  {{ return(run_query(query)) }}
{%- endmacro %}

{# A temporary table lives in the connection's own schema, so it carries neither database nor schema. #}
{% macro duckdb__make_temp_relation(base_relation, suffix) -%}
  {{ return(base_relation.incorporate(path={
    'database': none,
    'schema': none,
    'identifier': base_relation.identifier ~ suffix ~ py_current_timestring()
  })) }}
{%- endmacro %}
