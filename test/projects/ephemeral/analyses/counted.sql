select count(*) as rows from {{ ref('result') }}
