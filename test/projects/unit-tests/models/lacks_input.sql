select id, customer from {{ ref('stg_orders') }}
