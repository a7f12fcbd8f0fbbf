{{ config(materialized='view') }}
select count(*) as rows, sum(amount) as amount from {{ ref('merged') }}
