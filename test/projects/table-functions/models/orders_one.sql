{{ config(materialized='table_function', parameters='which') }}
select * from {{ ref('orders_from') }}(0) where id = which
