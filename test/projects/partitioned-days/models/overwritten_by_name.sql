{{ config(options={'partition_by': 'bucket', 'overwrite_or_ignore': true}) }}
-- Day 1 fills buckets 1 and 2, day 2 buckets 2 and 3, day 3 buckets 3 and 4: each day replaces the file of one bucket.
select {{ var('day') }} + i as bucket, {{ var('day') }} as written_on, i as id from range(2) as t(i)
