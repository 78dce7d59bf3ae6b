-- What the internal functions make of arguments that no tick would give them: errors, never more.
\set VERBOSITY terse
CREATE FUNCTION tiles(query text, dimensions int DEFAULT 1, kinds text DEFAULT 'n', bits int DEFAULT 53, width bigint DEFAULT 1000000,
	origin timestamptz DEFAULT '2000-01-03 00:00:00+00', buckets timestamptz[] DEFAULT NULL, known_dimension int[] DEFAULT '{}',
	known_bytes bytea[] DEFAULT '{}', cuboid int[] DEFAULT '{1}', mask int[] DEFAULT '{1}', part int[] DEFAULT '{1}',
	part_bits int[] DEFAULT '{0}', most int[] DEFAULT '{10}') RETURNS TABLE (kind text, n bigint)
LANGUAGE sql AS $$
	SELECT t.kind, count(*) FROM datamon._tiles_of_query(query, dimensions, kinds, bits, false, width, origin, buckets, known_dimension,
		known_bytes, cuboid, mask, part, part_bits, most) t GROUP BY 1 ORDER BY 1
$$;
\set row '''SELECT timestamptz \'\'2026-01-01 00:00:00+00\'\', 1, 2.0::float8'''
SELECT * FROM tiles(:row);
SELECT * FROM tiles(:row, known_dimension => '{1}', known_bytes => '{NULL}');
SELECT * FROM tiles(:row, known_dimension => '{NULL}', known_bytes => '{a}');
SELECT * FROM tiles(:row, known_dimension => '{2}', known_bytes => '{a}');
SELECT * FROM tiles(:row, known_dimension => '{1,1}', known_bytes => '{a,a}');
SELECT * FROM tiles(:row, known_dimension => '{1}');
SELECT * FROM tiles(:row, bits => -5);
SELECT * FROM tiles(:row, bits => 54);
SELECT * FROM tiles(:row, width => 0);
SELECT * FROM tiles(:row, dimensions => 13);
SELECT * FROM tiles(:row, dimensions => -1);
SELECT * FROM tiles(:row, kinds => 'x');
SELECT * FROM tiles(:row, kinds => repeat('n', 1601));
SELECT * FROM tiles(:row, mask => '{-1}');
SELECT * FROM tiles(:row, mask => '{1,1}');
SELECT * FROM tiles(:row, part => '{2}');
SELECT * FROM tiles(:row, part_bits => '{32}');
SELECT * FROM tiles(:row, cuboid => '{}', mask => '{}', part => '{}', part_bits => '{}');
SELECT * FROM tiles(:row, buckets => '{NULL}');
SELECT * FROM tiles(:row, origin => 'infinity', width => 1);
SELECT * FROM tiles(:row, origin => '-infinity', width => 9223372036854775807, buckets => '{infinity,-infinity}');
SELECT * FROM tiles('SELECT 1; SELECT 2');
SELECT * FROM tiles('CREATE TABLE made (i int)');
SELECT * FROM tiles('SELECT now()');
SELECT * FROM tiles('SELECT 1, 2, 3');
DROP FUNCTION tiles(text, int, text, int, bigint, timestamptz, timestamptz[], int[], bytea[], int[], int[], int[], int[], int[]);

-- many buckets: a tile of each, and no two of one place
SELECT count(*), count(DISTINCT (t.cuboid, t.part, t.bucket, t.piece)), sum(t.n) FROM datamon._tiles_of_query(
	'SELECT timestamptz ''2026-01-01 00:00:00+00'' + g % 20000 * interval ''1 second'', g % 7, g % 3, 1.0::float8 FROM generate_series(1, 60000) g',
	2, 'n', 53, false, 1000000, '2000-01-03 00:00:00+00', NULL, '{}', '{}', '{1,2,3}', '{3,1,2}', '{1,1,2}', '{1,0,31}', '{10,10}') t
WHERE t.kind = 'tile';
