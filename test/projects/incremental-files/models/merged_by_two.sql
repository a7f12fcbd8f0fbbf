{{ config(unique_key=['id', 'customer'], incremental_strategy='merge', incremental_predicates='DBT_INTERNAL_DEST.day >= DBT_INTERNAL_SOURCE.day - 1') }}
select * from {{ ref('orders') }}
