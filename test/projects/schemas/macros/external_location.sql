{% macro external_location(relation, config) -%}
  {{- return(config.get('external_root', 'lake_' ~ target.name) ~ '/' ~ relation.schema ~ '/' ~ relation.identifier ~ '.parquet') -}}
{%- endmacro %}
