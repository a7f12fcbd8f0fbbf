{#
  Where a model's files go: <root>main/<layer>/<name>.parquet in production, <root>main/<layer>_<target schema>/…
  everywhere else, so that nobody's experiment lands in the production folders. A partitioned model and a Delta table get a folder.
#}
{% macro external_location(relation, config) %}

    {%- set root = config.get('external_root', validator=validation.any[basestring]) -%}
    {%- set format = config.get('format', 'parquet') -%}
    {%- set layer = model['fqn'][1] -%}
    {%- set file = model['alias'] -%}

    {%- if format != 'delta' and config.get('options', {}).get('partition_by') is none -%}
        {%- set file = file ~ '.' ~ format -%}
    {%- endif -%}

    {%- if target.schema != 'prod' -%}
        {%- set layer = layer ~ '_' ~ target.schema -%}
    {%- endif -%}

    {{ return(root ~ 'main/' ~ layer ~ '/' ~ file) }}

{%- endmacro %}
