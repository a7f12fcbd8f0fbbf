{{ config(materialized='labelled', label='blue') }}
select id from {{ ref('kept_rows') }}
