{{ config(materialized='view') }}

select
    (select count(*) from {{ ref('flights') }}) as flights,
    (select count(*) from {{ ref('routes') }}) as routes,
    (select count(*) from {{ ref('busiest_airports') }}) as airports,
    (select on_time_percent from {{ ref('on_time_by_month') }} order by flight_month desc limit 1) as on_time_percent_last_month
