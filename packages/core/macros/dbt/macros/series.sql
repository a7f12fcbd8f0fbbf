{% macro get_powers_of_two(upper_bound) %}
  {{ return(adapter.dispatch('get_powers_of_two', 'dbt')(upper_bound)) }}
{% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}
  {% if upper_bound <= 0 %}
    {% do exceptions.raise_compiler_error('upper bound must be positive') %}
  {% endif %}
  {% for power in range(1, 100) if 2 ** power >= upper_bound %}
    {% do return(power) %}
  {% endfor %}
{% endmacro %}

{# A table of the numbers from 1 to the upper bound, in a column generated_number. #}
{% macro generate_series(upper_bound) %}
  {{ return(adapter.dispatch('generate_series', 'dbt')(upper_bound)) }}
{% endmacro %}

{% macro default__generate_series(upper_bound) %}
  {% set count = dbt.get_powers_of_two(upper_bound) %}
with p as (
  select 0 as generated_number union all select 1
), unioned as (
  select
  {% for i in range(count) %}p{{ i }}.generated_number * power(2, {{ i }}){{ ' + ' if not loop.last }}{% endfor %}
  + 1 as generated_number
  from
  {% for i in range(count) %}p as p{{ i }}{{ ' cross join ' if not loop.last }}{% endfor %}
)
select *
from unioned
where generated_number <= {{ upper_bound }}
order by generated_number
{% endmacro %}

{% macro get_intervals_between(start_date, end_date, datepart) -%}
  {{ return(adapter.dispatch('get_intervals_between', 'dbt')(start_date, end_date, datepart)) }}
{%- endmacro %}

{% macro default__get_intervals_between(start_date, end_date, datepart) -%}
  {%- call statement('get_intervals_between', fetch_result=true) %}
    select {{ dbt.datediff(start_date, end_date, datepart) }}
  {%- endcall -%}
  {%- set result = load_result('get_intervals_between') -%}
  {{ return(result['data'][0][0] if result and result['data'] else 1) }}
{%- endmacro %}

{% macro date_spine(datepart, start_date, end_date) %}
  {{ return(adapter.dispatch('date_spine', 'dbt')(datepart, start_date, end_date)) }}
{% endmacro %}

{% macro default__date_spine(datepart, start_date, end_date) %}
with rawdata as (
  {{ dbt.generate_series(dbt.get_intervals_between(start_date, end_date, datepart)) }}
),
all_periods as (
  select (
    {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', start_date) }}
  ) as date_{{ datepart }}
  from rawdata
),
filtered as (
  select *
  from all_periods
  where date_{{ datepart }} <= {{ end_date }}
)
select * from filtered
{% endmacro %}
