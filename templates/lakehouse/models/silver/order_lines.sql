{{ config(options={'partition_by': 'order_month', 'overwrite': true}) }}

-- What landed last is what counts.
with newest as (
    select *
    from {{ ref('raw_order_lines') }}
    qualify landed_on = max(landed_on) over (partition by order_id)
)

select
    strftime(placed_at, '%Y-%m') as order_month,
    order_id,
    line,
    placed_at,
    customer_id,
    product,
    quantity,
    unit_price,
    cast(quantity * unit_price as decimal(10, 2)) as amount,
    status = 'cancelled' as is_cancelled
from newest
