select id, status, amount from {{ source('landed', 'raw_orders') }}
