{{ config(materialized='external') }}
select * exclude (a_bit, a_union, a_timetz, a_varint) from {{ ref('base') }}
