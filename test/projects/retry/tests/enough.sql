select * from {{ ref('good') }} where a < {{ var('least') }}
