select
    product,
    cast(sum(quantity) as integer) as pieces,
    cast(sum(amount) as decimal(12, 2)) as revenue,
    round(100 * sum(amount) / sum(sum(amount)) over (), 1) as percent_of_revenue
from {{ ref('order_lines') }}
where not is_cancelled
group by product
order by revenue desc
