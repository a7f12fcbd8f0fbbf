select
    isodow(flight_date) as weekday_number,
    weekday,
    {{ punctuality() }}
from {{ ref('flights') }}
group by all
