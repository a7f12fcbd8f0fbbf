{{ config(materialized='table') }}
-- depends_on: {{ ref('seen_view') }} {{ ref('kept_rows') }}
select 'view' as kind, view_name as name, comment from duckdb_views() where not internal and view_name = 'seen_view'
union all select 'table', table_name, comment from duckdb_tables() where table_name = 'kept_rows'
union all select 'column', column_name, comment from duckdb_columns() where table_name = 'kept_rows'
union all select 'index', count(*)::varchar, null from duckdb_indexes() where table_name = 'kept_rows' and is_unique
