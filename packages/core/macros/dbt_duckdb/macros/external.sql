{# Where an external model's file goes; an incremental one has a folder. A project that wants another layout defines a macro of this name. #}
{%- macro external_location(relation, config) -%}
  {{- adapter.external_root() }}/{{ relation.identifier -}}
  {%- if config.get('options', {}).get('partition_by') is none and config.get('materialized') != 'incremental' and config.get('format') != 'delta' -%}
    .{{ config.get('format', 'parquet') }}
  {%- endif -%}
{%- endmacro -%}

{# Here for projects that call it: unselected parents are read from the lake without it. #}
{% macro register_upstream_external_models() %}
{% endmacro %}

{% macro location_exists(location) -%}
  {{ return(adapter.location_exists(location)) }}
{%- endmacro %}
