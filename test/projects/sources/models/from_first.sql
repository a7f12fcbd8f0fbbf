select id, v from {{ source('files', 'first') }}
