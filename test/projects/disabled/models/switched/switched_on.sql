{{ config(enabled=true) }}
select 2 as a
