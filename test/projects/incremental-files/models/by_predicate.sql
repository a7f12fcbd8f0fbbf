{{ config(unique_key='id', incremental_predicates=[this ~ ".amount > (select max(amount) - 2 from " ~ this ~ ")"]) }}
select * from {{ ref('orders') }}
