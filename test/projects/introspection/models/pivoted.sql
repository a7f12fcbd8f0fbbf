{{ config(materialized='table') }}
select
    {% for kind in values_of(ref('payments'), 'kind') -%}
    sum(case when kind = '{{ kind }}' then amount else 0 end) as {{ kind }}_amount,
    {% endfor -%}
    count(*) as n
from {{ ref('payments') }}
