{{ config(materialized='incremental', unique_key='id', on_schema_change='append_new_columns') }}
select id, name, {{ var('day', 1) }} as day, {% if var('day', 1) == 2 %}'new' as later,{% endif %} {{ is_incremental() }} as added
from {{ ref('raw') }}
{% if is_incremental() %}where id > 1{% endif %}
