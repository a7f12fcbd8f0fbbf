select id, v from {{ source('files', 'called') }}
