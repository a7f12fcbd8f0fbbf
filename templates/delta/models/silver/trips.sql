{{ config(unique_key='trip_id', sort_by=['started_at']) }}

select *
from {{ ref('raw_trips') }}
{% if is_incremental() %}
where reported_on > (select coalesce(max(reported_on), date '1970-01-01') from {{ this }})
{% endif %}
qualify row_number() over (partition by trip_id order by reported_on desc) = 1
