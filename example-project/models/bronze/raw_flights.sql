select
    "date" as departed_at,
    cast(delay as smallint) as delay_minutes,
    cast(distance as smallint) as distance_miles,
    origin,
    destination
from {{ source('landing', 'flights') }}
