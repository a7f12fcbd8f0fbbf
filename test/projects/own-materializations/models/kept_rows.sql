{{ config(
    materialized='kept', key='id', persist_docs={'relation': true, 'columns': true}, indexes=[{'columns': ['id'], 'unique': true}],
    pre_hook=[{"sql": "insert into main.hook_log values ('before {{ this.name }}')", "transaction": false}],
    post_hook="insert into main.hook_log select 'after ' || count(*) from {{ this }}"
) }}
select id, name from {{ ref('raw') }} where id <= {{ var('day', 1) }} + 1
