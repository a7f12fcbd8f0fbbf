{{ config(alias='shared') }}
select v || 'b' as v from {{ ref('shared_a') }}
