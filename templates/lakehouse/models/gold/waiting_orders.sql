{{ config(materialized='view') }}

select o.order_id, o.placed_at, c.name, c.country_name, o.amount
from {{ ref('orders') }} as o
inner join {{ ref('customers') }} as c on o.customer_id = c.customer_id
left join {{ ref('deliveries') }} as d on o.order_id = d.order_id
where d.order_id is null and not o.is_cancelled
