select count(*) as rows_appended, count(distinct day) as days from {{ ref('appended') }}
