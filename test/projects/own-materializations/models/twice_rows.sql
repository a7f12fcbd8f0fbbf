{{ config(materialized='twice') }}
select * from {{ ref('kept_rows') }}
