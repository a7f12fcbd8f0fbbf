{{ config(unique_key='id', full_refresh=false) }}
select * from {{ ref('orders') }}
