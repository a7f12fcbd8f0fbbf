select id, v from {{ source('files', 'template') }}
