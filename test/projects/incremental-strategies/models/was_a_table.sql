{{ config(materialized='table' if var('day') == 1 else 'incremental') }}
select *, '{{ is_incremental() }}' as was_incremental from {{ ref('orders') }}
