{# The same model over time: a new column, one that is gone, one of another type. #}
{% macro columns_of_the_day() %}
    {% if var('day') == 1 %} select i as id, 'a' || i as first, i as second from range(3) as t(i)
    {% elif var('day') == 2 %} select i as id, 'b' || i as first, i as second, date '2024-01-01' + i::integer as third from range(2, 5) as t(i)
    {% elif var('day') == 3 %} select i as id, 'c' || i as first, 'day ' || i as third from range(4, 7) as t(i)
    {% else %} select 'd' || i as first, i as id, i::varchar as second, i as "Fourth column" from range(6, 9) as t(i)
    {% endif %}
{% endmacro %}
