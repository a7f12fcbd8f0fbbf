{{ config(unique_key='id % 4', incremental_strategy='delete+insert') }}
select * from {{ ref('orders') }}
