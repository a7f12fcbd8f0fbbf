{{ config(materialized='table') }}
select o.*, c.id is not null as of_a from {{ source('web_shop', 'all_orders') }} o left join {{ ref('customers') }} c using (id)
