{{ config(options={'partition_by': 'day', 'append': true}) }}
select {{ var('day') }} as day, i as id, 'row ' || i as label from range(3) as t(i)
