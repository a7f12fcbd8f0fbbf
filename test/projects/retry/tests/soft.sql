{{ config(severity='warn') }} select * from {{ ref('good') }} where a > 3
