{{ config(materialized='table') }}
select 'one' as what, * from {{ ref('orders_one') }}(2)
union all select 'all', * from {{ ref('all_orders') }}()
union all select 'large', * from {{ ref('large_orders') }}
