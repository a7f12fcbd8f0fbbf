{% macro cents(amount, digits=2) %}round({{ amount }} * 100, {{ digits }}){% endmacro %}
