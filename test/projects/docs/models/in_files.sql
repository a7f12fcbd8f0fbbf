{{ config(materialized='external') }}
select id, cast(1.5 as decimal(10, 2)) as price, timestamp '2024-01-01' as at from {{ ref('a_table') }}
