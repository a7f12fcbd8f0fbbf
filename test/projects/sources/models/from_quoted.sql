select id, v from {{ source('files', 'quoted') }}
