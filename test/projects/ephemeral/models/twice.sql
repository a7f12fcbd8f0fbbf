select (select count(*) from {{ ref('even') }}) as a, (select sum(n) from {{ ref('even') }}) as b
