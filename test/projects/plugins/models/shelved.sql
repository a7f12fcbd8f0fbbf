{{ config(materialized='external', plugin='shelf', shelf_label='red') }}
select id, shelved(name) as name, getvariable('shelf') as shelf, 1.50::decimal(9, 2) as price
from {{ source('made', 'few') }}
order by nullif(id, 1), id
