{{ config(materialized='table') }}
select i as id from range(1, 6) as t(i)
