{{ config(materialized='table', enabled=var('stored', false)) }}
select * from read_json('kept/**/*.json')
