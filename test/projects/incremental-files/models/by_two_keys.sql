{{ config(unique_key=['id', 'customer'], incremental_strategy='delete+insert', incremental_predicates=['DBT_INCREMENTAL_TARGET.amount > 1']) }}
select * from {{ ref('orders') }}
