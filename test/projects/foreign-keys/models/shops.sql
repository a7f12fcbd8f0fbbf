{{ config(materialized='table') }}
select i as id from range(1, 4) as t(i)
