{{ config(materialized='view') }}
select id, coalesce(amount, 0) as amount from {{ ref('payments') }}
