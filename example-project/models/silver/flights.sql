{{ config(options={'partition_by': 'flight_month', 'overwrite': true}) }}

select
    month(departed_at) as flight_month,
    cast(departed_at as date) as flight_date,
    dayname(departed_at) as weekday,
    cast(hour(departed_at) as tinyint) as departure_hour,
    departed_at,
    origin,
    destination,
    distance_miles,
    delay_minutes,
    delay_minutes >= {{ var('late_after_minutes') }} as is_late
from {{ ref('plausible_flights') }}
