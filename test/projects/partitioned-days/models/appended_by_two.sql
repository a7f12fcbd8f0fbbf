{{ config(options={'partition_by': 'day, kind', 'append': true}) }}
select {{ var('day') }} as day, case when i % 2 = 0 then 'even' else 'odd' end as kind, i * {{ var('day') }} as id from range(4) as t(i)
