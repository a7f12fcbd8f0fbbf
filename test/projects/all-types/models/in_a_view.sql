{{ config(materialized='view') }}
select * exclude (a_union) from {{ ref('in_a_table') }}
