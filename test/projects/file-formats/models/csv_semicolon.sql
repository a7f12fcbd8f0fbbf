{{ config(format='csv', delimiter=';') }}
select * from {{ ref('base') }}
