select id, amount, amount * 2 as twice from {{ ref('stg_orders') }}
