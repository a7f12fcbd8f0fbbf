{{ config(materialized='table', enabled=var('with_history', false)) }}
select * from main.run_log
