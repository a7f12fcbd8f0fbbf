{{ config(materialized='table') }}
select * from {{ source('office', 'budget') }}
