{{ config(materialized='ephemeral') }}
select i as n from range(10) as t(i)
