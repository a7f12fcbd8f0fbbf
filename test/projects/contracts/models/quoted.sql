select 5::hugeint as n, 'x' as "Odd Name"
