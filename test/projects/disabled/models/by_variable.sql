{{ config(enabled=var('switch')) }}
select 4 as a
