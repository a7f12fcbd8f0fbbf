{{ config(materialized='table') }}
select {{ function('functions', 'plus') }}(3) as plus, {{ function('plus') }}(3, step := 10) as more, a from {{ ref('uses') }}
