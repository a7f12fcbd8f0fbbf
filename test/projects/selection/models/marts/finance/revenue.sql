{{ config(tags='nightly') }} select sum(amount) as revenue from {{ ref('orders') }}
