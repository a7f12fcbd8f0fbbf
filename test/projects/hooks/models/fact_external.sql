{{ config(materialized='external', pre_hook="set variable wanted = 2", post_hook=["{{ log_step('post external') }}"]) }}
select * from {{ ref('fact_table') }} where id <= getvariable('wanted')
