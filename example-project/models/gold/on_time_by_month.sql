select
    flight_month,
    {{ punctuality() }}
from {{ ref('flights') }}
group by flight_month
