{# Checks of what a model's config says about a merge: findings are gathered in `errors`. #}

{% macro validate_string_field(field_value, field_name, errors) -%}
  {%- if field_value is not none and field_value is not string -%}
    {%- do errors.append(field_name ~ ' must be a string, found: ' ~ field_value) -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_string_list_field(field_value, field_name, errors) -%}
  {%- if field_value is none -%}
  {%- elif field_value is not sequence or field_value is mapping or field_value is string -%}
    {%- do errors.append(field_name ~ ' must be a list') -%}
  {%- else -%}
    {%- for item in field_value if item is not string -%}
      {%- do errors.append(field_name ~ ' must contain only string values, found: ' ~ item) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_dict_field(field_value, field_name, errors) -%}
  {%- if field_value is not none and field_value is not mapping -%}
    {%- do errors.append(field_name ~ ' must be a dictionary, found: ' ~ field_value) -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_merge_config(config, target_relation=none) -%}
  {%- set errors = [] -%}
  {%- set fields = {
    'merge_update_condition': 'string',
    'merge_insert_condition': 'string',
    'merge_on_using_columns': 'sequence',
    'merge_update_columns': 'sequence',
    'merge_update_set_expressions': 'mapping',
    'merge_exclude_columns': 'sequence',
    'merge_returning_columns': 'sequence'
  } -%}
  {%- for name, type in fields.items() -%}
    {%- set check = validate_string_field if type == 'string' else validate_dict_field if type == 'mapping' else validate_string_list_field -%}
    {%- do check(config.get(name), name, errors) -%}
  {%- endfor -%}
  {%- do validate_merge_clauses(config, fields, errors) -%}
  {%- if not errors -%}
    {%- do validate_ducklake_restrictions(config, target_relation, errors) -%}
  {%- endif -%}
  {%- if errors -%}
    {%- do exceptions.raise_compiler_error('MERGE configuration errors:\n' ~ errors | join('\n')) -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_merge_clauses(config, base_configuration_fields, errors) -%}
  {%- set clauses = config.get('merge_clauses') -%}
  {%- if clauses is none -%}
    {{ return(none) }}
  {%- elif clauses is not mapping -%}
    {%- do errors.append('merge_clauses must be a dictionary, found: ' ~ clauses) -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set types = ['when_matched', 'when_not_matched'] | select('in', clauses) | list -%}
  {%- if not types -%}
    {%- do errors.append("merge_clauses must contain at least one of 'when_matched' or 'when_not_matched' keys") -%}
  {%- endif -%}
  {%- for type in types -%}
    {%- do validate_merge_clause_list(clauses, type, errors) -%}
  {%- endfor -%}
  {%- set useless = [] -%}
  {%- for name, type in base_configuration_fields.items() if name not in ['merge_on_using_columns', 'merge_returning_columns'] -%}
    {%- set value = config.get(name) -%}
    {%- if value is not none and (type == 'string' or value | length > 0) -%}
      {%- do useless.append(name) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if useless -%}
    {%- do errors.append('When merge_clauses is specified, the following basic merge configurations will be ignored and should be removed: '
      ~ useless | join(', ') ~ '. Define your merge behavior within merge_clauses instead.') -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_merge_clause_list(merge_clauses, clause_type, errors) -%}
  {%- set list = merge_clauses.get(clause_type) -%}
  {%- if list is not sequence or list is mapping or list is string -%}
    {%- do errors.append('merge_clauses.' ~ clause_type ~ ' must be a list') -%}
  {%- elif not list -%}
    {%- do errors.append('merge_clauses.' ~ clause_type ~ ' must contain at least one element') -%}
  {%- else -%}
    {%- for clause in list if clause is not mapping -%}
      {%- do errors.append('merge_clauses.' ~ clause_type ~ ' elements must be dictionaries, found: ' ~ clause) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{% macro validate_ducklake_restrictions(config, target_relation, errors) -%}
  {%- if not target_relation or not adapter.is_ducklake(target_relation) -%}
    {{ return(none) }}
  {%- endif -%}
  {%- if config.get('merge_returning_columns') -%}
    {%- do errors.append('DuckLake MERGE restrictions: merge_returning_columns is not supported because DuckLake does not support RETURNING.') -%}
  {%- endif -%}
  {%- set clauses = config.get('merge_clauses') or {} -%}
  {%- set changing = (clauses.get('when_matched', []) + clauses.get('when_not_matched', []))
    | selectattr('action', 'defined') | selectattr('action', 'in', ['update', 'delete']) | list -%}
  {%- if changing | length > 1 -%}
    {%- do errors.append('DuckLake MERGE restrictions: merge_clauses can contain only a single UPDATE or DELETE action across when_matched and when_not_matched. Found '
      ~ changing | length ~ ' UPDATE/DELETE actions. DuckLake currently supports only one UPDATE or DELETE operation per MERGE statement.') -%}
  {%- endif -%}
{%- endmacro %}
