{{ config(unique_key='id', incremental_strategy='merge') }}
select * from {{ ref('orders') }}
