{{ config(unique_key='id', incremental_strategy='merge', merge_exclude_columns=['note']) }}
select * from {{ ref('orders') }}
