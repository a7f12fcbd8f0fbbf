select
    i as id,
    'name, "' || i || '"' as name,
    case when i % 3 = 0 then null else i * 1.5 end as amount,
    date '2024-01-01' + cast(i as integer) as day,
    i % 2 = 0 as even
from range(10) as t(i)
