{% macro values_of(relation, column) %}
  {%- set query -%} select distinct {{ column }} from {{ relation }} order by 1 {%- endset -%}
  {%- if execute -%}
    {{ return(run_query(query).columns[0].values()) }}
  {%- else -%}
    {{ return([]) }}
  {%- endif -%}
{% endmacro %}
