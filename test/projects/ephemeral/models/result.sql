with own as (select * from {{ ref('even') }})
select own.n, squares.square from own join {{ ref('squares') }} as squares using (n)
