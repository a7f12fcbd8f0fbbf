{{ config(materialized='table', partitioned_by=[]) }}
select 1 as day
