{{ config(format='csv') }}
select * from {{ ref('base') }}
