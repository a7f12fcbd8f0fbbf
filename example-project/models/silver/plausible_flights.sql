{{ config(materialized='ephemeral') }}

-- A handful of reports put the arrival most of a day before or after its time: midnight was taken for the wrong day.
-- Six flights of the first of July are left out too, so that each month is whole.
select *
from {{ ref('raw_flights') }}
where delay_minutes between -120 and 1440
    and departed_at < timestamp '2001-07-01'
