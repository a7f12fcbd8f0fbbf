{{ config(materialized='table') }}
-- Three orders a day; each day tells of the last order of the day before again. Every third has no customer.
select
    i as id, {{ var('day') }} as day, nullif(i % 3, 0) as customer, 'day {{ var("day") }}, order ' || i as note, i * 1.5 as amount
from range({{ var('day') }} * 3 - 3, {{ var('day') }} * 3 + 1) as t(i)
