select id as order_id, customer_id, amount, status, cast(ordered_on as date) as ordered_on from {{ ref('raw_orders') }}
