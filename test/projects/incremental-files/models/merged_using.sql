{{ config(incremental_strategy='merge', merge_on_using_columns=['id', 'customer'], merge_returning_columns=['id']) }}
select * from {{ ref('orders') }}
