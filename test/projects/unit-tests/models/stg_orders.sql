select id, upper(customer) as customer, amount, day
from {{ ref('raw_orders') }}
where amount is not null
