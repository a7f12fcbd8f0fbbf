select * from {{ ref('latest') }} where status in (select status from {{ ref('totals') }})
