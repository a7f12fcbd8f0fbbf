select
    q.day,
    q.symbol,
    i.currency,
    q.close,
    round(q.close / lag(q.close) over (partition by q.symbol order by q.day) - 1, 6) as daily_return
from {{ ref('quotes') }} as q
inner join {{ ref('instruments') }} as i using (symbol)
