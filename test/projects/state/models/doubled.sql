select id, {{ outer_macro('amount') }} as amount from {{ ref('amounts') }}
