select id as good_id, id::bigint as id from {{ ref('good') }}
