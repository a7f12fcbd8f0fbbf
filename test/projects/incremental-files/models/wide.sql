{{ config(unique_key='id', incremental_strategy='merge') }}
-- Types that Parquet does not know, beyond 38 digits from the third day on.
select id, note, id::hugeint + (case when {{ var('day') }} >= 3 then 100000000000000000000000000000000000000 else 10 end)::hugeint as big,
    interval (id) day as span, [id, day] as list, {'a': id, 'b': note} as pair, uuid '00000000-0000-0000-0000-000000000001' as same
from {{ ref('orders') }}
