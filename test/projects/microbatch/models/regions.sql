select 'web' as channel, 'everywhere' as region union all select 'shop', 'here'
