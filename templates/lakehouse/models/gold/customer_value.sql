select
    c.customer_id,
    c.name,
    c.country_name,
    cast(count(o.order_id) as integer) as orders,
    cast(coalesce(sum(o.amount), 0) as decimal(12, 2)) as revenue,
    cast(max(o.placed_at) as date) as last_order_on
from {{ ref('customers') }} as c
left join {{ ref('orders') }} as o on c.customer_id = o.customer_id and not o.is_cancelled
group by c.customer_id, c.name, c.country_name
