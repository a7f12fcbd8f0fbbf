select city, count(*) as customers from {{ ref('customers') }} group by all
