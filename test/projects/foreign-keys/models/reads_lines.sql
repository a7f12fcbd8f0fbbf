select count(*) as n from {{ ref('lines') }}
