{%- set customers = run_query('select distinct customer from ' ~ source('loaded', 'orders') ~ ' order by 1').columns[0].values() if execute else [] %}
select
  {% for customer in customers %}
  sum(amount) filter (customer = {{ customer }}) as customer_{{ customer }},
  {% endfor %}
  count(*) as orders
from {{ source('loaded', 'orders') }}
