select
    cast(placed_at as date) as day,
    dayname(placed_at) as weekday,
    cast(count(*) as integer) as orders,
    cast(count(distinct customer_id) as integer) as customers,
    cast(sum(amount) as decimal(12, 2)) as revenue
from {{ ref('orders') }}
where not is_cancelled
group by all
order by day
