with recursive r as (
    select 1 as i union all select i + 1 from r where i < (select max(n) from {{ ref('numbers') }})
)
select * from r
