{{ config(format='json', options={'array': true}) }}
select * from {{ ref('base') }}
