{{ config(materialized='table') }}
select i as id, 1 + i % 5 as customer_id from range(1, 20) as t(i)
