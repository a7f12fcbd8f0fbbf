{{ config(location='lake/json_gz.json.gz') }}
select * from {{ ref('base') }}
