{{ config(materialized='view') }}
select
    {{ dbt.dateadd('day', 3, "date '2024-01-30'") }} as added,
    {{ dbt.datediff("date '2024-01-30'", "date '2024-03-01'", 'day') }} as days,
    {{ dbt.date_trunc('month', "timestamp '2024-02-29 10:00:00'") }} as month,
    {{ dbt.concat(["'a'", "'b'"]) }} as joined,
    {{ dbt.hash("'x'") }} as hashed,
    {{ dbt.safe_cast("'1'", api.Column.translate_type('integer')) }} as cast_safely,
    cast('1' as {{ dbt.type_string() }}) as typed,
    {{ dbt.length("'abc'") }} as three,
    {{ dbt.position("'b'", "'abc'") }} as at,
    {{ dbt.replace("'abc'", "'b'", "'x'") }} as replaced,
    {{ dbt.split_part("'a-b-c'", "'-'", 2) }} as part,
    {{ dbt.last_day("date '2024-02-01'", 'month') }} as last_day,
    {{ dbt.bool_or('true') }} as any_true,
    {{ dbt.string_literal("it''s") }} as literal,
    {{ dbt.except() | trim | length }} as except_length
