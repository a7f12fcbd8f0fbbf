{{ config(format='json') }}
select id, label from {{ ref('nothing') }}
