{# Rows of a unit test as SQL. What a row leaves out is none; types are those of the relation that the rows stand for. #}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
{%- set types = column_name_to_data_types or {} -%}
{%- set quoted = {} -%}
{%- if not types -%}
  {%- set relation = defer_relation if defer_relation and not load_relation(this) else this -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}
{%- endif -%}
{%- if not types -%}
  {{ exceptions.raise_compiler_error("Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this ~ " because the relation doesn't exist") }}
{%- endif -%}
{%- set empty = {} -%}
{%- for name, type in types.items() %}{% do empty.update({name: safe_cast('null', type) | trim}) %}{% endfor -%}
{%- do validate_fixture_rows(rows, row_number) -%}
-- Fixture for {{ model.name }}
{% for row in rows or [none] -%}
  {%- set values = empty.copy() -%}
  {%- if row is not none %}{% do values.update(format_row(row, types)) %}{% endif -%}
select {% for name, value in values.items() %}{{ value | trim }} as {{ quoted[name] }}{{ ', ' if not loop.last }}{% endfor %}
{{ 'union all\n' if not loop.last }}{{ 'limit 0' if row is none }}
{%- endfor -%}
{% endmacro %}

{# Rows that are expected: the columns that they name, in the types of the model's own. #}
{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
{%- for row in rows -%}
  {%- set values = format_row(row, column_name_to_data_types) -%}
select {% for name, value in values.items() %}{{ value | trim }} as {{ column_name_to_quoted[name] }}{{ ', ' if not loop.last }}{% endfor %}
{{ 'union all\n' if not loop.last }}
{%- else -%}
select * from dbt_internal_unit_test_actual
limit 0
{%- endfor -%}
{% endmacro %}

{# A row's values as SQL, by lower-case name: texts as literals, all cast to their columns' types. #}
{%- macro format_row(row, column_name_to_data_types) -%}
  {%- set values = {} -%}
  {%- for given, value in row.items() -%}
    {%- set name = given | lower -%}
    {%- if name not in column_name_to_data_types -%}
      {%- set owner = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
      {{ exceptions.raise_compiler_error("Invalid column name: '" ~ name ~ "' in unit test fixture for " ~ owner ~ ".\nAccepted columns for " ~ owner ~ " are: " ~ (column_name_to_data_types.keys() | list)) }}
    {%- endif -%}
    {%- set type = column_name_to_data_types[name] -%}
    {%- if value is none -%}
      {%- do values.update({name: safe_cast('null', type)}) -%}
    {%- elif value is string -%}
      {#- A length in the type would cut the text short. -#}
      {%- set type = type.split('(')[0] if 'varying' in type else type -%}
      {%- do values.update({name: safe_cast(dbt.string_literal(dbt.escape_single_quotes(value)), type)}) -%}
    {%- else -%}
      {%- do values.update({name: safe_cast(value, type)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(values) }}
{%- endmacro -%}

{# A place for adapters to look at rows. #}
{%- macro validate_fixture_rows(rows, row_number) -%}
  {{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}
{%- endmacro -%}

{%- macro default__validate_fixture_rows(rows, row_number) -%}
{%- endmacro -%}

{# Both sides of a unit test in one result, told apart by a last column. #}
{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
  {{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}
{%- endmacro %}

{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
{%- set columns = expected_column_names | join(', ') -%}
{%- set side = adapter.quote('actual_or_expected') -%}
-- Build actual result given inputs
with dbt_internal_unit_test_actual as (
  select {{ columns }}, {{ dbt.string_literal('actual') }} as {{ side }}
  from (
    {{ main_sql }}
  ) _dbt_internal_unit_test_actual
),
-- Build expected result
dbt_internal_unit_test_expected as (
  select {{ columns }}, {{ dbt.string_literal('expected') }} as {{ side }}
  from (
    {{ expected_fixture_sql }}
  ) _dbt_internal_unit_test_expected
)
-- Union actual and expected results
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}
