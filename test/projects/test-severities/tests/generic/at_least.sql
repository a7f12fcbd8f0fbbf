{% test at_least(model, rows) %}
{{ config(fail_calc='coalesce(max(short_of), 0)') }}
select {{ rows }} - count(*) as short_of from {{ model }} having count(*) < {{ rows }}
{% endtest %}
