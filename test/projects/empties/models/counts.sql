select count(*) as n, count(id) as ids from {{ ref('nothing') }}
