select
    order_id,
    cast(line as smallint) as line,
    placed_at,
    status,
    customer_id,
    product,
    cast(quantity as smallint) as quantity,
    cast(unit_price as decimal(8, 2)) as unit_price,
    cast(parse_filename(filename, true) as date) as landed_on
from {{ source('landing', 'orders') }}
