{{ config(materialized='table') }}
-- depends_on: {{ ref('kept_rows') }} {{ ref('added_rows') }}
select what from main.hook_log
