select id from {{ ref('inlined') }}
union all
select id from {{ source('raw', 'events') }}
