select id, v from {{ source('files', 'oldstyle') }}
