{{ config(options={'partition_by': 'day', 'overwrite': true}) }}
select {{ var('day') }} as day, i as id from range(2) as t(i)
