{{ config(materialized='table', partition_by={'field': 'day', 'data_type': 'date'}) }}
select 1 as day
