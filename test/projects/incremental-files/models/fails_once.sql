{{ config(incremental_strategy='append') }}
select * {% if var('day') == 2 and is_incremental() %}, 1 / 0 as broken, error('on purpose') as note {% endif %} from {{ ref('orders') }}
