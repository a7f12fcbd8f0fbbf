{{ config(materialized='incremental', partition_by='day', unique_key='id') }}
select 1 as id, 2 as day
