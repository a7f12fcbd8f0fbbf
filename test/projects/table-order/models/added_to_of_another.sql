{{ config(materialized='incremental', partitioned_by={'field': 'day'}) }}
select 1 as day
