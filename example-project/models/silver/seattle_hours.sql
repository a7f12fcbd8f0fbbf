-- The normals know no leap day and no year: the key is month, day and hour.
select
    cast(month(measured_at) as tinyint) as month,
    cast(day(measured_at) as tinyint) as day,
    cast(hour(measured_at) as tinyint) as hour,
    temperature_celsius,
    wind_metres_per_second,
    pressure_hpa
from {{ ref('raw_seattle_weather_normals') }}
