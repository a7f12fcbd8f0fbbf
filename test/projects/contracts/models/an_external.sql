select timestamp '2024-01-01' as a, 1.5::decimal(10,2) as b
