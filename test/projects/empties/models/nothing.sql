select i as id, 'x' || i as label, date '2024-01-01' as day, [i] as list from range(10) as t(i) where i > 100
