{{ config(incremental_strategy='made_up') }}
select * from {{ ref('orders') }}
