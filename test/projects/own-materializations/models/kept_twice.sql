{{ config(materialized='kept', key='id') }}
select id, name, {{ 'true' if execute and load_relation(this) is not none else 'false' }} as was_there from {{ ref('raw') }} where id <= {{ var('day', 1) }}
