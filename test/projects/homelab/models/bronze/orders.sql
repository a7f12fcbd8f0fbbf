{{ config(options={'partition_by': 'side', 'overwrite': true}) }}
select order_id, placed_at, symbol, side, quantity, cast(price as decimal(12, 4)) as price
from {{ source('broker', 'orders') }}
