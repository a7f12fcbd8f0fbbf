SELECT 1 AS x
SELECT a, t.b AS y, t.* FROM main.t AS t WHERE a > 0 AND b BETWEEN 1 AND 3 OR NOT c IS NULL ORDER BY 1, 2 DESC NULLS LAST LIMIT 10 OFFSET 0
SELECT a, count(*) AS n FROM main.t GROUP BY a HAVING count(*) > 0 QUALIFY sum(count(*)) OVER (PARTITION BY a ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) = 1
SELECT DISTINCT ON (a) a, b FROM main.t ORDER BY b
SELECT DISTINCT a FROM main.t LIMIT 50 PERCENT
WITH r AS MATERIALIZED (SELECT 1 AS a), q AS NOT MATERIALIZED (SELECT 2 AS b), z AS (SELECT 3 AS c) SELECT * FROM r, q, z
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r
SELECT t.a FROM main.t JOIN main.t u ON t.a = u.a LEFT JOIN main.t v ON v.a = t.a FULL JOIN main.t w ON w.a = t.a CROSS JOIN (SELECT 1 AS one) k NATURAL JOIN (SELECT 1 AS one) n
SELECT * FROM main.t SEMI JOIN main.t u USING (a)
SELECT * FROM main.t ANTI JOIN (SELECT 9 AS a) u USING (a)
SELECT t.a FROM main.t ASOF JOIN main.t u ON t.a >= u.a
SELECT t.a FROM main.t POSITIONAL JOIN main.t u
SELECT t.a, k.x FROM main.t, LATERAL (SELECT t.a + 1 AS x) k
SELECT * EXCLUDE (b) REPLACE (a + 1 AS a) FROM main.t
SELECT COLUMNS('^[ab]$') FROM main.t
SELECT COLUMNS(x -> x IN ('a', 'b')) FROM main.t
SELECT CASE WHEN a = 1 THEN 'x' ELSE 'y' END AS p, CASE a WHEN 1 THEN 2 END AS q, TRY_CAST(c AS INTEGER) AS r, a::DECIMAL(10, 2) AS v FROM main.t
SELECT 'x' AS a, 1.5 AS b, 1e10 AS c, NULL AS d, true AS e, INTERVAL 1 DAY AS f, DATE '2020-01-01' AS g, [1, 2] AS h, {'a': 1} AS i, MAP {'a': 1} AS j
SELECT 'a'::BLOB AS a, 123456789012345678901234567890::HUGEINT AS b, '1'::JSON AS c, 1::UINTEGER AS d, '12:00:00'::TIME AS e
SELECT list_transform(l, x -> x + 1) AS a, list_filter(l, (x, i) -> i > 1) AS b, [x FOR x IN l IF x > 1] AS c FROM main.t
SELECT sum(a) FILTER (WHERE b > 0) AS s, count(DISTINCT a) AS n, string_agg(c, ',' ORDER BY b) AS x FROM main.t
SELECT first(a) OVER w AS f, rank() OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE TIES) AS r FROM main.t WINDOW w AS (ORDER BY b)
SELECT lag(a, 1, 0) OVER (ORDER BY b) AS x, ntile(3) OVER (ORDER BY b) AS y, lead(a) OVER (ORDER BY b) AS z, cume_dist() OVER (ORDER BY b) AS p, percent_rank() OVER (ORDER BY b) AS q FROM main.t
SELECT dense_rank() OVER (ORDER BY b) AS a, first_value(a) OVER (ORDER BY b) AS f, last_value(a) OVER (ORDER BY b) AS l, nth_value(a, 1) OVER (ORDER BY b) AS n FROM main.t
SELECT EXISTS (SELECT 1) AS a, (SELECT max(a) FROM main.t) AS b, a IN (1, 2) AS c, a NOT IN (SELECT 9) AS d, a = ANY (SELECT 1) AS e, a >= ALL (SELECT 0) AS f FROM main.t
SELECT c LIKE 'x' AS a, c NOT LIKE 'y' AS b, c ILIKE 'X' AS d, c SIMILAR TO 'x' AS e, c GLOB 'x' AS f, c || 'z' AS g, -a AS h, l[1] AS i, l[1:2] AS j, s.f AS k FROM main.t
SELECT a IS DISTINCT FROM b AS x, a IS NOT DISTINCT FROM b AS y, a <> b AS z, coalesce(a, b) AS k, nullif(a, b) AS n, ifnull(a, b) AS i FROM main.t
SELECT c COLLATE NOCASE AS c FROM main.t ORDER BY c COLLATE NOCASE
SELECT r.i, u.x FROM range(3) r(i), unnest([1, 2]) u(x)
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(x, y)
SELECT 1 AS x UNION SELECT 2 UNION ALL SELECT 3 EXCEPT SELECT 4
SELECT 1 AS x UNION ALL BY NAME SELECT 2 AS x
SELECT a, b, grouping(a) AS g, count(*) AS n FROM main.t GROUP BY GROUPING SETS ((a), (b), ())
SELECT a, b, count(*) AS n FROM main.t GROUP BY CUBE (a, b)
SELECT * FROM main.t USING SAMPLE 100%
SELECT * FROM main.t PIVOT (sum(b) FOR a IN (1, 2))
SELECT * FROM (SELECT a, b FROM main.t) UNPIVOT (v FOR n IN (a, b))
SELECT #1 AS x FROM main.t
SELECT extract(year FROM d) AS y, date_trunc('month', d) AS m, d + INTERVAL '1 month' AS n, strftime(d, '%Y') AS s, substring(c FROM 1 FOR 1) AS c, position('x' IN c) AS p, trim(both 'y' FROM c) AS r FROM main.t
SELECT unnest(l) AS u, struct_pack(f := a) AS p FROM main.t
FROM main.t SELECT a
SELECT t AS whole FROM main.t
SELECT a AS "Group By" FROM main.t WHERE (a, b) = (1, 2)
SELECT c.upper().lower() AS x, typeof(a) AS y FROM main.t
SELECT count(*) AS n, any_value(a) AS v, arg_max(a, b) AS m, quantile_cont(a, 0.5) AS q, list(a ORDER BY b DESC NULLS FIRST) AS l FROM main.t
SELECT a::VARIANT::INTEGER AS x /* newer */ FROM main.t
SELECT a::BIGNUM::VARCHAR AS x /* newer */ FROM main.t
SELECT * RENAME (a AS aa) /* newer */ FROM main.t
SELECT * EXCLUDE (t.a) /* newer */ FROM main.t
SELECT TRY(a) AS x /* newer */ FROM main.t
SELECT sum(a ORDER BY b) OVER () AS x /* newer */ FROM main.t
SELECT * FROM unnest([1, 2]) WITH ORDINALITY /* newer */ u(x, i)
WITH RECURSIVE r(n, m) USING KEY (n) AS (SELECT 1, 1 UNION SELECT n, m + 1 FROM r WHERE m < 3) SELECT * FROM r /* newer */
