{% macro alter_column_type(relation, column_name, new_column_type) -%}
  {{ return(adapter.dispatch('alter_column_type', 'dbt')(relation, column_name, new_column_type)) }}
{%- endmacro %}

{% macro default__alter_column_type(relation, column_name, new_column_type) -%}
  {%- set table, old, new = relation.render(), adapter.quote(column_name), adapter.quote(column_name ~ '__dbt_alter') -%}
  {% call statement('alter_column_type') %}
    alter table {{ table }} add column {{ new }} {{ new_column_type }};
    update {{ table }} set {{ new }} = {{ old }};
    alter table {{ table }} drop column {{ old }} cascade;
    alter table {{ table }} rename column {{ new }} to {{ old }}
  {% endcall %}
{%- endmacro %}

{% macro alter_relation_add_remove_columns(relation, add_columns=none, remove_columns=none) -%}
  {{ return(adapter.dispatch('alter_relation_add_remove_columns', 'dbt')(relation, add_columns, remove_columns)) }}
{%- endmacro %}

{% macro default__alter_relation_add_remove_columns(relation, add_columns, remove_columns) -%}
  {%- set changes = [] -%}
  {%- for column in add_columns or [] -%}
    {%- do changes.append('add column ' ~ column.quoted ~ ' ' ~ column.expanded_data_type) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do changes.append('drop column ' ~ column.quoted) -%}
  {%- endfor -%}
  {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ '\n' ~ changes | join(',\n')) -%}
{%- endmacro %}

{# The columns of the first list whose names the second has not. #}
{% macro diff_columns(source_columns, target_columns) -%}
  {{ return(source_columns | rejectattr('name', 'in', target_columns | map(attribute='column') | list) | list) }}
{%- endmacro %}

{% macro diff_column_data_types(source_columns, target_columns) -%}
  {{ return(adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)) }}
{%- endmacro %}

{% macro default__diff_column_data_types(source_columns, target_columns) -%}
  {%- set changed = [] -%}
  {%- for column in source_columns -%}
    {%- set old = target_columns | selectattr('name', 'equalto', column.name) | first -%}
    {%- if old and column.expanded_data_type != old.expanded_data_type and not column.can_expand_to(other_column=old) -%}
      {%- do changed.append({'column_name': old.name, 'new_type': column.expanded_data_type}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(changed) }}
{%- endmacro %}

{% macro incremental_validate_on_schema_change(on_schema_change, default='ignore') -%}
  {%- if on_schema_change in ['sync_all_columns', 'append_new_columns', 'fail', 'ignore'] -%}
    {{ return(on_schema_change) }}
  {%- endif -%}
  {%- do log('Invalid value for on_schema_change (%s) specified. Setting default value of %s.' % (on_schema_change, default)) -%}
  {{ return(default) }}
{%- endmacro %}

{% macro check_for_schema_changes(source_relation, target_relation) -%}
  {{ return(adapter.dispatch('check_for_schema_changes', 'dbt')(source_relation, target_relation)) }}
{%- endmacro %}

{% macro default__check_for_schema_changes(source_relation, target_relation) -%}
  {%- set source = adapter.get_columns_in_relation(source_relation) -%}
  {%- set target = adapter.get_columns_in_relation(target_relation) -%}
  {%- set added, removed = diff_columns(source, target), diff_columns(target, source) -%}
  {%- set types = diff_column_data_types(source, target) -%}
  {%- set changed = added != [] or removed != [] or types != [] -%}
  {%- do log('In ' ~ target_relation ~ ': schema changed: ' ~ changed ~ ', columns not in target: ' ~ added
    ~ ', columns not in source: ' ~ removed ~ ', new column types: ' ~ types) -%}
  {{ return({
    'schema_changed': changed,
    'source_not_in_target': added,
    'target_not_in_source': removed,
    'source_columns': source,
    'target_columns': target,
    'new_target_types': types
  }) }}
{%- endmacro %}

{% macro sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) -%}
  {{ return(adapter.dispatch('sync_column_schemas', 'dbt')(on_schema_change, target_relation, schema_changes_dict)) }}
{%- endmacro %}

{% macro default__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) -%}
  {%- set added = schema_changes_dict['source_not_in_target'] -%}
  {%- set is_sync = on_schema_change == 'sync_all_columns' -%}
  {%- set removed = schema_changes_dict['target_not_in_source'] if is_sync else none -%}
  {%- if (added or removed) and (is_sync or on_schema_change == 'append_new_columns') -%}
    {%- do alter_relation_add_remove_columns(target_relation, added, removed) -%}
  {%- endif -%}
  {%- for change in schema_changes_dict['new_target_types'] if is_sync -%}
    {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
  {%- endfor -%}
  {%- do log('In ' ~ target_relation ~ ': schema change approach: ' ~ on_schema_change ~ ', added: ' ~ added
    ~ ', removed: ' ~ removed ~ ', types changed: ' ~ schema_changes_dict['new_target_types']) -%}
{%- endmacro %}

{# Does what `on_schema_change` asks for; gives the columns to insert. #}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {{ return(adapter.dispatch('process_schema_changes', 'dbt')(on_schema_change, source_relation, target_relation)) }}
{%- endmacro %}

{% macro default__process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {%- if on_schema_change == 'ignore' -%}
    {{ return({}) }}
  {%- endif -%}
  {%- set changes = check_for_schema_changes(source_relation, target_relation) -%}
  {%- if changes['schema_changed'] and on_schema_change == 'fail' -%}
    {%- do exceptions.raise_compiler_error('The columns of this incremental model have changed. Set `on_schema_change` to '
      ~ '`append_new_columns` or `sync_all_columns`, run once with --full-refresh, or change the table by hand. New: '
      ~ changes['source_not_in_target'] ~ '; gone: ' ~ changes['target_not_in_source'] ~ '; of another type: '
      ~ changes['new_target_types']) -%}
  {%- elif changes['schema_changed'] -%}
    {%- do sync_column_schemas(on_schema_change, target_relation, changes) -%}
  {%- endif -%}
  {{ return(changes['source_columns']) }}
{%- endmacro %}
