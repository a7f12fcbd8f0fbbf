{{ config(materialized='view') }}

select t.orders, o.id
from {{ ref('totals') }} as t, {{ source('loaded', 'orders') }} as o
