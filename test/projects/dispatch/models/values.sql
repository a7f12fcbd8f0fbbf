{{ config(materialized='view', alias='values_of_python') }}
select
    {{ 7 // 2 }} as floor_division,
    {{ -7 // 2 }} as floor_of_negative,
    {{ 7 % 3 }} as modulo,
    {{ 2 ** 10 }} as power,
    {{ 7 / 2 }} as true_division,
    '{{ [1, 'two', none, true] | tojson }}' as json,
    '{{ "%03d|%s" | format(7, "x") }}' as formatted,
    '{{ ('a', 'b')[1] ~ 'abc'[::-1] ~ {'k': 'v'}.k }}' as pieces,
    '{{ modules.datetime.date(2024, 2, 29).isoformat() }}' as leap_day,
    '{{ "a-b-c".split("-") | map("upper") | join("/") }}' as mapped,
    {{ 'null' if none is none else 1 }} as nothing
