{{ config(format='csv') }}
select id, label from {{ ref('nothing') }}
