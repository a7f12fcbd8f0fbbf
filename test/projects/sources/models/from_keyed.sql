select id, v from {{ source('files', 'keyed') }}
