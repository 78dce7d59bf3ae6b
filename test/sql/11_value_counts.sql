-- value_counts: text form, binary form, accessors, arguments.
SET search_path = datamon, public;
\pset null '(null)'

-- text form: what is written reads back as it was
SELECT value_counts(x) FROM (VALUES ('red'::text), ('blue'), (NULL), ('red'), ('')) t(x);
SELECT value_counts(x) FROM (VALUES (E'a"b\\c\n\t\x01\x7f'::text)) t(x);
SELECT '{"n":0,"nulls":0,"limit":1,"counts":{}}'::value_counts;
SELECT ' { "n" : 3 , "nulls" : 1 , "limit" : 10 , "counts" : { "" : 1 , "b" : 2 } } '::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1, "bits":0,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT value_counts(i::text, 4) FROM generate_series(1, 100) i;
SELECT value_counts(i::text, 4)::text::value_counts = value_counts(i::text, 4) AS round_trip
	FROM generate_series(1, 100) i;
SELECT '{"n":9223372036854775807,"nulls":9223372036854775807,"limit":100000,"counts":{"a":9223372036854775806,"b":1}}'::value_counts;

-- malformed text, one line each
SELECT ''::value_counts;
SELECT 'red'::value_counts;
SELECT '{}'::value_counts;
SELECT '[]'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"counts":{}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"counts":{}}x'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"counts":[]}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"counts":null}'::value_counts;
SELECT '{"n":0,"nulls":0,"counts":{}}'::value_counts;
SELECT '{"nulls":0,"n":0,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"counts":{},"more":1}'::value_counts;
SELECT '{"n":-1,"nulls":0,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":-1,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":9223372036854775808,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":0,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":-5,"counts":{}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":100001,"counts":{}}'::value_counts;
SELECT '{"n":0.5,"nulls":0,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":1,"counts":{}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a":2}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":9,"counts":{"a":0}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a":-1}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a"}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{a:1}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a":1,}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a:1}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a\q":1}}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":9,"counts":{"a\u0000":1}}'::value_counts;
SELECT '{"n":2,"nulls":0,"limit":9,"counts":{"b":1,"a":1}}'::value_counts;
SELECT '{"n":2,"nulls":0,"limit":9,"counts":{"a":1,"a":1}}'::value_counts;
SELECT '{"n":2,"nulls":0,"limit":1,"counts":{"a":1,"b":1}}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":9,"counts":{"a":9223372036854775807,"b":9223372036854775807}}'::value_counts;
SELECT ('{"n":1,"nulls":0,"limit":9,"counts":{"' || repeat('x', 129) || '":1}}')::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":64,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":-1,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"counts":{"a":5}}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT '{"n":0,"nulls":0,"limit":1,"bits":0,"buckets":[]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,5,"a",true]]}'::value_counts;
SELECT '{"n":1,"nulls":0,"limit":1,"bits":0,"buckets":[[0,1,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":2,"bits":0,"buckets":[[0,5,"a",false]]}'::value_counts;
SELECT '{"n":2,"nulls":0,"limit":2,"bits":0,"buckets":[[0,2,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[1,5,"a",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,5,"a"]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,5,"a",0]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,5,"a",false],[0,5,"b",false]]}'::value_counts;
SELECT '{"n":5,"nulls":0,"limit":1,"bits":0,"buckets":[[0,4,"a",false]]}'::value_counts;
SELECT '{"n":100,"nulls":0,"limit":3,"bits":1,"buckets":[[1,50,"2",false],[0,50,"1",false]]}'::value_counts;
SELECT '{"n":100,"nulls":0,"limit":3,"bits":1,"buckets":[[0,50,"1",false],[0,50,"1",false]]}'::value_counts;
SELECT '{"n":4,"nulls":0,"limit":3,"bits":1,"buckets":[[0,3,"1",false],[1,1,"2",true]]}'::value_counts;

-- long values keep 108 bytes of whole characters and a hash of the rest
SELECT value, length(value), octet_length(value) <= 128 AS short
	FROM counts((SELECT value_counts(x) FROM (VALUES (repeat('x', 128)), (repeat('x', 129)),
		(repeat('x', 128) || 'y')) t(x)));
