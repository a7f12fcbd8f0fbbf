{{ config(error_if='>100', warn_if='>2') }}
select * from {{ ref('numbers') }}
