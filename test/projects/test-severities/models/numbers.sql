select i as id, i % 5 as grp, case when i = 3 then null else i end as maybe, case when i < 8 then 'low' else 'high' end as size
from range(10) as t(i)
