select id, status from {{ source('landed', 'raw_orders') }}
