select 1 as id, id as good_id from {{ ref('good') }} union all select 2, null
