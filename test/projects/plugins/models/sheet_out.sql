{{ config(materialized='external', plugin='excel', overrides={'sheet_name': 'Out', 'index': false}) }}
select * from {{ ref('shelved_text') }}
