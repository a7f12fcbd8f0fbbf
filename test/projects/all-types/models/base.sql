{{ config(materialized='ephemeral') }}
select * from (values
    (true, 1::tinyint, 2::smallint, 3::integer, 4::bigint, 170141183460469231731687303715884105727::hugeint, 5::utinyint, 6::usmallint, 7::uinteger, 8::ubigint, 9::uhugeint,
     1.5::float, 2.5::double, 3.14::decimal(9, 2), 12345678901234567890.123::decimal(38, 3), 'text'::varchar, '\xAA\x00'::blob,
     date '2024-02-29', time '12:34:56.789', timestamp '2024-02-29 12:34:56.789', timestamp_s '2024-02-29 12:34:56', timestamp_ms '2024-02-29 12:34:56.789', timestamp_ns '2024-02-29 12:34:56.123456789',
     timestamptz '2024-02-29 12:34:56+02', interval 3 days, '01234567-89ab-cdef-0123-456789abcdef'::uuid, 'small'::enum('small', 'large'),
     [1, 2, null], [['a'], []], {'a': 1, 'b': 'x'}, [{'k': date '2024-01-01'}], map {'k': 1}, array_value(1.0::float, 2.0::float), '{"j": 1}'::json, '101'::bit, union_value(num := 2), time '12:34:56'::time with time zone, 12345678901234567890123456789::varint),
    (null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
) as t(a_bool, a_tinyint, a_smallint, an_integer, a_bigint, a_hugeint, a_utinyint, a_usmallint, a_uinteger, a_ubigint, a_uhugeint,
    a_float, a_double, a_decimal, a_wide_decimal, a_varchar, a_blob,
    a_date, a_time, a_timestamp, a_timestamp_s, a_timestamp_ms, a_timestamp_ns, a_timestamptz, an_interval, a_uuid, an_enum,
    a_list, a_nested_list, a_struct, a_struct_list, a_map, an_array, a_json, a_bit, a_union, a_timetz, a_varint)
