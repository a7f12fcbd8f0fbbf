{{ config(materialized='ephemeral') }}
with s as (select n, n * n as square from {{ ref('numbers') }})
select * from s -- the last line is a comment
