{# What a table that is replaced by another has beside its rows: indexes, keys, an order. For materializations of projects. #}

{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
  {%- set index = adapter.parse_index(index_dict) -%}
  {%- set parts = index.columns + [relation.render(), index.unique | string, modules.datetime.datetime.utcnow().isoformat()] -%}
  create {{ 'unique ' if index.unique }}index "{{ local_md5(parts | join('_')) }}" on {{ relation }} ({{ index.columns | join(', ') }});
{%- endmacro %}

{# The columns of a config that only DuckLake has a use for; none elsewhere, and for relations that are renamed later. #}
{% macro eider_ducklake_columns(relation, temporary, keys) -%}
  {%- set given = config.get(keys[0]) -%}
  {%- set given = config.get(keys[1]) if given is none or given == '' else given -%}
  {%- set is_staged = this is defined and config.get('materialized') in ['table', 'incremental'] and relation.identifier != this.identifier -%}
  {%- if temporary or given is none or given == '' or is_staged -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set columns = normalize_string_or_list(given, keys | join('/')) -%}
  {%- if not columns -%}
    {%- do exceptions.raise_compiler_error(keys | join('/') ~ ' must contain at least one column') -%}
  {%- elif not adapter.is_ducklake(relation) -%}
    {%- do adapter.warn_once(keys | join('/') ~ ' is only supported for DuckLake relations; ignoring for ' ~ relation) -%}
    {{ return(none) }}
  {%- endif -%}
  {{ return(columns) }}
{%- endmacro %}

{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set columns = eider_ducklake_columns(relation, temporary, ['partitioned_by', 'partition_by']) -%}
  {{ return(columns | join(', ') if columns else none) }}
{%- endmacro %}

{% macro duckdb__get_sorted_by(relation, temporary) -%}
  {%- set columns = eider_ducklake_columns(relation, temporary, ['sorted_by', 'sort_by']) -%}
  {%- set quoted = [] -%}
  {%- for column in columns or [] -%}
    {%- do quoted.append(adapter.quote(column | replace('"', '""'))) -%}
  {%- endfor -%}
  {{ return(quoted | join(', ') if quoted else none) }}
{%- endmacro %}

{% macro drop_indexes_on_relation(relation) -%}
  {%- set found = run_query("select index_name from duckdb_indexes() where database_name = '" ~ relation.database
    ~ "' and schema_name = '" ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'") -%}
  {%- for row in found.rows -%}
    {%- do run_query('drop index ' ~ api.Relation.create(database=relation.database, schema=relation.schema, identifier=row[0])) -%}
  {%- endfor -%}
{%- endmacro %}

{# The kinds of constraint that the contract of a model has the database keep. #}
{% macro enforced_constraint_types() -%}
  {%- set types = [] -%}
  {%- if config.get('contract').enforced -%}
    {%- do types.extend(model.constraints | map(attribute='type') | list) -%}
    {%- for column in model.columns.values() -%}
      {%- do types.extend(column.constraints | map(attribute='type') | list) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(types) }}
{%- endmacro %}

{% macro existing_constraint_types(relation=none) -%}
  {{ return(adapter.existing_key_constraint_types(relation) if relation is not none else []) }}
{%- endmacro %}

{% macro has_foreign_key_constraints(relation=none) -%}
  {%- set types = enforced_constraint_types() + existing_constraint_types(relation) -%}
  {{ return('foreign_key' in types and adapter.catalog_supports_foreign_keys(this.database)) }}
{%- endmacro %}

{% macro may_be_foreign_key_target(relation=none) -%}
  {%- set types = enforced_constraint_types() + existing_constraint_types(relation) -%}
  {{ return(('primary_key' in types or 'unique' in types) and adapter.catalog_supports_foreign_keys(this.database)) }}
{%- endmacro %}

{% macro drop_relation_for_rebuild(relation) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- if relation.is_table and may_be_foreign_key_target(relation) -%}
    {%- do drop_foreign_key_dependents(relation) -%}
  {%- endif -%}
  {%- do adapter.drop_relation(relation) -%}
  {{ return([]) }}
{%- endmacro %}

{# Tables whose keys point at a table keep it from being replaced. dbt-duckdb makes them anew; here they are named. #}
{% macro drop_foreign_key_dependents(relation) -%}
  {%- set found = run_query("select distinct table_name from duckdb_constraints() where constraint_type = 'FOREIGN KEY' and database_name = '"
    ~ relation.database ~ "' and schema_name = '" ~ relation.schema ~ "' and referenced_table = '" ~ relation.identifier ~ "'") -%}
  {%- set names = found.columns[0].values() | reject('equalto', relation.identifier) | list -%}
  {%- if names -%}
    {%- do exceptions.raise_compiler_error('Foreign keys of ' ~ names | join(', ') ~ ' point at ' ~ relation ~ ', which cannot be replaced: drop them first.') -%}
  {%- endif -%}
  {{ return([]) }}
{%- endmacro %}

{% macro restore_foreign_key_dependents(dropped) -%}
{%- endmacro %}