SELECT count(*) FROM counts((SELECT value_counts(repeat('long', 100) || (i % 7)) FROM generate_series(1, 70) i))
	WHERE count = 10;
SELECT value_count(value_counts(repeat('long', 100) || (i % 7)), repeat('long', 100) || 3)
	FROM generate_series(1, 70) i;

-- binary form: COPY there and back, then bytes that no writer makes
SELECT current_setting('data_directory') || '/11_value_counts.bin' AS file \gset
CREATE TEMP TABLE packed (v value_counts);
INSERT INTO packed SELECT value_counts(i::text, 10) FROM generate_series(1, 7) i;
INSERT INTO packed SELECT value_counts(i::text, 10) FROM generate_series(1, 700) i;
INSERT INTO packed SELECT value_counts(repeat('ab', 200) || i) FROM generate_series(1, 3) i;
INSERT INTO packed VALUES ('{"n":0,"nulls":2,"limit":9,"counts":{}}'), (NULL);
CREATE TEMP TABLE unpacked (v value_counts);
COPY packed TO :'file' (FORMAT binary);
COPY unpacked FROM :'file' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE p.v IS NOT DISTINCT FROM u.v) AS same,
		count(*) FILTER (WHERE p.v::text = u.v::text) AS same_text
	FROM (SELECT v, row_number() OVER () FROM packed) p
	JOIN (SELECT v, row_number() OVER () FROM unpacked) u USING (row_number);
SELECT _value_counts_send('{"n":3,"nulls":1,"limit":1000,"counts":{"a":2,"b":1}}');
SELECT _value_counts_send('{"n":300,"nulls":0,"limit":1,"bits":0,"buckets":[[0,300,"a",false]]}');

