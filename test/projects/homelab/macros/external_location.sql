{% macro external_location(relation, config) %}

    {%- set schema_of_target = target.schema -%}
    {%- set root = config.get('external_root', validator=validation.any[basestring]) -%}
    {%- set identifier = model['alias'] -%}
    {%- set fqn = model['fqn'] -%}
    {%- set package = model['package_name'] -%}
    {%- set format = config.get('format', 'parquet') -%}
    {%- set layer = fqn[1] -%}

    {%- if root is not none %}

        {%- if config.get('options', {}).get('partition_by') is none -%}
            {%- set ending = identifier ~ '.' ~ format -%}
        {%- else -%}
            {%- set ending = identifier -%}
        {%- endif -%}

        {%- if schema_of_target == 'prod' -%}
            {%- set location = root ~ 'main' ~ '/' ~ layer ~ '/' ~ ending -%}
        {%- else -%}
            {%- set location = root ~ 'main'  ~ '/' ~ layer ~ '_' ~ schema_of_target ~ '/' ~ ending -%}
        {%- endif -%}

    {%- endif -%}

  {{ log('Files of ' ~ package ~ ' go to ' ~ location, True) }}
  {{ return(location) }}

{%- endmacro -%}
