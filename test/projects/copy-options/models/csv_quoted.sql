{{ config(format='csv', options={'quote': '~', 'escape': '~', 'force_quote': '(label)'}, csv_read_options={'quote': '~', 'escape': '~', 'header': true}) }}
select i as id, 'text ' || (i % 7) as label, i / 4.0 as amount, cast(date '2024-01-31' + cast(i % 400 as integer) as date) as day
from range(1000) as t(i)
