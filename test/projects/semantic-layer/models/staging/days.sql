select cast(day as date) as day, weekofyear(day) as fiscal_week
from range(date '2024-01-01', date '2024-04-01', interval 1 day) t(day)
