select day, count(*) as n, max(id) as last_id, true as seen, cast(sum(amount) as double) as amount
from {{ source('raw', 'orders') }}
group by day
