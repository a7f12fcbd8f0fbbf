select
    c.customer_id,
    c.name,
    lower(trim(c.email)) as email,
    c.city,
    c.country,
    n.country_name,
    c.joined_on,
    c.interests
from {{ ref('raw_customers') }} as c
left join {{ ref('countries') }} as n on c.country = n.country
