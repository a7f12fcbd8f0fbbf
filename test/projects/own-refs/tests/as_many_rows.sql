select 1 where {{ rows_of('orders') }} <> (select count(*) from {{ source('landed', 'raw_orders') }})
