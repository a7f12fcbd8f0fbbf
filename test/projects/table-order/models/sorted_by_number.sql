{{ config(materialized='table', sort_by=['day', 2]) }}
select 1 as day
