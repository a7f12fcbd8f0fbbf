select 'csv' as source, id, name, amount, day from {{ ref('csv_by_format') }}
union all
select 'json', id, name, amount, day from {{ ref('json_by_format') }}
union all
select 'parquet', id, name, amount, day from {{ ref('parquet_by_location') }}
