{{ config(materialized='table') }}
select * from {{ source('shared', 'last_months') }}
