-- Bytes of one profile of ten columns, by rows in it: as stored, and after compact() to smaller budgets.
\pset footer off
WITH numbered AS (
	SELECT *, row_number() OVER () AS i FROM (SELECT * FROM obs LIMIT 60000) o
), cells AS (
	SELECT n, datamon.profile(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10) AS p
	FROM numbered, unnest(ARRAY[1, 3, 10, 30, 100, 300, 3000]) n
	WHERE i <= n * 20
	GROUP BY n, i % 20
)
SELECT n AS rows, n * 80 AS raw_values, round(avg(octet_length(datamon._profile_send(p)))) AS profile,
	round(avg(octet_length(datamon._profile_send(datamon.compact(p, 512))))) AS compact_512,
	round(avg(octet_length(datamon._profile_send(datamon.compact(p, 512, 8))))) AS compact_512_8_bits
FROM cells GROUP BY n ORDER BY n;
