{{ config(materialized='table') }}
select 1 as id, 'a' as v, date '2024-02-29' as day
