select * from {{ ref('bad_error') }}
