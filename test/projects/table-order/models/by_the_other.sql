{{ config(materialized='table', partitioned_by='', partition_by='day') }}
select 1 as day
