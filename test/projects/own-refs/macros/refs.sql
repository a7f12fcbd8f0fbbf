{% macro ref() %}
    {#- As people write it: the relation without its database, versions and packages as they come. -#}
    {%- set version = kwargs.get('version') or kwargs.get('v') -%}
    {%- if varargs | length == 2 -%}
        {%- set relation = builtins.ref(varargs[0], varargs[1], version=version) -%}
    {%- else -%}
        {%- set relation = builtins.ref(varargs[0], version=version) -%}
    {%- endif -%}
    {{ return(relation.include(database=false)) }}
{% endmacro %}

{% macro source(group, name) %}
    {{ return(builtins.source(group, name).include(database=false)) }}
{% endmacro %}

{% macro rows_of(name) %}(select count(*) from {{ ref(name) }}){% endmacro %}

{% test has_rows(model, other) %}
select 1 where (select count(*) from {{ model }}) = 0 or (select count(*) from {{ other }}) = 0
{% endtest %}
