{{ config(enabled=var('with_wrong_hook', false), materialized='table', pre_hook='do nothing') }}
select 1 as id
