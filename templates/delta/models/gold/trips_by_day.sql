select
    cast(started_at as date) as day,
    dayname(started_at) as weekday,
    count(*) as trips,
    count(distinct bicycle) as bicycles,
    cast(sum(date_diff('minute', started_at, ended_at)) as bigint) as minutes
from {{ ref('trips') }}
group by all
order by day
