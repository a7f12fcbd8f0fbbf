{{ config(materialized='table') }}
with orders as (select * from {{ ref('stg_orders') }})
select
  o.customer,
  r.region,
  count(*) as orders,
  sum(o.amount) * {{ var('rate') }} as total,
  {{ label("o.customer") }} as label
from orders o join {{ ref('regions') }} r using (customer)
group by all
