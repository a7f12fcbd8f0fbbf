{{ config(alias='shared') }}
select 'a' as v
