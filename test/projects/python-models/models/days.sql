select id, name, {{ var('day', 1) }} as day from {{ ref('raw') }} where id <= {{ var('day', 1) }} + 1
