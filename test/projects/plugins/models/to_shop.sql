{{ config(materialized='external', plugin='shop') }}
select id, name from {{ ref('shelved') }}
