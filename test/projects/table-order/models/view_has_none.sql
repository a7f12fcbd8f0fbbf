{{ config(materialized='view', partition_by={'field': 'day'}, sorted_by=7) }}
select 1 as day
