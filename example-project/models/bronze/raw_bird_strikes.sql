select
    "Airport Name" as airport_name,
    "Aircraft Make Model" as aircraft,
    "Aircraft Airline Operator" as operator,
    "Flight Date" as flight_date,
    "Phase of flight" as phase,
    "Wildlife Size" as wildlife_size,
    "Wildlife Species" as species,
    "Time of day" as time_of_day,
    "Effect Amount of damage" as damage,
    cast("Cost Total $" as bigint) as cost_dollars,
    cast("Speed IAS in knots" as integer) as speed_knots
from {{ source('landing', 'bird_strikes') }}
