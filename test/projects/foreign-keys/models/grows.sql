{{ config(materialized='incremental', on_schema_change='append_new_columns') }}
select i as shop_id from range(1, 4) as t(i)