CREATE FUNCTION pg_temp.recv(value bytea, file text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	lo oid := lo_from_bytea(0, '\x5047434f50590aff0d0a0000000000000000000001'::bytea
		|| int4send(length(value)) || value || '\xffff');
	why text;
BEGIN
	PERFORM lo_export(lo, file);
	PERFORM lo_unlink(lo);
	TRUNCATE unpacked;
	EXECUTE format('COPY unpacked FROM %L (FORMAT binary)', file);
	RETURN (SELECT v::text FROM unpacked);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS why = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(': ', SQLSTATE, SQLERRM, nullif(why, ''));
END $$;
SELECT what, pg_temp.recv(bytes, :'file') FROM (VALUES
	(1, 'good', '\x56010000e8070100020161020162 01'),
	(2, 'good, hashed', '\x560100000100010001016105 00'),
	(3, 'nothing', '\x'),
	(4, 'half a header', '\x5601'),
	(5, 'other type', '\x46010000e8070100020161020162 01'),
	(6, 'later version', '\x56020000e8070100020161020162 01'),
	(7, 'working form', '\x56010100e8070100020161020162 01'),
	(8, 'reserved byte', '\x56010001e8070100020161020162 01'),
	(9, 'header alone', '\x56010000'),
	(10, 'limit 0', '\x5601000000010000'),
	(11, 'limit 2^20', '\x5601000080804001 0000'),
	(12, 'mode 2', '\x56010000e807010200'),
	(13, '64 bits', '\x560100000100014001016105 00'),
	(14, 'more entries than the limit', '\x56010000010000020161020162 01'),
	(15, 'cut off', '\x56010000e8070100020161020162'),
	(16, 'cut off in a value', '\x56010000e8070100010961'),
	(17, 'trailing byte', '\x56010000e8070100020161020162 0100'),
	(18, 'count 0', '\x56010000e8070100020161000162 01'),
	(19, 'count 2^63', '\x56010000e80701000101618080808080808080 8001'),
	(20, 'sum 2^63', '\x56010000e8070100020161ffffffffffffffff7f016201'),
	(21, 'overlong varint', '\x56010000e807010002016182000162 01'),
	(22, 'overlong value', '\x56010000e8070100018101'),
	(23, 'order', '\x56010000e8070100020162020161 01'),
	(24, 'twice the same', '\x56010000e8070100020161020161 01'),
	(25, 'zero byte', '\x56010000e8070100010100 01'),
	(26, 'single is 2', '\x560100000100010001016105 02'),
	(27, 'single but over the limit', '\x560100000100010001016105 01'),
	(28, 'nulls 2^63', '\x56010000e807808080808080808080010000')
	) t(no, what, hex), LATERAL (SELECT replace(hex, ' ', '')::bytea AS bytes) b ORDER BY no;
SELECT pg_encoding_to_char(encoding) <> 'UTF8'
		OR pg_temp.recv('\x56010000e80701000102ff4101', :'file') LIKE '%not valid in the database encoding.' AS "not UTF-8"
	FROM pg_database WHERE datname = current_database();

-- mutated bytes: refused as malformed, or a value like any other
SELECT setseed(0.5);
WITH mutated AS (
	SELECT set_byte(sent, at, (get_byte(sent, at) + 1 + (random() * 254)::int) % 256) AS bytes
	FROM generate_series(1, 1000) i,
		LATERAL (SELECT _value_counts_send(v) AS sent FROM packed OFFSET i % 3 LIMIT 1) p,
		LATERAL (SELECT (random() * (length(sent) - 1))::int AS at, i) a)
SELECT count(*) AS cases,
		count(*) FILTER (WHERE answer !~ '^(22P03: |\{)' ) AS neither,
		count(*) FILTER (WHERE answer ~ '^\{' AND _value_counts_send(CASE WHEN answer ~ '^\{' THEN answer END::value_counts) <> bytes) AS changed
	FROM (SELECT bytes, pg_temp.recv(bytes, :'file') AS answer FROM mutated OFFSET 0) m;

-- accessors
CREATE TEMP TABLE sample AS
	SELECT value_counts(nullif('v' || i % 5, 'v4')) AS exact,
		value_counts(nullif('v' || i % 50, 'v4'), 8) AS hashed
	FROM generate_series(1, 1000) i;
SELECT count(exact), null_count(exact), distinct_count(exact), is_exact(exact),
		count(hashed), null_count(hashed), is_exact(hashed),
		distinct_count(hashed) BETWEEN 25 AND 100 AS near_49 FROM sample;
SELECT c.* FROM sample, counts(exact) c;
SELECT sum(count), count(*) <= 8 AS within_limit, bool_or(is_bucket),
		array_agg(count) = array_agg(count ORDER BY count DESC, value COLLATE "C") AS ordered
	FROM sample, counts(hashed);
SELECT value_count(exact, 'v1'), value_count(exact, 'v4'), value_count(exact, ''), value_count(exact, NULL),
		value_count(hashed, 'v1') FROM sample;
SELECT count(*), sum(count) FROM counts('{"n":0,"nulls":3,"limit":9,"counts":{}}');
SELECT distinct_count('{"n":0,"nulls":3,"limit":9,"counts":{}}'::value_counts), count(NULL::value_counts);
SELECT count(*) FROM counts(NULL);
SELECT is_exact(v), abs(distinct_count(v) - 100000) < 15000 AS near
	FROM (SELECT value_counts(i::text) AS v FROM generate_series(1, 100000) i) t;

-- new and vanished values
SELECT n.* FROM new_values(
	'{"n":9,"nulls":0,"limit":9,"counts":{"a":1,"b":2,"c":6}}',
	'{"n":9,"nulls":5,"limit":9,"counts":{"b":8,"d":1}}') n;
SELECT v.* FROM vanished_values(current => '{"n":9,"nulls":0,"limit":9,"counts":{"a":1,"b":2,"c":6}}',
	reference => '{"n":9,"nulls":5,"limit":9,"counts":{"b":8,"d":1}}') v;
SELECT count(*) FROM new_values('{"n":0,"nulls":0,"limit":9,"counts":{}}', '{"n":0,"nulls":0,"limit":9,"counts":{}}');
-- what is reported of buckets is certain: never a value that the other side has
WITH trial AS (
	SELECT t, value_counts('v' || i, 1 + t % 13) FILTER (WHERE hashint8(i * 7919 + t) % 3 <> 0) AS cur,
		value_counts('v' || i, 1 + t % 11) FILTER (WHERE hashint8(i * 104729 + t) % 2 <> 0) AS ref,
		array_agg('v' || i) FILTER (WHERE hashint8(i * 104729 + t) % 2 <> 0) AS ref_values,
		array_agg('v' || i) FILTER (WHERE hashint8(i * 7919 + t) % 3 <> 0) AS cur_values
	FROM generate_series(1, 400) t, generate_series(1, 1 + t % 23) i GROUP BY t)
SELECT count(*) FILTER (WHERE n.value = ANY (ref_values) OR n.value <> ALL (cur_values)) AS wrong_new,
		count(*) > 0 AS some_new, count(*) FILTER (WHERE is_bucket) > 0 AS some_buckets
	FROM trial, new_values(cur, ref) n;
WITH trial AS (
	SELECT t, value_counts('v' || i, 1 + t % 13) FILTER (WHERE hashint8(i * 7919 + t) % 3 <> 0) AS v,
		count(*) FILTER (WHERE hashint8(i * 7919 + t) % 3 <> 0) AS n,
		array_agg('v' || i) FILTER (WHERE hashint8(i * 7919 + t) % 3 <> 0) AS present
	FROM generate_series(1, 400) t, generate_series(1, 1 + t % 23) i GROUP BY t)
SELECT count(*) FILTER (WHERE value_count(v, 'v' || i) <> ('v' || i = ANY (present))::int) AS wrong,
		count(*) FILTER (WHERE value_count(v, 'v' || i) IS NULL) > 0 AS some_unknown,
		count(*) FILTER (WHERE count(v) <> n OR distinct_count(v) > n) AS wrong_count
	FROM trial, generate_series(1, 30) i;

-- arguments
SELECT value_counts(x, 0) FROM (VALUES ('a'::text)) t(x);
SELECT value_counts(x, 100001) FROM (VALUES ('a'::text)) t(x);
SELECT value_counts(x, NULL) FROM (VALUES ('a'::text)) t(x);
SELECT value_counts(x, n) FROM (VALUES ('a'::text, 3), ('b', 4)) t(x, n);
SELECT value_counts(x, 100000) FROM (VALUES ('a'::text)) t(x);
SELECT value_counts(x) FROM (VALUES (true), (false), (NULL), (true)) t(x);
SELECT value_counts(x) FROM (VALUES (1), (2)) t(x);
SELECT _value_counts_trans(NULL, 'a'::text);
SELECT _value_counts_combine(NULL, NULL);
SELECT _value_counts_final(NULL);

-- one argument of any string type is counted, not converted
CREATE DOMAIN pg_temp.colour AS varchar(10) CHECK (value <> '');
SELECT value_counts(x::varchar), value_counts(x::char(4)), value_counts(x::name), value_counts(x::pg_temp.colour)
	FROM (VALUES ('red'), ('blue')) t(x);
SELECT ('{"n":0,"nulls":0,"limit":1,' || '"counts":{}}')::value_counts,
	'{"n":0,"nulls":0,"limit":1,"counts":{}}'::char(40)::value_counts,
	'{"n":0,"nulls":0,"limit":1,"counts":{}}'::name::value_counts;

-- operators
SELECT a = b AS eq, a <> b AS ne, a + b AS sum, b + a AS sum
	FROM (VALUES ('{"n":3,"nulls":1,"limit":9,"counts":{"a":2,"b":1}}'::value_counts,
		'{"n":4,"nulls":0,"limit":5,"counts":{"b":3,"c":1}}'::value_counts)) t(a, b);
SELECT a = a AS eq, a <> a AS ne FROM (VALUES ('{"n":1,"nulls":1,"limit":9,"counts":{"a":1}}'::value_counts)) t(a);
SELECT '{"n":9223372036854775807,"nulls":0,"limit":9,"counts":{"a":9223372036854775807}}'::value_counts
	+ '{"n":1,"nulls":0,"limit":9,"counts":{"b":1}}';
SELECT '{"n":0,"nulls":9223372036854775807,"limit":9,"counts":{}}'::value_counts
	+ '{"n":0,"nulls":1,"limit":9,"counts":{}}';
