{{ config(materialized='external', options={'partition_by': 'code', 'overwrite': true}) }}
select i as id, lpad(cast(i % 3 as varchar), 3, '0') as code, i * 2 as twice from range(9) as t(i)
