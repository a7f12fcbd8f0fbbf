{{ config(unique_key='id', full_refresh=true, indexes=[{'columns': ['id'], 'unique': true}]) }}
select * from {{ ref('orders') }}
