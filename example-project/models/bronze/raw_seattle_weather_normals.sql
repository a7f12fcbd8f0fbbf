select
    "date" as measured_at,
    pressure as pressure_hpa,
    temperature as temperature_celsius,
    wind as wind_metres_per_second
from {{ source('landing', 'seattle_weather_normals') }}
