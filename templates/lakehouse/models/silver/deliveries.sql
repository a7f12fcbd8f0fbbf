select
    s.order_id,
    s.carrier,
    s.handed_over_at,
    s.delivered_at,
    round(date_diff('minute', s.handed_over_at, s.delivered_at) / 60, 1) as hours_on_the_way,
    date_diff('day', o.placed_at, s.delivered_at) <= n.promised_days as is_in_time,
    s.weight_grams
from {{ ref('raw_shipments') }} as s
inner join {{ ref('orders') }} as o on s.order_id = o.order_id
inner join {{ ref('customers') }} as c on o.customer_id = c.customer_id
inner join {{ ref('countries') }} as n on c.country = n.country
