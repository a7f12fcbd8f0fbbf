{# The columns by which every gold table measures punctuality, over rows of `silver.flights`. #}
{% macro punctuality(delay='delay_minutes', late='is_late') -%}
count(*) as flights,
    round(100.0 * count(*) filter (where not {{ late }}) / count(*), 1) as on_time_percent,
    round(avg({{ delay }}), 1) as mean_delay_minutes,
    cast(round(quantile_cont({{ delay }}, 0.5)) as integer) as median_delay_minutes,
    cast(round(quantile_cont({{ delay }}, 0.9)) as integer) as p90_delay_minutes
{%- endmacro %}

{# Great-circle distance in miles between two points given in degrees. #}
{% macro miles_between(lat_a, lon_a, lat_b, lon_b) -%}
2 * 3958.8 * asin(sqrt(
        pow(sin(radians({{ lat_b }} - {{ lat_a }}) / 2), 2)
        + cos(radians({{ lat_a }})) * cos(radians({{ lat_b }})) * pow(sin(radians({{ lon_b }} - {{ lon_a }}) / 2), 2)
    ))
{%- endmacro %}
