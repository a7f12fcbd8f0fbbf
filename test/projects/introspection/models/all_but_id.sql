{{ config(materialized='table') }}
{%- set columns = adapter.get_columns_in_relation(ref('payments')) %}
select {% for c in columns if c.name != 'id' %}{{ c.quoted }} as "{{ c.name }} {{ c.data_type }}"{{ ', ' if not loop.last }}{% endfor %}
from {{ ref('payments') }}
