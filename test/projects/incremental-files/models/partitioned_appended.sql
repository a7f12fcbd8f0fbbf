{{ config(incremental_strategy='append', options={'partition_by': 'day, customer'}, location='lake/appended by day') }}
select id, note, day, customer from {{ ref('orders') }}
