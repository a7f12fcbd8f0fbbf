{{ config(materialized='table') }}
select 170141183460469231731687303715884105727::hugeint as huge, uuid '00000000-0000-0000-0000-000000000001' as id, time '01:02:03' as t,
  timestamptz '2026-01-02 03:04:05+00' as tz, interval 3 day as i, 'a'::enum('a', 'b') as e, {'x': 1, 'y': ['z']} as s, map {'k': 1} as m,
  1.50::decimal(10, 2) as d, '\xAA'::blob as b, [1, null] as l, date '2026-01-01' as day, null::integer as nothing, 1::utinyint as tiny
