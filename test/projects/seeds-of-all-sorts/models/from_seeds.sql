select i.id, i.amount, t.code
from {{ ref('inferred') }} as i
left join {{ ref('typed') }} as t on i.id = t.id
