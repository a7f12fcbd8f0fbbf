select {{ var('most', 3) }} as id, 'at ' || {{ var('most', 3) }} as label
