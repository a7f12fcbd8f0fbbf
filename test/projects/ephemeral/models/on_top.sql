{{ config(materialized='view') }}
select * from {{ ref('result') }} where n in (select n from {{ ref('even') }})
