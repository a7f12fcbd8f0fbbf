select id, v from {{ source('files', 'second_by_identifier') }}
