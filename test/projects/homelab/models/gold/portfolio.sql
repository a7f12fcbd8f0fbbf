select
    p.symbol,
    p.quantity,
    p.cash,
    last(r.close order by r.day) filter (where r.close is not null) as last_close
from {{ ref('positions') }} as p
left join {{ ref('daily_returns') }} as r using (symbol)
group by p.symbol, p.quantity, p.cash
