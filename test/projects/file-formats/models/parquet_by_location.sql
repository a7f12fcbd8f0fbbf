{{ config(location='lake/elsewhere/{{ this.identifier }}.parquet') }}
select * from {{ ref('base') }}
