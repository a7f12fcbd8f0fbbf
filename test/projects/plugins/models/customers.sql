{{ config(materialized='table') }}
select * from {{ source('web_shop', 'of_customer') }}
