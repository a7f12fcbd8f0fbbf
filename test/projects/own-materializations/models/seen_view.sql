select id, upper(name) as name from {{ ref('kept_rows') }}
