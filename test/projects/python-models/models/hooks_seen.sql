{{ config(materialized='table') }}
-- depends_on: {{ ref('rows') }}
select distinct what from main.hook_log where what = 'rows'
