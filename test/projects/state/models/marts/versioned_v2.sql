select id, amount from {{ ref('plain') }}
