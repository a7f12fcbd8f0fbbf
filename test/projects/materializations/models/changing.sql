{{ config(materialized=var('kind', 'view')) }}
select * from {{ ref('shares') }} where share > 0
