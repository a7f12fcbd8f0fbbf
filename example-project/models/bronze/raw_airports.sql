select
    iata as airport,
    trim(name) as airport_name,
    city,
    state,
    country,
    latitude,
    longitude
from {{ source('landing', 'airports') }}
