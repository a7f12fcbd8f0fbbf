select count(*) from {{ ref('plain') }}
