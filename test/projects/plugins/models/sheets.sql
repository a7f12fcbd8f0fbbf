{{ config(materialized='external') }}
select what, n from {{ source('office', 'second_sheet') }}
