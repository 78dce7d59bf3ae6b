/*
 * Which combinations of dimensions are kept, and what is left out
 * (docs/dimensions.md).
 */

/*
 * What a sample says of each pair of dimensions, in nats and after Miller and
 * Madow: how much more of the target the two tell together than the better of
 * them alone, and how far they are from independent of each other.  target is
 * an expression on s; NULL: only the latter.
 */
CREATE FUNCTION datamon._pair_evidence(relation regclass, names name[], target text)
RETURNS TABLE (a int, b int, combinations bigint, beyond float8, association float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
		WITH picked AS MATERIALIZED (
			SELECT ARRAY[%s] AS d, (%s)::text AS y FROM %s
		), pair AS MATERIALIZED (
			SELECT a, b, s.d[a] AS va, s.d[b] AS vb, s.y, count(*)::float8 AS c
			FROM picked s
			CROSS JOIN generate_series(1, %4$s) a JOIN generate_series(1, %4$s) b ON a < b
			GROUP BY 1, 2, 3, 4, 5
		), entropy AS (
			SELECT x.a, x.b, x.what, count(*) AS k,
				ln(sum(x.c)) - sum(x.c * ln(x.c)) / sum(x.c) + (count(*) - 1) / (2 * sum(x.c)) AS h
			FROM (SELECT p.a, p.b, 'aby' AS what, p.c FROM pair p
				UNION ALL SELECT p.a, p.b, 'ab', sum(p.c) FROM pair p GROUP BY p.a, p.b, p.va, p.vb
				UNION ALL SELECT p.a, p.b, 'ay', sum(p.c) FROM pair p GROUP BY p.a, p.b, p.va, p.y
				UNION ALL SELECT p.a, p.b, 'by', sum(p.c) FROM pair p GROUP BY p.a, p.b, p.vb, p.y
				UNION ALL SELECT p.a, p.b, 'a', sum(p.c) FROM pair p GROUP BY p.a, p.b, p.va
				UNION ALL SELECT p.a, p.b, 'b', sum(p.c) FROM pair p GROUP BY p.a, p.b, p.vb) x
			GROUP BY 1, 2, 3
		), side AS (
			SELECT e.a, e.b, max(e.k) FILTER (WHERE e.what = 'ab') AS k, max(e.h) FILTER (WHERE e.what = 'aby') AS aby,
				max(e.h) FILTER (WHERE e.what = 'ab') AS ab, max(e.h) FILTER (WHERE e.what = 'ay') AS ay,
				max(e.h) FILTER (WHERE e.what = 'by') AS by, max(e.h) FILTER (WHERE e.what = 'a') AS ha,
				max(e.h) FILTER (WHERE e.what = 'b') AS hb
			FROM entropy e GROUP BY e.a, e.b
		)
		SELECT s.a, s.b, s.k, s.ab - s.aby - greatest(s.ha - s.ay, s.hb - s.by), s.ha + s.hb - s.ab FROM side s$q$,
		(SELECT string_agg(format('left(s.%I::text, 100)', n), ', ' ORDER BY o) FROM unnest(names) WITH ORDINALITY x (n, o)),
		coalesce(target, 'NULL'), datamon._sampled(relation, 10000), cardinality(names));
END
$$;
COMMENT ON FUNCTION datamon._pair_evidence(regclass, name[], text) IS 'internal';

