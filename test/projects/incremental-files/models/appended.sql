{{ config(incremental_strategy='append') }}
select *, '{{ is_incremental() }}' as was_incremental from {{ ref('orders') }}
{% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
