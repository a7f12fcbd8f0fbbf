select * from {{ ref('refused') }}
