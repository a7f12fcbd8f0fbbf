-- Gold must count each plausible flight once.
select counted.flights, total.flights as expected
from (select sum(flights) as flights from {{ ref('on_time_by_month') }}) as counted,
    (select count(*) as flights from {{ ref('flights') }}) as total
where counted.flights is distinct from total.flights
