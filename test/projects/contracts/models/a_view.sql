select 'x' as a, 1 as b
