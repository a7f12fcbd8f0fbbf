{% macro outer_macro(column) %}{{ middle_macro(column) }}{% endmacro %}

{% macro middle_macro(column) %}{{ inner_macro(column) }}{% endmacro %}

{% macro inner_macro(column) %}{{ column }} * 2{% endmacro %}

{% macro unused_macro() %}nothing{% endmacro %}
