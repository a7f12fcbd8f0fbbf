select {{ var('column') }} as a from {{ ref('numbers') }}
