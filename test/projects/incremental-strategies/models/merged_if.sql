{{ config(
    unique_key='id', incremental_strategy='merge',
    merge_update_condition="DBT_INTERNAL_SOURCE.customer = 1", merge_insert_condition="DBT_INTERNAL_SOURCE.amount > 5"
) }}
select * from {{ ref('orders') }}
