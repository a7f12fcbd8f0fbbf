{% macro shout(text) %}{{ text | upper }}!{% endmacro %}
