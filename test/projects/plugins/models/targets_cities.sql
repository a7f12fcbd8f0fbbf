{{ config(materialized='table') }}
select * from {{ source('shared', 'of_cities') }}
