{{ config(location='lake/by_extension.csv') }}
select * from {{ ref('base') }}
