{{ config(event_time='day') }} select day, i from (select '2024-01-01'::timestamp + to_days(i::int) as day, i from range(5) r(i))
