{{ config(materialized='own_files', location='filed_rows.parquet') }}
select id, name || '!' as name from {{ ref('kept_rows') }}
