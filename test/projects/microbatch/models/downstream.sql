select count(*) as days from {{ ref('fragile') }}
