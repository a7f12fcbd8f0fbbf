select id from {{ ref('plain') }}
