select
    order_id,
    any_value(placed_at) as placed_at,
    any_value(customer_id) as customer_id,
    any_value(is_cancelled) as is_cancelled,
    cast(count(*) as smallint) as lines,
    cast(sum(amount) as decimal(10, 2)) as amount
from {{ ref('order_lines') }}
group by order_id
