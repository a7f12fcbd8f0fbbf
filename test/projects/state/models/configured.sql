{{ config(materialized='table', tags=['own'], alias='configured_here') }}
select id, amount from {{ ref('plain') }} where id >= {{ var('least') }}
