{{ config(incremental_strategy='append') }}
select * from {{ ref('orders') }} where {{ var('day') }} % 2 = 1
