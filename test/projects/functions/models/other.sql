select 1 as b
