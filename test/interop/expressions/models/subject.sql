{{ config(materialized='table', meta={'owner': 'ada', 'level': 2}, unique_key='id', tags=['daily']) }}
{# What is compared is `expressions.txt`, each in this model's context. #}
{% if execute %}{% endif %}
select 1 as id from {{ ref('other') }} join {{ ref('passing') }} using (id) join {{ source('raw', 'events') }} using (id)
