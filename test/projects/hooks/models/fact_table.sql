{{ config(materialized='table',
    pre_hook=["{{ log_step('pre one') }}", {"sql": "insert into main.run_log values ('pre outside', 'fact_table', 'x')", "transaction": false}],
    post_hook="{{ log_step('post one') }}") }}
select * from {{ ref('raw') }}
