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

{# Tables whose keys point at a table, straight or through others, keep DuckDB from replacing it. Those that this run makes anew are set aside, without
   their keys; where there are others, nothing is changed and they are told. Gives dicts of `relation` and `backup`, the furthest first. #}
{% macro drop_foreign_key_dependents(relation) -%}
  {%- set pointed, dropped, problems = {}, [], [] -%}
  {%- for row in run_query(eider_foreign_keys_sql(relation)).rows -%}
    {%- do pointed.setdefault(row[0], []).append(row[1] | lower) -%}
  {%- endfor -%}
  {%- set makers = eider_makers(relation) if pointed else {} -%}
  {%- for name in pointed -%}
    {%- set why = eider_why_kept(makers.get(name | lower), pointed[name], makers) -%}
    {%- do problems.append(name ~ ' (' ~ why ~ ')') if why -%}
  {%- endfor -%}
  {%- if problems -%}
    {%- do exceptions.raise_compiler_error('Foreign keys point at ' ~ relation ~ ', which DuckDB does not replace while there are tables that this run does not make anew after it: '
      ~ problems | join('; ')) -%}
  {%- endif -%}
  {%- for name in pointed -%}
    {%- set table = api.Relation.create(database=relation.database, schema=relation.schema, identifier=name, type='table') -%}
    {%- set backup = table.incorporate(path={'identifier': name ~ '__dbt_fk_backup'}) -%}
    {%- do run_query('drop table if exists ' ~ backup ~ '; create table ' ~ backup ~ ' as from ' ~ table ~ '; drop table ' ~ table) -%}
    {%- do dropped.append({'relation': table, 'backup': backup}) -%}
  {%- endfor -%}
  {{ return(dropped) }}
{%- endmacro %}

{# The rows of what was set aside are read until the run makes these tables anew. #}
{% macro restore_foreign_key_dependents(dropped) -%}
  {%- for one in dropped | reverse -%}
    {%- do adapter.rename_relation(one.backup, one.relation) -%}
  {%- endfor -%}
{%- endmacro %}

{# Each table of the schema whose keys lead to a relation, with the tables that they point at, the furthest first. #}
{% macro eider_foreign_keys_sql(relation) -%}
  with recursive keys as (
    select table_name as own, referenced_table as target from duckdb_constraints()
    where constraint_type = 'FOREIGN KEY' and lower(table_name) != lower(referenced_table)
      and lower(database_name) = lower('{{ adapter.escape_sql_string(relation.database) }}')
      and lower(schema_name) = lower('{{ adapter.escape_sql_string(relation.schema) }}')
  ), far(own, steps) as (
    select own, 1 from keys where lower(target) = lower('{{ adapter.escape_sql_string(relation.identifier) }}')
    union select keys.own, steps + 1 from keys join far on lower(keys.target) = lower(far.own)
  )
  select own, target from keys join (select own, max(steps) as steps from far group by own) using (own) order by steps desc, own, target
{%- endmacro %}

{# The models that make the tables of a relation's schema, by name. #}
{% macro eider_makers(relation) -%}
  {%- set makers = {} -%}
  {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.database | lower == relation.database | lower and node.schema | lower == relation.schema | lower -%}
    {%- do makers.update({node.alias | lower: node}) -%}
  {%- endfor -%}
  {{ return(makers) }}
{%- endmacro %}

{# Why a table with a foreign key is not set aside; none where this run makes it anew, and after what it points at. #}
{% macro eider_why_kept(node, pointed, makers) -%}
  {%- if not node -%}{{ return('no model of this project makes it') }}{%- endif -%}
  {%- if node.unique_id not in selected_resources -%}{{ return('the model ' ~ node.name ~ ' is not selected') }}{%- endif -%}
  {%- set before = [] -%}
  {%- for name in pointed if name in makers and makers[name].unique_id in node.depends_on.nodes -%}
    {%- do before.append(name) -%}
  {%- endfor -%}
  {%- if not before -%}{{ return('the model ' ~ node.name ~ ' has no ref() of what its key points at, and may be built before it: write `to: ref(...)`') }}{%- endif -%}
  {%- set refreshed = node.config.full_refresh if node.config.full_refresh is not none else flags.FULL_REFRESH -%}
  {%- if node.config.materialized == 'table' or (node.config.materialized == 'incremental' and refreshed) -%}{{ return(none) }}{%- endif -%}
  {{ return('the model ' ~ node.name ~ ' is ' ~ node.config.materialized ~ ' and would lose its rows: run with --full-refresh') }}
{%- endmacro %}
