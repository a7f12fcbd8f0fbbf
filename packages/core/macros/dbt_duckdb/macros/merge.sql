{# How rows of source and target belong together: by a key, or by columns of one name. #}
{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
  {%- set filters = [] + (incremental_predicates or []) -%}
  {%- if merge_on_using_columns -%}
    USING ({{ merge_on_using_columns | join(', ') }})
    {%- if filters %}
    ON ({{ filters | join(') AND (') }})
    {%- endif -%}
  {%- else -%}
    {%- set is_list = unique_key is sequence and unique_key is not mapping and unique_key is not string -%}
    {%- set same = [] -%}
    {%- for key in (unique_key if is_list else [unique_key] if unique_key else []) -%}
      {%- do same.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
    {%- endfor -%}
    ON ({{ ((same if unique_key else ['FALSE']) + filters) | join(') AND (') }})
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__get_incremental_merge_sql(args_dict) -%}
  {{ return(duckdb__get_merge_sql(
    args_dict['target_relation'], args_dict['temp_relation'], args_dict['unique_key'], args_dict['dest_columns'],
    normalize_incremental_predicates(args_dict.get('incremental_predicates'))
  )) }}
{%- endmacro %}

{# The clauses of a merge whose config names none. #}
{% macro merge_clause_defaults(
  merge_update_condition, merge_insert_condition, merge_update_columns=[], merge_exclude_columns=[],
  merge_update_set_expressions={}
) -%}
  {%- set update = {'action': 'update', 'condition': merge_update_condition} -%}
  {{ return({
    'when_matched_update_by_name': dict(update, mode='by_name'),
    'when_not_matched_insert_by_name': {'action': 'insert', 'condition': merge_insert_condition, 'mode': 'by_name'},
    'when_matched_update_explicit': dict(update, mode='explicit', update={
      'include': merge_update_columns,
      'exclude': merge_exclude_columns,
      'set_expressions': merge_update_set_expressions
    })
  }) }}
{%- endmacro %}

{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- do validate_merge_config(config, target) -%}
  {%- set included, excluded = config.get('merge_update_columns', []), config.get('merge_exclude_columns', []) -%}
  {%- set expressions = config.get('merge_update_set_expressions', {}) -%}
  {%- set defaults = merge_clause_defaults(
    config.get('merge_update_condition', none), config.get('merge_insert_condition', none), included, excluded, expressions
  ) -%}
  {%- set update = defaults['when_matched_update_' ~ ('explicit' if included or excluded or expressions else 'by_name')] -%}
  {%- set clauses = config.get('merge_clauses', {}) -%}
  {%- set returned = config.get('merge_returning_columns', []) -%}
  {%- set header = config.get('sql_header', none) -%}
  {{ header if header is not none }}
  MERGE INTO {{ target }} AS DBT_INTERNAL_DEST
    USING {{ source }} AS DBT_INTERNAL_SOURCE
    {{ duckdb__merge_join_clause(
      unique_key, config.get('merge_on_using_columns', []), normalize_incremental_predicates(incremental_predicates)
    ) }}
  {%- for clause in clauses.get('when_matched', [update]) %}
  WHEN MATCHED {{ duckdb__merge_condition(clause) }}
  THEN
    {{ duckdb__merge_action(clause, dest_columns, true) }}
  {%- endfor %}
  {%- for clause in clauses.get('when_not_matched', [defaults.when_not_matched_insert_by_name]) %}
  WHEN NOT MATCHED {{ 'BY ' ~ clause.get('by') | upper if clause.get('by') }} {{ duckdb__merge_condition(clause) }}
  THEN
    {{ duckdb__merge_action(clause, dest_columns, false) }}
  {%- endfor %}
  {% if returned %}RETURNING {{ returned if returned is string else returned | join(', ') }}{% endif %}
{%- endmacro %}

{% macro duckdb__merge_condition(clause) -%}
  {%- set condition = clause.get('condition') -%}
  {%- if condition -%}
    AND {{ condition if condition is string else '(' ~ condition | join(') AND (') ~ ')' }}
  {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_action(clause, dest_columns, is_matched) -%}
  {%- set action, mode = clause.get('action'), clause.get('mode') -%}
  {%- if action in ['update', 'insert'] and mode in ['by_name', 'by_position'] -%}
    {{ action | upper }} {{ mode | replace('_', ' ') | upper }}
  {%- elif action in ['update', 'insert'] and mode == 'star' -%}
    {{ 'UPDATE SET' if action == 'update' else 'INSERT' }} *
  {%- elif action == 'update' -%}
    {%- set wanted = clause.get('update', {}) if is_matched else {} -%}
    {%- set expressions = (wanted if is_matched else clause).get('set_expressions', {}) -%}
    {%- set assigned = [] -%}
    {%- for column, expression in expressions.items() -%}
      {%- do assigned.append(column ~ ' = ' ~ expression) -%}
    {%- endfor -%}
    {%- for column in (get_merge_update_columns(wanted.get('include', []), wanted.get('exclude', []), dest_columns) if is_matched else [])
        if column.replace('"', '').replace("'", '') not in expressions -%}
      {%- do assigned.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
    {%- endfor -%}
    UPDATE SET {{ assigned | join(', ') }}
  {%- elif action == 'insert' and mode == 'explicit' -%}
    {%- set given = clause.get('insert', {}) -%}
    INSERT ({{ given.get('columns', []) | join(', ') }}) VALUES ({{ given.get('values', []) | join(', ') }})
  {%- elif action == 'delete' -%}
    DELETE
  {%- elif action == 'do_nothing' -%}
    DO NOTHING
  {%- elif action == 'error' -%}
    {%- set words = clause.get('error_message') -%}
    ERROR {{- " '" ~ words | replace("'", "''") ~ "'" if words }}
  {%- endif -%}
{%- endmacro %}
