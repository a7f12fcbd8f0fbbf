{{ config(materialized='table_function', parameters=['a']) }}
select nothing from {{ ref('orders') }} wher a
