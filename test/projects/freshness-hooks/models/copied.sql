select seen from {{ source('raw', 'made') }}
