select id, amount from {{ ref('amounts') }}
