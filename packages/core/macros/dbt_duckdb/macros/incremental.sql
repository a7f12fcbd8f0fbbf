{% macro normalize_string_or_list(raw, field_name) -%}
  {%- if raw is mapping or not (raw is none or raw is string or raw is sequence) -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' must be a list of strings or a string') -%}
  {%- endif -%}
  {%- set values = [] if raw is none else [raw] if raw is string else raw | list -%}
  {%- if values | reject('string') | list -%}
    {%- do exceptions.raise_compiler_error(field_name ~ ' list values must be non-empty strings') -%}
  {%- endif -%}
  {{ return(values) }}
{%- endmacro %}

{% macro normalize_incremental_predicates(incremental_predicates) -%}
  {{ return(normalize_string_or_list(incremental_predicates, 'incremental_predicates')) }}
{%- endmacro %}

{% macro duckdb__get_incremental_default_sql(arg_dict) -%}
  {{ return(get_incremental_delete_insert_sql(arg_dict)) }}
{%- endmacro %}

{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set conditions = [] -%}
  {%- for predicate in incremental_predicates or [] -%}
    {%- do conditions.append('and ' ~ predicate) -%}
  {%- endfor -%}
  {%- if unique_key and unique_key is sequence and unique_key is not string -%}
    {%- set same = [] -%}
    {%- for key in unique_key -%}
      {%- do same.append(source ~ '.' ~ key ~ ' = DBT_INCREMENTAL_TARGET.' ~ key) -%}
    {%- endfor -%}
    delete from {{ target }} as DBT_INCREMENTAL_TARGET
    using {{ source }}
    where (
      {{ same | join(' and ') }}
      {{ conditions | join(' ') }}
    );
  {%- elif unique_key -%}
    delete from {{ target }}
    where (
      {{ unique_key }}) in (
      select ({{ unique_key }})
      from {{ source }}
    )
    {{ conditions | join(' ') }} ;
  {%- endif %}
  {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{# A batch replaces what the table has of its time. #}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
  {%- set event_time, batch = config.get('event_time'), model.get('batch') or {} -%}
  {%- set first, end = batch.get('event_time_start'), batch.get('event_time_end') -%}
  {%- if not event_time -%}
    {%- do exceptions.raise_compiler_error("microbatch incremental strategy requires an 'event_time' model config") -%}
  {%- elif config.get('unique_key') -%}
    {%- do exceptions.raise_compiler_error("microbatch incremental strategy does not support 'unique_key': a batch replaces the rows "
      ~ "of its time. Remove 'unique_key' or use incremental_strategy='merge'.") -%}
  {%- elif not (first and end) -%}
    {%- do exceptions.raise_compiler_error("microbatch incremental strategy requires 'batch.event_time_start' and "
      ~ "'batch.event_time_end' to be set in the context") -%}
  {%- endif -%}
  {%- set in_batch = event_time ~ " >= '" ~ first ~ "' and " ~ event_time ~ " < '" ~ end ~ "'" -%}
  {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
  {%- set build -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ in_batch }}
    {%- for predicate in normalize_incremental_predicates(arg_dict.get('incremental_predicates')) %} and ({{ predicate }}){% endfor -%}
    ;
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }}
    from {{ arg_dict['temp_relation'] }}
    where {{ in_batch }};
  {%- endset -%}
  {{ return(build) }}
{%- endmacro %}

{# The partitions that new rows are in are replaced by them, a partition of NULLs too. Without a row nothing is. #}
{% macro eider_insert_overwrite_sql(arg_dict, partitions) -%}
  {%- set same = [] -%}
  {%- for name in partitions -%}
    {%- do same.append('eider_new.' ~ adapter.quote(name) ~ ' is not distinct from eider_old.' ~ adapter.quote(name)) -%}
  {%- endfor -%}
  delete from {{ arg_dict['target_relation'] }} as eider_old
  where exists (select 1 from {{ arg_dict['temp_relation'] }} as eider_new where {{ same | join(' and ') }});
  {{ get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}

{# What brings the rows of a temporary table into the table of an incremental model, whose columns are changed before as its config asks. #}
{% macro eider_incremental_sql(temp_identifier, partitions=[]) -%}
  {%- set target = this.incorporate(type='table') -%}
  {%- set source = api.Relation.create(identifier=temp_identifier, type='table') -%}
  {%- do adapter.expand_target_column_types(from_relation=source, to_relation=target) -%}
  {%- set change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- set changed = process_schema_changes(change, source, target) -%}
  {%- set arguments = {
    'target_relation': target,
    'temp_relation': source,
    'unique_key': config.get('unique_key'),
    'dest_columns': changed or adapter.get_columns_in_relation(target),
    'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
  } -%}
  {%- if partitions -%}
    {{- eider_insert_overwrite_sql(arguments, partitions) -}}
  {%- else -%}
    {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
    {{- strategy(arguments) -}}
  {%- endif -%}
{%- endmacro %}
