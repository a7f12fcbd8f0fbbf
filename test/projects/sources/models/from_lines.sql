select id, v from {{ source('files', 'lines') }}
