{{ config(schema='gamma', alias='Mixed Case') }}
select 3 as "Upper", 4 as "with space"
