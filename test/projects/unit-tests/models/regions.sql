{{ config(materialized='ephemeral') }}
select customer, '{{ env_var("UNIT_REGION") }}' as region from {{ ref('stg_orders') }} group by customer
