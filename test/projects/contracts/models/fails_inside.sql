select cast(name as integer) as id from {{ ref('good') }}
