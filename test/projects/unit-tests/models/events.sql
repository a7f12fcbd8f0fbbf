{{ config(materialized='table') }}
select id, day from {{ ref('stg_orders') }}
{% if is_incremental() %}
where day > (select max(day) from {{ this }})
{% endif %}
