{{ config(materialized='wrapped', indexes=[{'columns': ['id']}]) }}
select * from {{ ref('kept_rows') }}
