{# Parts of dbt's snapshot statements. Keys of several columns are numbered. #}

{% macro get_snapshot_table_column_names() -%}
  {%- set names = {} -%}
  {%- for name in ['dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] -%}
    {%- do names.update({name: name}) -%}
  {%- endfor -%}
  {{ return(names) }}
{%- endmacro %}

{% macro create_columns(relation, columns) -%}
  {{ adapter.dispatch('create_columns', 'dbt')(relation, columns) }}
{%- endmacro %}

{% macro default__create_columns(relation, columns) -%}
  {%- for column in columns -%}
    {% call statement() %}
      alter table {{ relation.render() }} add column {{ adapter.quote(column.name) }} {{ column.expanded_data_type }};
    {% endcall %}
  {%- endfor -%}
{%- endmacro %}

{% macro post_snapshot(staging_relation) -%}
  {{ adapter.dispatch('post_snapshot', 'dbt')(staging_relation) }}
{%- endmacro %}

{% macro default__post_snapshot(staging_relation) -%}
{%- endmacro %}

{% macro get_true_sql() -%}
  {{ adapter.dispatch('get_true_sql', 'dbt')() }}
{%- endmacro %}

{% macro default__get_true_sql() -%}
  {{ return('TRUE') }}
{%- endmacro %}

{% macro unique_key_fields(unique_key) -%}
  {%- if unique_key | is_list -%}
    {%- for key in unique_key %}
      {{ key }} as dbt_unique_key_{{ loop.index }}{{ ' ,' if not loop.last }}
    {%- endfor %}
  {%- else -%}
    {{ unique_key }} as dbt_unique_key
  {%- endif -%}
{%- endmacro %}

{% macro unique_key_join_on(unique_key, identifier, from_identifier) -%}
  {%- if unique_key | is_list -%}
    {%- for _ in unique_key %}
      {{ equals(identifier ~ '.dbt_unique_key_' ~ loop.index, from_identifier ~ '.dbt_unique_key_' ~ loop.index) }}
      {{- ' and' if not loop.last }}
    {%- endfor %}
  {%- else -%}
    {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
  {%- endif -%}
{%- endmacro %}

{% macro unique_key_is_null(unique_key, identifier) -%}
  {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is null
{%- endmacro %}

{% macro unique_key_is_not_null(unique_key, identifier) -%}
  {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is not null
{%- endmacro %}

{% macro get_dbt_valid_to_current(strategy, columns) -%}
  coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ config.get('dbt_valid_to_current') or 'null' }})
  as {{ columns.dbt_valid_to }}
{%- endmacro %}

{% macro build_snapshot_table(strategy, sql) -%}
  {{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}
{%- endmacro %}

{% macro default__build_snapshot_table(strategy, sql) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  select *,
    {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
    {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
    {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
    {{ get_dbt_valid_to_current(strategy, columns) }}
    {%- if strategy.hard_deletes == 'new_record' -%}
    , 'False' as {{ columns.dbt_is_deleted }}
    {%- endif %}
  from (
    {{ sql }}
  ) sbq
{%- endmacro %}

{# Whether a row of the snapshot is its key's current one. `prefix` names the table. #}
{% macro snapshot_is_current(columns, prefix='') -%}
  {%- if config.get('dbt_valid_to_current') -%}
    {{ prefix }}{{ columns.dbt_valid_to }} = {{ config.get('dbt_valid_to_current') }}
  {%- else -%}
    {{ prefix }}{{ columns.dbt_valid_to }} is null
  {%- endif -%}
{%- endmacro %}

{% macro snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation) }}
{%- endmacro %}

{# What a snapshot has to write: rows marked as insert, update and delete. #}
{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set key = strategy.unique_key -%}
  {%- set adds_records = strategy.hard_deletes == 'new_record' -%}
  {%- set sees_deletes = adds_records or strategy.hard_deletes == 'invalidate' -%}
  {%- set joined = unique_key_join_on(key, 'snapshotted_data', 'source_data') -%}
  {%- set was_deleted = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
  {%- set changed = strategy.row_changed ~ (' or ' ~ was_deleted if adds_records else '') -%}
  with snapshot_query as (
    {{ source_sql }}
  ),
  snapshotted_data as (
    select *, {{ unique_key_fields(key) }}
    from {{ target_relation }}
    where
      {% if config.get('dbt_valid_to_current') -%}
      ( {{ equals(columns.dbt_valid_to | trim, config.get('dbt_valid_to_current') | trim) }} or {{ columns.dbt_valid_to }} is null )
      {%- else -%}
      {{ columns.dbt_valid_to }} is null
      {%- endif %}
  ),
  insertions_source_data as (
    select *, {{ unique_key_fields(key) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ get_dbt_valid_to_current(strategy, columns) }},
      {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
    from snapshot_query
  ),
  updates_source_data as (
    select *, {{ unique_key_fields(key) }},
      {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
      {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
    from snapshot_query
  ),
  {% if sees_deletes -%}
  deletes_source_data as (
    select *, {{ unique_key_fields(key) }}
    from snapshot_query
  ),
  {% endif -%}
  insertions as (
    select
      'insert' as dbt_change_type,
      source_data.*
      {%- if adds_records -%} ,'False' as {{ columns.dbt_is_deleted }} {%- endif %}
    from insertions_source_data as source_data
    left outer join snapshotted_data
      on {{ joined }}
      where {{ unique_key_is_null(key, 'snapshotted_data') }}
      or ({{ unique_key_is_not_null(key, 'snapshotted_data') }} and (
        {{ changed }}
      )
    )
  ),
  updates as (
    select
      'update' as dbt_change_type,
      source_data.*,
      snapshotted_data.{{ columns.dbt_scd_id }}
      {%- if adds_records -%} , snapshotted_data.{{ columns.dbt_is_deleted }} {%- endif %}
    from updates_source_data as source_data
    join snapshotted_data
      on {{ joined }}
    where (
      {{ changed }}
    )
  )
  {%- if sees_deletes %}
  ,
  deletes as (
    select
      'delete' as dbt_change_type,
      source_data.*,
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
      {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }},
      snapshotted_data.{{ columns.dbt_scd_id }}
      {%- if adds_records -%} , snapshotted_data.{{ columns.dbt_is_deleted }} {%- endif %}
    from snapshotted_data
    left join deletes_source_data as source_data
      on {{ joined }}
      where {{ unique_key_is_null(key, 'source_data') }}
      {% if adds_records -%}
      and not (
        --avoid updating the record's valid_to if the latest entry is marked as deleted
        {{ was_deleted }}
        and
        {{ snapshot_is_current(columns, 'snapshotted_data.') }}
      )
      {%- endif %}
  )
  {%- endif %}
  {%- if adds_records %}
  {%- set known = get_list_of_column_names(get_columns_in_relation(target_relation)) %}
  ,
  deletion_records as (
    select
      'insert' as dbt_change_type,
      {% for name in get_columns_in_query(source_sql) -%}
      {{ 'snapshotted_data' if name in known else 'source_data' }}.{{ adapter.quote(name) }},
      {% endfor -%}
      {%- if key | is_list -%}
      {%- for one in key -%}
      snapshotted_data.{{ one }} as dbt_unique_key_{{ loop.index }},
      {% endfor -%}
      {%- else -%}
      snapshotted_data.dbt_unique_key as dbt_unique_key,
      {% endif -%}
      {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
      {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
      snapshotted_data.{{ columns.dbt_valid_to }} as {{ columns.dbt_valid_to }},
      {{ snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) }} as {{ columns.dbt_scd_id }},
      'True' as {{ columns.dbt_is_deleted }}
    from snapshotted_data
    left join deletes_source_data as source_data
      on {{ joined }}
    where {{ unique_key_is_null(key, 'source_data') }}
    and not (
      --avoid inserting a new record if the latest one is marked as deleted
      {{ was_deleted }}
      and
      {{ snapshot_is_current(columns, 'snapshotted_data.') }}
    )
  )
  {%- endif %}
  select * from insertions
  union all
  select * from updates
  {%- if sees_deletes %}
  union all
  select * from deletes
  {%- endif %}
  {%- if adds_records %}
  union all
  select * from deletion_records
  {%- endif %}
{%- endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) -%}
  {%- set staging = make_temp_relation(target_relation) -%}
  {%- set query = snapshot_staging_table(strategy, sql, target_relation) -%}
  {% call statement('build_snapshot_staging_relation') %}
    {{ create_table_as(true, staging, query) }}
  {% endcall %}
  {{ return(staging) }}
{%- endmacro %}

{% macro snapshot_merge_sql(target, source, insert_cols) -%}
  {{ adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols) }}
{%- endmacro %}

{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
  {%- set names = insert_cols | join(', ') -%}
  {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
  {%- set valid_to = 'DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to -%}
  merge into {{ target.render() }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
  when matched
    {% if config.get('dbt_valid_to_current') -%}
    and ({{ equals(valid_to | trim, config.get('dbt_valid_to_current') | trim) }} or {{ valid_to }} is null)
    {%- else -%}
    and {{ valid_to }} is null
    {%- endif %}
    and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
      then update
      set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
  when not matched
    and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
      then insert ({{ names }})
      values ({{ names }})
{%- endmacro %}

{% macro get_snapshot_get_time_data_type() -%}
  {%- set now = adapter.dispatch('snapshot_get_time', 'dbt')() -%}
  {{ return(get_column_schema_from_query('select ' ~ now ~ ' as dbt_snapshot_time')[0].dtype or none) }}
{%- endmacro %}

{% macro get_updated_at_column_data_type(snapshot_sql) -%}
  {%- for column in get_column_schema_from_query(snapshot_sql) if column.column in ['dbt_updated_at', 'DBT_UPDATED_AT'] -%}
    {{ return(column.dtype) }}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{% macro check_time_data_types(sql) -%}
  {%- set own, now = get_updated_at_column_data_type(sql), get_snapshot_get_time_data_type() -%}
  {%- if own is not none and now is not none and own != now and exceptions.warn_snapshot_timestamp_data_types -%}
    {%- do exceptions.warn_snapshot_timestamp_data_types(now, own) -%}
  {%- endif -%}
{%- endmacro %}
