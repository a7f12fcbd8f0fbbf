select sum(a) as total from {{ ref('failing') }}
