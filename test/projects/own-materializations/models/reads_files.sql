{{ config(materialized='external') }}
select count(*) as n from {{ ref('filed_rows') }}
