{{ config(materialized='remark') }}
select 1 as one
