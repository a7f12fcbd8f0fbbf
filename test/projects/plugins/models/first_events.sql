{{ config(materialized='table') }}
select * from {{ source('lake', 'first_events') }}
