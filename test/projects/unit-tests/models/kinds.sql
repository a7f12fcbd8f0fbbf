select
  id,
  day,
  cast(day as timestamp) as at,
  id = 1 as ok,
  cast(amount as double) / 2 as half,
  case when id = 1 then {'a': id} end as part,
  case when id = 1 then [id, id] end as parts,
  case when id = 1 then 'a"b' end as text
from {{ ref('stg_orders') }}
