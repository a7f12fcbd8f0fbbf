select id from {{ source('landed', 'raw_orders') }}
