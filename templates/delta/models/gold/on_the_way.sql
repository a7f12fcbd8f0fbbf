{{ config(materialized='view') }}

select trip_id, bicycle, from_station, started_at
from {{ ref('trips') }}
where ended_at is null
