{#
  Where the file of an external model goes. The folder below models/ names the layer, so that no model says anything about its path:

      prod              <LAKE_ROOT>/gold/sales_by_day.parquet
      other targets     <LAKE_ROOT>/gold_<schema>/sales_by_day.parquet

  A partitioned model gets a folder instead of a file; a model outside of the layers goes to main.
#}
{% macro external_location(relation, config) -%}

    {%- set root = config.get('external_root') -%}
    {%- set layer = model['fqn'][1] if model['fqn'] | length > 2 else 'main' -%}
    {%- set is_partitioned = config.get('options', {}).get('partition_by') is not none -%}

    {%- if target.schema != 'prod' -%}
        {%- set layer = layer ~ '_' ~ target.schema -%}
    {%- endif -%}

    {%- set name = model['alias'] -%}
    {%- if not is_partitioned -%}
        {%- set name = name ~ '.' ~ config.get('format', 'parquet') -%}
    {%- endif -%}

    {{ return([root.rstrip('/'), layer, name] | join('/')) }}

{%- endmacro %}
