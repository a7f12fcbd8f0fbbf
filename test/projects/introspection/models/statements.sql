-- depends_on: {{ ref('payments') }}
{{ config(materialized='table') }}
{%- call statement('how_many', fetch_result=True) -%}
  select count(*) as n, max(amount) as most from {{ ref('payments') }}
{%- endcall -%}
{%- set found = load_result('how_many') -%}
select
    {{ found['data'][0][0] if found else 0 }} as n,
    {{ found.table.columns['most'].values()[0] if found else 0 }} as most,
    {% set there = adapter.get_relation(database=target.database, schema=target.schema, identifier='payments') -%}
    '{{ there.type if there else 'absent' }}' as payments_are,
    '{{ adapter.get_relation(target.database, target.schema, 'no_such_table') }}' as other
