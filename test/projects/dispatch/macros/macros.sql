{% macro year_of(expression) %}{{ return(adapter.dispatch('year_of')(expression)) }}{% endmacro %}
{% macro default__year_of(expression) %}extract(year from {{ expression }}){% endmacro %}
{% macro duckdb__year_of(expression) %}year({{ expression }}){% endmacro %}

{% macro only_default(x) %}{{ return(adapter.dispatch('only_default', 'dispatch')(x)) }}{% endmacro %}
{% macro default__only_default(x) %}({{ x }} + 1){% endmacro %}

{% macro fields() %}
  {%- for name in varargs %}{{ name }}{% if kwargs.get('suffix') %} as {{ name }}{{ kwargs.suffix }}{% endif %}{{ ', ' if not loop.last }}{% endfor -%}
{% endmacro %}

{% macro wrapped(alias) %}( {{ caller('inner') }} ) as {{ alias }}{% endmacro %}

{% macro countdown(n) %}{% if n > 0 %}{{ n }}{{ ',' if n > 1 }}{{ countdown(n - 1) }}{% endif %}{% endmacro %}

{% macro column_list() %}{{ return(['a', 'b', 'c']) }}{% endmacro %}

{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
  {%- if custom_alias_name -%}{{ custom_alias_name | trim }}{%- else -%}t_{{ node.name }}{%- endif -%}
{%- endmacro %}

{% test rows_at_most(model, rows) %}select * from {{ model }} where {{ rows }} = 0{% endtest %}

{# Failures are counted by the hundred; the thresholds are said as a text and as a number. #}
{% macro default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
  select {{ fail_calc }} * 100 as failures, 'yes' as should_warn, cast({{ fail_calc }} {{ error_if }} as integer) as should_error
  from ({{ main_sql }}) as found
{%- endmacro %}
