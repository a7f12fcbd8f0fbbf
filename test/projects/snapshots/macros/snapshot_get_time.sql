{# The time of a run is given, so that two programs can be compared. #}
{% macro duckdb__snapshot_get_time() %}timestamp '{{ var("now") }}'{% endmacro %}
