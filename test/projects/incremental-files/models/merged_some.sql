{{ config(unique_key='id', incremental_strategy='merge', merge_update_columns=['note']) }}
select * from {{ ref('orders') }}
