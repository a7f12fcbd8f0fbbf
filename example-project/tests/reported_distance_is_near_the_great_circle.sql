{{ config(severity='warn', error_if='>100') }}

-- A route that is reported 10 % longer or shorter than the great circle has a wrong airport at one end.
select route, distance_miles, great_circle_miles
from {{ ref('routes') }}
where abs(distance_miles - great_circle_miles) > greatest(25, 0.1 * great_circle_miles)
