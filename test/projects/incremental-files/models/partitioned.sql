{{ config(unique_key='id', incremental_strategy='delete+insert', options={'partition_by': 'customer'}) }}
select id, day, customer, note from {{ ref('orders') }}
