{{ config(alias='busiest_airports_top_50', format='csv', options={'header': true}) }}

select *
from {{ ref('busiest_airports') }}
where place <= 50
order by place
