{{ config(
    materialized='incremental',
    format='delta',
    incremental_strategy='delete+insert',
    unique_key=['flight_date', 'origin'],
    sort_by='flight_date'
) }}

select
    flight_date,
    origin,
    count(*) as flights,
    count(*) filter (where is_late) as late_flights,
    cast(sum(delay_minutes) as bigint) as delay_minutes
from {{ ref('flights') }}
{% if is_incremental() %}
-- The last day may have been landed in part.
where flight_date >= (select max(flight_date) from {{ this }})
{% endif %}
group by flight_date, origin
