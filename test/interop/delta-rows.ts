/** Every type, with extremes, as it is written: by the types that the log has. */
export const types = `SELECT * FROM (VALUES
  (1, true, (-128)::TINYINT, (-32768)::SMALLINT, (-9223372036854775808)::BIGINT, 0.1::FLOAT, '-inf'::DOUBLE, 'é😀'::VARCHAR, '\\x00\\xFF'::BLOB, DATE '1600-01-01', TIMESTAMPTZ '1600-01-01 01:02:03.000004+00', 12345678901234567890123456789.123456789::DECIMAL(38,9), [1, NULL], {'a': 1, 'b': 'x'}, MAP {'k': 1}),
  (2, false, 127, 32767, 9223372036854775807, 3.4e38, 'nan', repeat('z', 300), '', DATE '9999-12-31', TIMESTAMPTZ '2200-12-31 12:00:00+00', -0.000000001, [], {'a': NULL, 'b': NULL}, MAP {}),
  (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
) AS v(n, bool, tiny, small, big, single, double, text, bytes, day, moment, amount, list, struct, map)`;

/** Partition values with every character that a path has to escape. */
export const awkward = `SELECT * FROM (VALUES (1::BIGINT, 'a/b'), (2, ' x='), (3, NULL), (4, 'é:*?"<>|#&%{}'), (5, 'it''s [1]+')) AS v(n, p)`;
