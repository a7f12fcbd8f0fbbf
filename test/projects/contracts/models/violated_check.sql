select 1 as id union all select {{ var('most', 3) }}
