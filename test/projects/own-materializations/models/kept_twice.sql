{{ config(materialized='kept', key='id') }}
select id, name, {{ 'true' if execute and adapter.get_relation(this.database, this.schema, this.identifier) is not none else 'false' }} as was_there from {{ ref('raw') }} where id <= {{ var('day', 1) }}
