{{ config(format='json') }}
select * from {{ ref('base') }}
