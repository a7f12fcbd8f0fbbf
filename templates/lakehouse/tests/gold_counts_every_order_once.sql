-- Whatever way revenue is cut, it is the same money.
with totals as (
    select sum(amount) as revenue from {{ ref('order_lines') }} where not is_cancelled
),

cuts as (
    select 'day' as cut, sum(revenue) as revenue from {{ ref('sales_by_day') }}
    union all
    select 'product', sum(revenue) from {{ ref('sales_by_product') }}
    union all
    select 'customer', sum(revenue) from {{ ref('customer_value') }}
)

select cuts.cut, cuts.revenue, totals.revenue as expected
from cuts, totals
where cuts.revenue <> totals.revenue
