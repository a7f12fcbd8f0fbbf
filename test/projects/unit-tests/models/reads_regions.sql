select customer, region from {{ ref('regions') }}
