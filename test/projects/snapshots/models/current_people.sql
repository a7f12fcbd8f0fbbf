{{ config(materialized='table') }}
select id, name, city from {{ ref('by_time') }} where dbt_valid_to is null
