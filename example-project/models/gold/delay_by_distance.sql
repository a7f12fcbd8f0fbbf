select
    case
        when distance_miles < 250 then 'a. under 250 miles'
        when distance_miles < 750 then 'b. 250 to 750 miles'
        when distance_miles < 1500 then 'c. 750 to 1500 miles'
        else 'd. 1500 miles and more'
    end as distance_band,
    {{ punctuality() }}
from {{ ref('flights') }}
group by distance_band
