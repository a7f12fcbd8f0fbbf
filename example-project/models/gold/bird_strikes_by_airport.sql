with strikes as (
    select
        airport,
        count(*) as strikes,
        count(*) filter (where did_damage) as with_damage,
        cast(sum(cost_dollars) as bigint) as cost_dollars,
        mode(species order by species) as most_hit_species
    from {{ ref('bird_strikes') }}
    where not is_military
    group by airport
)

select
    s.airport,
    a.city,
    s.strikes,
    s.with_damage,
    s.cost_dollars,
    s.most_hit_species,
    b.departures + b.arrivals as flights_in_half_a_year
from strikes as s
inner join {{ ref('airports') }} as a on s.airport = a.airport
left join {{ ref('busiest_airports') }} as b on s.airport = b.airport
