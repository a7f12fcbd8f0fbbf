{{ config(materialized='external', format='csv', location='lake/texts.csv', plugin='upper') }}
select id, name from {{ source('made', 'more') }} where id < 3
