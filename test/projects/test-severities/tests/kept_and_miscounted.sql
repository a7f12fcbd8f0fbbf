{{ config(store_failures=true, fail_calc='sum(no_such_column)') }}
select * from {{ ref('numbers') }} where id < 2
