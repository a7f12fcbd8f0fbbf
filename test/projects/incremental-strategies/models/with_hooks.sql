{{ config(
    unique_key='id', pre_hook="create table if not exists {{ this.schema }}.runs (moment integer, rows_before bigint)",
    post_hook=["insert into {{ this.schema }}.runs select {{ var('day') }}, count(*) from {{ this }}", "update {{ this }} set note = 'hooked' where id = {{ var('day') }}"],
    sql_header="set variable header = 7;"
) }}
select *, getvariable('header') as header from {{ ref('orders') }}
