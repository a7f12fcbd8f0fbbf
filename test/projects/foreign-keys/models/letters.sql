{{ config(materialized='table') }}
select i as id, {% if var('broken', false) %}9{% else %}1{% endif %} + i % 5 as customer_id from range(1, 20) as t(i)
