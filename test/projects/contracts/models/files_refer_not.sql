select id + 5 as good_id from {{ ref('good') }}
