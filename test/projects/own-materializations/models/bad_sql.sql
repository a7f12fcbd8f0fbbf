{{ config(materialized='stamped') }}
select id, nothing from {{ ref('raw') }}
