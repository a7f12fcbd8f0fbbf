select i as grp from range(4) as t(i)
