select id + 1 as id, customer as "Who", amount from {{ ref('stg_orders') }}