/* What segments are to be told apart by: the label, else the prediction, else the score, as few values. */
CREATE FUNCTION datamon._evidence_target(monitor_id int, OUT column_name name, OUT expression text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.column_name, CASE WHEN c.kind = 'number' THEN format('s.%I > avg(s.%1$I) OVER ()', c.column_name) ELSE format('s.%I', c.column_name) END
	FROM datamon._own_monitored_column c
	WHERE c.monitor_id = $1 AND NOT c.from_labels AND c.kind IS NOT NULL AND c.role IN ('label', 'prediction', 'score')
	ORDER BY array_position('{label,prediction,score}'::text[], c.role), c.column_no
	LIMIT 1
$$;
COMMENT ON FUNCTION datamon._evidence_target(int) IS 'internal';

/* Pairs beyond which none is kept: each is a cube of its own. */
CREATE FUNCTION datamon._most_pairs() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT 15';
COMMENT ON FUNCTION datamon._most_pairs() IS 'internal';

/* Numbers the dimensions, with what a sample says of them. */
CREATE FUNCTION datamon._number_dimensions(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _number_dimensions.monitor_id;
	INSERT INTO datamon._own_dimension (monitor_id, dimension_no, column_name, max_values, rank, estimated_values, rows_per_value, type)
	SELECT c.monitor_id, row_number() OVER (ORDER BY c.column_name), c.column_name, m.max_values,
		row_number() OVER (ORDER BY s.nonnull < 0.5 * s.n, s.estimated_values, c.column_name),
		nullif(s.estimated_values, 0), s.total_rows / nullif(s.estimated_values, 0),
		(SELECT r.type_oid::regtype FROM datamon._relation_columns(m.source) r WHERE r.column_name = c.column_name)
	FROM datamon._own_monitored_column c
	JOIN datamon._sample(m.source, m.time_column, ARRAY(SELECT x.column_name FROM datamon._own_monitored_column x
		WHERE x.monitor_id = _number_dimensions.monitor_id AND x.role = 'dimension')) s USING (column_name)
	WHERE c.monitor_id = _number_dimensions.monitor_id AND c.role = 'dimension' AND NOT c.from_labels
	ORDER BY c.column_name
	LIMIT 12;
END
$$;
COMMENT ON FUNCTION datamon._number_dimensions(int) IS 'internal';

/* Rows of a bucket, about: what the table holds, over the time that it spans. */
CREATE FUNCTION datamon._rows_per_bucket(relation regclass, time_column name, bucket interval) RETURNS float8
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_rows float8;
BEGIN
	EXECUTE format($q$
		SELECT nullif(datamon._total_rows(%s, count(*), 10000), 0) / greatest(1, (date_part('epoch', max(x.at) FILTER (WHERE isfinite(x.at)))
			- date_part('epoch', min(x.at) FILTER (WHERE isfinite(x.at)))) / %s)
		FROM (SELECT %s AS at FROM %s) x$q$, relation::oid, date_part('epoch', bucket), datamon._time_expression(relation, time_column, 's'),
		datamon._sampled(relation, 10000)) INTO v_rows;
	RETURN v_rows;
END
$$;
COMMENT ON FUNCTION datamon._rows_per_bucket(regclass, name, interval) IS 'internal';

/*
 * How many values of each dimension the rules look at one by one: 200, or 2000
 * of those dimensions (2000 values together) whose values have the 30 rows in a
 * bucket that the rules need, so that a cell is less than its rows.  Not of
 * buckets below an hour: each cell is kept, and judged, sixty times as often.
 */
CREATE FUNCTION datamon._choose_judged(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	IF EXISTS (SELECT FROM datamon._own_dimension d JOIN datamon._own_monitor m ON m.monitor_id = d.monitor_id
		WHERE d.monitor_id = $1 AND d.estimated_values BETWEEN 100 AND 2000 AND m.bucket >= '1 hour') THEN
		UPDATE datamon._own_dimension d SET judged_values = 2000
		FROM (SELECT d.dimension_no, d.estimated_values, sum(d.estimated_values) OVER (ORDER BY d.estimated_values, d.dimension_no) AS together
			FROM datamon._own_dimension d WHERE d.monitor_id = $1) x,
			(SELECT datamon._rows_per_bucket(m.source, m.time_column, m.bucket) AS rows FROM datamon._own_monitor m
				WHERE m.monitor_id = $1 AND m.bucket >= '1 hour') m
		WHERE d.monitor_id = $1 AND d.dimension_no = x.dimension_no AND x.together <= 2000 AND m.rows >= 30 * x.estimated_values
			AND x.estimated_values > 100;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._choose_judged(int) IS 'internal';

/*
 * Chooses the sets of dimensions whose combinations are kept: all of them
 * together while a bucket is not expected to hold more cells than max_cells;
 * else each alone, and pairs by evidence while there is room.
 */
CREATE FUNCTION datamon._choose_cuboids(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	p record;
	t record;
	v_all int[];
	v_names name[];
	v_values float8[];
	v_combinations float8;
	v_rows float8;
	v_left float8;
	v_no int := 0;
	v_why text;
	v_told text;
	v_covered int[] := '{}';
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _choose_cuboids.monitor_id;
	DELETE FROM datamon._own_pruned_pair x WHERE x.monitor_id = _choose_cuboids.monitor_id;
	PERFORM datamon._number_dimensions(monitor_id);
	PERFORM datamon._choose_judged(monitor_id);
	SELECT coalesce(array_agg(d.dimension_no ORDER BY d.dimension_no), '{}'), array_agg(d.column_name ORDER BY d.dimension_no),
		array_agg(least(coalesce(d.estimated_values, 1), d.max_values + 1) ORDER BY d.dimension_no)
	INTO v_all, v_names, v_values
	FROM datamon._own_dimension d WHERE d.monitor_id = _choose_cuboids.monitor_id;
	v_combinations := (SELECT exp(sum(ln(greatest(v, 1)))) FROM unnest(v_values) v);
	v_rows := coalesce(datamon._rows_per_bucket(m.source, m.time_column, m.bucket), 0);
	IF cardinality(v_all) <= 1 OR (cardinality(v_all) <= 3 OR cardinality(v_all) <= 6 AND v_combinations <= 1e6)
		AND least(v_combinations, v_rows) <= m.max_cells THEN
		INSERT INTO datamon._own_cuboid (monitor_id, cuboid_no, dimensions, part_dimension, part_bits, expected_cells, reason)
		SELECT _choose_cuboids.monitor_id, 1, v_all, v_all[w.place], coalesce(datamon._part_bits(w.most::bigint), 0), least(v_combinations, v_rows),
			'every combination of all dimensions'
		FROM (SELECT max(v) AS most, (array_agg(o ORDER BY v DESC, o))[1] AS place FROM unnest(v_values) WITH ORDINALITY x (v, o)) w;
		RETURN;
	END IF;
	v_why := CASE WHEN cardinality(v_all) > 3 AND NOT (cardinality(v_all) <= 6 AND v_combinations <= 1e6)
		THEN format('%s dimensions have some %s combinations', cardinality(v_all), round(v_combinations::numeric, -2))
		ELSE format('%s dimensions would have some %s cells a bucket, above max_cells %s', cardinality(v_all),
			round(least(v_combinations, v_rows)), m.max_cells) END;
	INSERT INTO datamon._own_pruned_pair (monitor_id, dimensions, expected_cells, reason)
	SELECT _choose_cuboids.monitor_id, v_all, least(v_combinations, v_rows), v_why WHERE cardinality(v_all) > 2;
	v_left := m.max_cells;
	SELECT * INTO t FROM datamon._evidence_target(monitor_id);
	FOR p IN SELECT e.*, row_number() OVER (ORDER BY round(coalesce(e.beyond, 0)::numeric, 3) DESC, round(e.association::numeric, 3) DESC, e.a, e.b) AS place,
			least(v_values[e.a] * v_values[e.b], greatest(v_rows, e.combinations)) AS cells
		FROM (SELECT a.no AS a, b.no AS b, coalesce(x.combinations, 0) AS combinations, x.beyond, coalesce(x.association, 0) AS association
			FROM unnest(v_all) a (no) JOIN unnest(v_all) b (no) ON a.no < b.no
			LEFT JOIN datamon._pair_evidence(m.source, v_names, t.expression) x ON x.a = a.no AND x.b = b.no) e
		ORDER BY place
	LOOP
		v_told := CASE WHEN t.expression IS NOT NULL AND p.beyond IS NOT NULL
			THEN format('together they tell %s nats more of %s than either alone', round(greatest(p.beyond, 0)::numeric, 3), t.column_name)
			ELSE format('they share %s nats', round(greatest(p.association, 0)::numeric, 3)) END;
		IF v_no < datamon._most_pairs() AND p.cells <= v_left THEN
			v_no := v_no + 1;
			v_left := v_left - p.cells;
			v_covered := v_covered || p.a || p.b;
			INSERT INTO datamon._own_cuboid (monitor_id, cuboid_no, dimensions, part_dimension, part_bits, expected_cells, reason)
			VALUES (_choose_cuboids.monitor_id, v_no, ARRAY[p.a, p.b], CASE WHEN v_values[p.a] >= v_values[p.b] THEN p.a ELSE p.b END,
				datamon._part_bits(greatest(v_values[p.a], v_values[p.b])::bigint), p.cells,
				format('pair %s of %s: %s; %s', p.place, cardinality(v_all) * (cardinality(v_all) - 1) / 2, v_why, v_told));
		ELSE
			INSERT INTO datamon._own_pruned_pair (monitor_id, dimensions, expected_cells, reason)
			VALUES (_choose_cuboids.monitor_id, ARRAY[p.a, p.b], p.cells, CASE WHEN v_no >= datamon._most_pairs()
				THEN format('pair %s by evidence, %s are kept; %s', p.place, datamon._most_pairs(), v_told)
				ELSE format('some %s cells a bucket, of max_cells %s are left %s; %s', round(p.cells), m.max_cells, round(v_left), v_told) END);
		END IF;
	END LOOP;
	INSERT INTO datamon._own_cuboid (monitor_id, cuboid_no, dimensions, part_dimension, part_bits, expected_cells, reason)
	SELECT _choose_cuboids.monitor_id, v_no + row_number() OVER (ORDER BY a.no), ARRAY[a.no], a.no, datamon._part_bits(v_values[a.no]::bigint),
		v_values[a.no], 'alone: no pair with it is kept; ' || v_why
	FROM unnest(v_all) a (no) WHERE a.no <> ALL (v_covered);
END
$$;
COMMENT ON FUNCTION datamon._choose_cuboids(int) IS 'internal';

/* The value under which a dimension counts what has no number of its own. */
CREATE FUNCTION datamon._other() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$SELECT '{"other": true}'::jsonb$$;
COMMENT ON FUNCTION datamon._other() IS 'internal';

/*
 * Values of a dimension: since when they are known, when they last came in the
 * trailing buckets, and whether they stopped: came in each of the buckets
 * before, and not in the newest complete one.
 */
CREATE FUNCTION datamon.dimension_values(source regclass, dimension name)
RETURNS TABLE (value jsonb, first_seen_at timestamptz, last_bucket timestamptz, n bigint, buckets bigint, vanished boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_monitor int := datamon._monitor_of(source);
	m record;
	k record;
	v_dimension int;
	v_until timestamptz;
BEGIN
	SELECT d.dimension_no INTO v_dimension FROM datamon._readable_dimension d
	WHERE d.monitor_id = v_monitor AND d.column_name = dimension_values.dimension;
	IF NOT FOUND THEN
		RAISE EXCEPTION '"%" is not a dimension', dimension USING ERRCODE = 'undefined_column',
			HINT = 'datamon.dimensions lists them.';
	END IF;
	SELECT x.bucket, x.bucket_origin, x.trailing_buckets, s.watermark INTO m
	FROM datamon._readable_monitor x JOIN datamon._readable_state s USING (monitor_id) WHERE x.monitor_id = v_monitor;
	v_until := datamon._bucket(m.watermark, m.bucket, m.bucket_origin);
	SELECT c.cuboid_no, array_position(c.dimensions, v_dimension) AS place, c.part_dimension = v_dimension AS from_parts INTO k
	FROM datamon._readable_cuboid c WHERE c.monitor_id = v_monitor AND v_dimension = ANY (c.dimensions)
	ORDER BY c.part_dimension = v_dimension, cardinality(c.dimensions), c.cuboid_no LIMIT 1;
	RETURN QUERY
		WITH seen AS MATERIALIZED (
			SELECT c.key[k.place] AS id, t.bucket, sum(c.n)::bigint AS n
			FROM datamon._readable_tile t CROSS JOIN LATERAL datamon.cells(t.cells) c
			WHERE t.monitor_id = v_monitor AND t.cuboid_no = k.cuboid_no AND t.tier = 0 AND (t.part = -1) <> k.from_parts
				AND t.bucket >= v_until - m.trailing_buckets * m.bucket AND t.bucket < v_until
			GROUP BY 1, 2
		), come AS (
			SELECT s.id, max(s.bucket) AS last_bucket, sum(s.n)::bigint AS n, count(*) AS buckets FROM seen s GROUP BY s.id
		)
		SELECT v.value, v.first_seen_at, c.last_bucket, coalesce(c.n, 0), coalesce(c.buckets, 0),
			coalesce(c.last_bucket < v_until - m.bucket AND c.buckets >= 3
				AND c.buckets = (date_part('epoch', c.last_bucket - (SELECT min(s.bucket) FROM seen s)) / date_part('epoch', m.bucket))::bigint + 1, false)
		FROM datamon._readable_dimension_value v LEFT JOIN come c ON c.id = v.value_id
		WHERE v.monitor_id = v_monitor AND v.dimension_no = v_dimension
		ORDER BY v.value_id;
END
$$;
COMMENT ON FUNCTION datamon.dimension_values(regclass, name)
	IS 'values of a dimension: first seen, last bucket with rows of the trailing ones, and whether it vanished';
