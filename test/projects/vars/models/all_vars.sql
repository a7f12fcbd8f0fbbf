select
    '{{ var("plain") }}' as plain,
    {{ var('number') }} + 1 as number,
    {% if var('flag') %}'on'{% else %}'off'{% endif %} as flag,
    {{ var('list') | sum }} as list_sum,
    '{{ var("mapping").nested.deep }}' as deep,
    '{{ var("absent", "the default") }}' as absent,
    {{ var('new_one', 0) }} as new_one,
    '{{ env_var("FROM_ENV") }}' as from_env,
    '{{ env_var("NOT_SET_ANYWHERE", "env default") }}' as env_default,
    {{ env_var('NUMBER_FROM_ENV') | int + 1 }} as env_number
