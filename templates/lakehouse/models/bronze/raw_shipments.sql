select
    order_id,
    carrier,
    handed_over_at,
    delivered_at,
    weight_grams
from {{ source('landing', 'shipments') }}
