select
    trip_id,
    bicycle,
    from_station,
    to_station,
    cast(started_at as timestamp) as started_at,
    cast(ended_at as timestamp) as ended_at,
    cast(reported_on as date) as reported_on
from {{ source('landing', 'trips') }}
{% if is_incremental() %}
where reported_on > (select coalesce(max(reported_on), date '1970-01-01') from {{ this }})
{% endif %}
