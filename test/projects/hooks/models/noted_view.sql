{{ config(materialized='view') }}
{% do run_query("insert into main.run_log values ('while compiled', '" ~ this.identifier ~ "', '')") if execute %}
-- depends_on: {{ ref('raw') }}
select 1 as id
