select
    symbol,
    cast(sum(case side when 'buy' then quantity else -quantity end) as bigint) as quantity,
    cast(sum(case side when 'buy' then -quantity * price else quantity * price end) as decimal(18, 4)) as cash
from {{ ref('orders') }}
group by symbol
