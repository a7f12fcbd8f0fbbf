{{ config(incremental_strategy='insert_new') }}
select * from {{ ref('orders') }}
