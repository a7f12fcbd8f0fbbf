{{ config(materialized='chosen') }}
select 1 as unused
