{{ config(materialized='wrapped_view') }}
select * from {{ ref('wrapped_rows') }}
