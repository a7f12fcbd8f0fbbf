{% macro duckdb__create_schema(relation) -%}
  {%- set query -%}
    select type from duckdb_databases()
    where lower(database_name)='{{ relation.database | lower }}'
    and type != 'duckdb'
  {%- endset -%}
  {%- set found = run_query(query) -%}
  {%- set kind = found.columns[0].values()[0] if found and found | length > 0 else none -%}
  {%- if kind == 'sqlite' and relation.schema != 'main' -%}
    {%- do exceptions.raise_compiler_error("Schema must be 'main' when writing to sqlite instead got " ~ relation.schema) -%}
  {%- endif -%}
  {%- if kind not in ['sqlite', 'mysql'] -%}
    {% call statement('create_schema') -%}
      create schema if not exists {{ relation.without_identifier() }}
    {%- endcall %}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__drop_schema(relation) -%}
  {% call statement('drop_schema') -%}
    drop schema if exists {{ relation.without_identifier() }} cascade
  {%- endcall %}
{%- endmacro %}

{# The names of a contract's columns, in parentheses. #}
{% macro get_column_names() -%}
  (
    {% for column in model['columns'].values() -%}
      {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }} {{ ',' if not loop.last }}
    {% endfor -%}
  )
{%- endmacro %}

{% macro create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {{ return(adapter.dispatch('create_table_as', 'dbt')(
    temporary, relation, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by
  )) }}
{%- endmacro %}

{# A table with a contract, or with an order of its own, is made empty and filled then. #}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- if language != 'sql' -%}
    {%- do exceptions.raise_compiler_error(
      "duckdb__create_table_as macro didn't get supported language, it got " ~ language
    ) -%}
  {%- endif -%}
  {%- set is_typed = config.get('contract').enforced -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- if is_typed -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
  {%- endif %}
  {{ header if header is not none }}
  create {% if temporary %}temporary {% endif %}table {{ relation.include(database=(not temporary), schema=(not temporary)) }}
  {% if is_typed and not temporary -%}
    {{ get_table_columns_and_constraints() }} ;
    {{ duckdb__table_order(relation, partitioned_by, sorted_by) }}
    insert into {{ relation }} {{ get_column_names() }} (
      {{ get_select_subquery(compiled_code) }}
    );
  {%- elif partitioned_by or sorted_by -%}
    as (
      select * from (
        {{ compiled_code }}
      ) as model_subq
      limit 0
    );
    {{ duckdb__table_order(relation, partitioned_by, sorted_by) }}
    insert into {{ relation }}
      select * from (
        {{ compiled_code }}
      ) as model_subq;
  {%- else -%}
    as (
      {{ compiled_code }}
    );
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__table_order(relation, partitioned_by, sorted_by) -%}
  {%- if partitioned_by %}{{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) }}{% endif %}
  {%- if sorted_by %} {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) }}{% endif %}
{%- endmacro %}

{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%}
  alter table {{ relation }} set partitioned by ({{ partitioned_by }});
{%- endmacro %}

{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%}
  alter table {{ relation }} set sorted by ({{ sorted_by }});
{%- endmacro %}

{% macro duckdb__create_view_as(relation, sql) -%}
  {%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(sql) }}
  {%- endif -%}
  {%- set header = config.get('sql_header', none) -%}
  {{ header if header is not none }}
  create view {{ relation }} as (
    {{ sql }}
  );
{%- endmacro %}

{# DESCRIBE, which reads the columns, takes no header: it runs before. #}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {%- if select_sql_header is not none -%}
    {%- do run_query(select_sql_header) -%}
  {%- endif -%}
  select * from (
    {{ select_sql }}
  ) as __dbt_sbq
  where false
  limit 0
{%- endmacro %}

{% macro duckdb__drop_relation(relation) -%}
  {% call statement('drop_relation', auto_begin=false) -%}
    drop {{ relation.type }} if exists {{ relation }}{{ ' cascade' if not adapter.is_ducklake(relation) }}
  {%- endcall %}
{%- endmacro %}

{% macro duckdb__rename_relation(from_relation, to_relation) -%}
  {% call statement('rename_relation') -%}
    alter {{ to_relation.type }} {{ from_relation }} rename to {{ adapter.quote_as_configured(to_relation.identifier, 'identifier') }}
  {%- endcall %}
{%- endmacro %}

{% macro duckdb__alter_relation_add_remove_columns(relation, add_columns, remove_columns) -%}
  {%- for column in add_columns or [] -%}
    {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation ~ ' add column '
      ~ api.Relation.create(identifier=column.name) ~ ' ' ~ column.data_type) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation ~ ' drop column ' ~ api.Relation.create(identifier=column.name)) -%}
  {%- endfor -%}
{%- endmacro %}

{% macro duckdb__apply_grants(relation, grant_config, should_revoke=true) -%}
  {%- if grant_config -%}
    {%- do adapter.warn_once('Grants for relations are not supported by DuckDB') -%}
  {%- endif -%}
{%- endmacro %}

{% macro write_to_file(relation, location, options) -%}
  {% call statement('write_to_file') -%}
    copy {{ relation }} to '{{ location }}' ({{ options }})
  {%- endcall %}
{%- endmacro %}

{# The options of COPY that a model's config asks for. #}
{% macro render_write_options(config) -%}
  {%- set given = config.get('options', {}) -%}
  {%- if given is not mapping -%}
    {%- do exceptions.raise_compiler_error('The options argument must be a dictionary') -%}
  {%- endif -%}
  {%- for name in given | list -%}
    {%- do given.update({name: render(given[name])}) -%}
  {%- endfor -%}
  {%- for name in ['format', 'delimiter'] if config.get(name) -%}
    {%- do given.update({name: render(config.get(name))}) -%}
  {%- endfor -%}
  {{ return(given) }}
{%- endmacro %}
