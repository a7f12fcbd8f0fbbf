{# A comment as a literal in which any text may stand. #}
{% macro duckdb_escape_comment(comment) -%}
  {%- set mark = '$dbt_comment_literal_block$' -%}
  {%- if comment is not string -%}
    {%- do exceptions.raise_compiler_error('cannot escape a non-string: ' ~ comment) -%}
  {%- elif mark in comment -%}
    {%- do exceptions.raise_compiler_error('The string ' ~ mark ~ ' is not allowed in comments.') -%}
  {%- endif -%}
  {{ mark }}{{ comment }}{{ mark }}
{%- endmacro %}

{% macro duckdb__alter_relation_comment(relation, comment) -%}
  comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(comment) }};
{%- endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) -%}
  {%- set known = get_list_of_column_names(adapter.get_columns_in_relation(relation)) -%}
  {%- for name, column in column_dict.items() if name in known %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is {{ duckdb_escape_comment(column['description']) }};
  {%- endfor %}
{%- endmacro %}
