{{ config(materialized='table') }}
select i as order_id, 'thing ' || i as thing from range(1, 20) as t(i)
