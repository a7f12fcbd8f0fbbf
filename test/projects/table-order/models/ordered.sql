{{ config(materialized='table', partitioned_by=['day'], sorted_by='id') }}
select 1 as id, 2 as day
