{{ config(materialized='table') }}
select id, name, length(name) as "Letters" from {{ ref('cities') }}
