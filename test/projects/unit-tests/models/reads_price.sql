select id, twice from {{ ref('price', v=2) }}
