{{ config(materialized='table') }}
select status, sum(amount) as amount from {{ ref('orders', version=2) }} group by status
