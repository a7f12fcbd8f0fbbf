{% macro duckdb__list_relations_without_caching(schema_relation) -%}
  {% call statement('list_relations_without_caching', fetch_result=true) -%}
    select
      '{{ schema_relation.database }}' as database,
      table_name as name,
      table_schema as schema,
      case table_type
        when 'BASE TABLE' then 'table'
        when 'VIEW' then 'view'
        when 'LOCAL TEMPORARY' then 'table'
      end as type
    from system.information_schema.tables
    where lower(table_schema) = '{{ schema_relation.schema | lower }}'
    and lower(table_catalog) = '{{ schema_relation.database | lower }}'
  {%- endcall %}
  {{ return(load_result('list_relations_without_caching').table) }}
{%- endmacro %}

{% macro duckdb__get_columns_in_relation(relation) -%}
  {{ return(adapter.get_columns_in_relation(relation)) }}
{%- endmacro %}

{% macro duckdb__get_catalog(information_schema, schemas) -%}
  {{ return(run_query(duckdb__catalog_query(
    information_schema, duckdb__get_catalog_schemas_where_clause_sql(schemas)
  ))) }}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
  {{ return(run_query(duckdb__catalog_query(
    information_schema, duckdb__get_catalog_relations_where_clause_sql(relations)
  ))) }}
{%- endmacro %}

{% macro duckdb__catalog_query(information_schema, condition) -%}
  with tables as (
    {{ duckdb__get_catalog_tables_sql(information_schema) }}
    {{ condition }}
  ),
  columns as (
    {{ duckdb__get_catalog_columns_sql(information_schema) }}
    {{ condition }}
  )
  {{ duckdb__get_catalog_results_sql() }}
{%- endmacro %}

{% macro duckdb__get_catalog_tables_sql(information_schema) -%}
  select *
  from (
    {% for kind, word, prefix in [('table', 'BASE TABLE', 't'), ('view', 'VIEW', 'v')] -%}
    select
      {{ prefix }}.database_name as table_database,
      {{ prefix }}.schema_name as table_schema,
      {{ prefix }}.{{ kind }}_name as table_name,
      '{{ word }}' as table_type,
      {{ prefix }}.comment as table_comment
    from duckdb_{{ kind }}s() {{ prefix }}
    where upper({{ prefix }}.database_name) = upper('{{ information_schema.database }}')
    {{ 'union all' if not loop.last }}
    {% endfor -%}
  ) catalog_tables
{%- endmacro %}

{% macro duckdb__get_catalog_columns_sql(information_schema) -%}
  select *
  from (
    select
      c.database_name as table_database,
      c.schema_name as table_schema,
      c.table_name as table_name,
      c.column_name as column_name,
      c.column_index as column_index,
      c.data_type as column_type,
      c.comment as column_comment
    from duckdb_columns() c
    where upper(c.database_name) = upper('{{ information_schema.database }}')
  ) catalog_columns
{%- endmacro %}

{% macro duckdb__get_catalog_results_sql() -%}
  select
    {% for name in ['table_database', 'table_schema', 'table_name', 'table_type', 'table_comment'] -%}
    tables.{{ name }},
    {% endfor -%}
    {% for name in ['column_name', 'column_index', 'column_type', 'column_comment'] -%}
    columns.{{ name }},
    {% endfor -%}
    null as table_owner
  from tables
  join columns using (table_database, table_schema, table_name)
  order by table_schema, table_name, column_index
{%- endmacro %}

{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
  {%- if not schemas -%}
    where 1 = 0
  {%- else -%}
    where (
    {%- for schema in schemas -%}
      upper(table_schema) = upper('{{ schema }}'){{ ' or ' if not loop.last }}
    {%- endfor -%}
    )
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__get_catalog_relations_where_clause_sql(relations) -%}
  {%- if not relations -%}
    where 1 = 0
  {%- else -%}
    where (
    {%- for relation in relations -%}
      {%- if not relation.schema -%}
        {%- do exceptions.raise_compiler_error('`get_catalog_relations` requires a list of relations, each with a schema') -%}
      {%- endif %}
      (
        upper(table_schema) = upper('{{ relation.schema }}')
        {%- if relation.identifier %}
        and upper(table_name) = upper('{{ relation.identifier }}')
        {%- endif %}
      ){{ ' or ' if not loop.last }}
    {%- endfor -%}
    )
  {%- endif -%}
{%- endmacro %}
