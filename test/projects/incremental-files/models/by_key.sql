{{ config(unique_key='id') }}
select * from {{ ref('orders') }}
