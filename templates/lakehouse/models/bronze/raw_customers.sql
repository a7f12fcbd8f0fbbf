select
    customer_id,
    name,
    email,
    address.city as city,
    address.country as country,
    cast(joined_on as date) as joined_on,
    interests
from {{ source('landing', 'customers') }}
