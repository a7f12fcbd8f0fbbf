{{ config(materialized='external') }}
select id, amount, amount / total as share from {{ ref('clean') }} cross join {{ ref('total') }}
