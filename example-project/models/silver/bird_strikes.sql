select
    m.airport,
    s.flight_date,
    s.operator = 'MILITARY' as is_military,
    s.aircraft,
    s.phase,
    s.species,
    lower(s.wildlife_size) as wildlife_size,
    s.time_of_day,
    s.damage <> 'None' as did_damage,
    s.cost_dollars,
    s.speed_knots
from {{ ref('raw_bird_strikes') }} as s
inner join {{ ref('strike_airports') }} as m on s.airport_name = m.reported_name
