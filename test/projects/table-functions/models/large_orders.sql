{{ config(materialized='view') }}
select * from {{ ref('orders_from') }}(200)
