{{ config(materialized='returns_words') }}
select 1 as one
