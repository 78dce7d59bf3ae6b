/*
 * Why an alert is (docs/explanations.md): the smallest set of segments that
 * explains it, since when, what changed at that time, and a report that a
 * person reads.  Everything is put as a question about counts: events among
 * trials (values beyond a cut, rows with risen values, missing values, errors),
 * or rows against what was expected.  plpgsql, for what is used is defined later.
 */

/* The alert, what is counted to explain it, over which time and against which. */
CREATE TYPE datamon._question AS (
	alert_id bigint,
	monitor_id int,
	segment_id bigint,
	key jsonb,
	rule text,
	column_no int,
	column_name name,
	bucket interval,
	first_bucket timestamptz,
	last_bucket timestamptz,
	checked_bucket timestamptz,
	during tstzrange,
	reference tstzrange,
	cut float8,
	above boolean,
	listed text[],
	what text
);
COMMENT ON TYPE datamon._question IS 'internal';

/* By how much two rates are likelier than one, of so many trials each, in nats. */
CREATE FUNCTION datamon._split_gain(p1 float8, n1 float8, p0 float8, n0 float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT sum(CASE WHEN x.k > 0 THEN x.k * ln(x.k / x.n * (n1 + n0) / x.whole) ELSE 0 END)
	FROM (VALUES (p1 * n1, n1, p1 * n1 + p0 * n0), ((1 - p1) * n1, n1, (1 - p1) * n1 + (1 - p0) * n0), (p0 * n0, n0, p1 * n1 + p0 * n0),
		((1 - p0) * n0, n0, (1 - p1) * n1 + (1 - p0) * n0)) x (k, n, whole)
$$;
COMMENT ON FUNCTION datamon._split_gain(float8, float8, float8, float8) IS 'internal';

CREATE FUNCTION datamon._alert_question(alert_id bigint) RETURNS datamon._question
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	a record;
	b record;
	c record;
	v_values text[];
	q datamon._question;
BEGIN
	SELECT x.monitor_id, x.segment_id, g.key, e.rule, e.column_no, w.column_name, m.bucket, x.first_bucket, x.last_bucket,
		x.checked_bucket, m.baseline, m.trailing_buckets
	INTO a
	FROM datamon._readable_alert x
	JOIN datamon._readable_monitor m ON m.monitor_id = x.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = x.monitor_id AND g.segment_id = x.segment_id
	CROSS JOIN LATERAL datamon._explained_as(x.alert_id) e
	LEFT JOIN datamon._readable_monitored_column w ON w.monitor_id = x.monitor_id AND w.column_no = e.column_no
	WHERE x.alert_id = $1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	q.alert_id := $1;
	q.monitor_id := a.monitor_id;
	q.segment_id := a.segment_id;
	q.key := a.key;
	q.rule := a.rule;
	q.column_no := a.column_no;
	q.column_name := a.column_name;
	q.bucket := a.bucket;
	q.first_bucket := a.first_bucket;
	q.last_bucket := a.last_bucket;
	q.checked_bucket := a.checked_bucket;
	q.during := tstzrange(a.first_bucket, a.last_bucket, '[]');
	q.reference := a.baseline;
	q.what := CASE WHEN a.rule = 'missing' THEN format('%s is missing', a.column_name) WHEN a.rule = 'volume' THEN 'rows'
		WHEN a.rule = 'precision' THEN 'predicted positives are wrong' WHEN a.rule = 'recall' THEN 'positives are missed'
		WHEN a.rule IN ('f1', 'accuracy') THEN 'predictions are wrong' END;
	SELECT s.profile, s.performance INTO c FROM datamon._segment_between(q.monitor_id, q.segment_id, q.key, q.first_bucket, q.last_bucket) s;
	SELECT x.profile INTO b FROM datamon._readable_baseline x WHERE x.monitor_id = a.monitor_id AND x.segment_id = a.segment_id;
	-- A baseline whose rows are kept no more, or a segment that it lacks: the buckets just before.
	IF b.profile IS NULL OR q.reference IS NULL OR q.reference && q.during THEN
		q.reference := tstzrange(a.first_bucket - a.trailing_buckets * a.bucket, a.first_bucket);
		SELECT s.profile INTO b
		FROM datamon._segment_between(q.monitor_id, q.segment_id, q.key, lower(q.reference), a.first_bucket - a.bucket) s;
	END IF;
	IF q.rule = 'drift' THEN
		-- Where the two sides are told apart best, in likelihood: a few values far out are a change, too.
		SELECT g.at, f.f1 < f.f0 INTO q.cut, q.above
		FROM datamon._grid(datamon.histogram(b.profile, a.column_no), datamon.histogram(c.profile, a.column_no)) g
		CROSS JOIN LATERAL (SELECT datamon.cdf(datamon.histogram(c.profile, a.column_no), g.at) AS f1,
			datamon.cdf(datamon.histogram(b.profile, a.column_no), g.at) AS f0) f
		WHERE f.f1 <> f.f0
		ORDER BY datamon._split_gain(f.f1, datamon.count(datamon.histogram(c.profile, a.column_no)), f.f0,
			datamon.count(datamon.histogram(b.profile, a.column_no))) DESC, g.at LIMIT 1;
		q.what := format('%s %s %s', a.column_name, CASE WHEN q.above THEN 'above' ELSE 'at most' END, datamon._short(q.cut));
	ELSIF q.rule IN ('category_drift', 'new_values') THEN
		-- The values that became more frequent: by how much, is the total variation.
		SELECT array_agg(v.value ORDER BY v.rise DESC, v.value) INTO v_values
		FROM (
			SELECT coalesce(x.value, y.value) AS value, coalesce(x.count::float8, 0) / nullif(datamon.count(datamon.value_counts(c.profile, a.column_no)), 0)
				- coalesce(y.count::float8, 0) / nullif(datamon.count(datamon.value_counts(b.profile, a.column_no)), 0) AS rise, y.value IS NULL AS fresh
			FROM (SELECT * FROM datamon.counts(datamon.value_counts(c.profile, a.column_no)) x WHERE NOT x.is_bucket) x
			FULL JOIN (SELECT * FROM datamon.counts(datamon.value_counts(b.profile, a.column_no)) y WHERE NOT y.is_bucket) y
				ON y.value = x.value) v
		WHERE v.rise > 0 AND (v.fresh OR a.rule = 'category_drift');
		q.listed := v_values[1:50];
		q.what := format('%s is %s%s', a.column_name, (SELECT string_agg(left(l, 40), ', ') FROM unnest(q.listed[1:3]) l),
			CASE WHEN cardinality(v_values) > 3 THEN format(' or one of %s others', least(cardinality(v_values), 50) - 3) ELSE '' END);
	END IF;
	RETURN q;
END
$$;
COMMENT ON FUNCTION datamon._alert_question(bigint) IS 'internal';

/* Events and trials of one cell. */
CREATE FUNCTION datamon._count_events(rule text, column_no int, cut float8, above boolean, listed text[], n bigint, profile datamon.profile,
	performance datamon.f_beta_state, OUT events float8, OUT trials float8)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	h datamon.histogram;
	v datamon.value_counts;
BEGIN
	IF rule = 'drift' THEN
		h := datamon.histogram(profile, column_no);
		trials := datamon.count(h);
		events := trials * datamon.cdf(h, cut);
		events := CASE WHEN above THEN trials - events ELSE events END;
	ELSIF rule IN ('category_drift', 'new_values') THEN
		v := datamon.value_counts(profile, column_no);
		trials := datamon.count(v);
		SELECT coalesce(sum(datamon.value_count(v, l)), 0) INTO events FROM unnest(listed) l;
	ELSIF rule = 'missing' THEN
		trials := n;
		events := coalesce(datamon.null_count(datamon.histogram(profile, column_no)), datamon.null_count(datamon.value_counts(profile, column_no)));
	ELSIF rule = 'volume' THEN
		events := n;
		trials := n;
	ELSIF performance IS NOT NULL THEN
		events := CASE WHEN rule IN ('f1', 'accuracy', 'precision') THEN datamon.false_positives(performance) ELSE 0 END
			+ CASE WHEN rule IN ('f1', 'accuracy', 'recall') THEN datamon.false_negatives(performance) ELSE 0 END;
		trials := events + CASE rule WHEN 'f1' THEN 2 * datamon.true_positives(performance)
			WHEN 'accuracy' THEN datamon.true_positives(performance) + datamon.true_negatives(performance)
			WHEN 'precision' THEN datamon.true_positives(performance) WHEN 'recall' THEN datamon.true_positives(performance) END;
	END IF;
	events := least(greatest(coalesce(events, 0), 0), trials);
	trials := coalesce(trials, 0);
	events := coalesce(events, 0);
END
$$;
COMMENT ON FUNCTION datamon._count_events(text, int, float8, boolean, text[], bigint, datamon.profile, datamon.f_beta_state) IS 'internal';

/*
 * Leaves of one cuboid within a segment: the values of its dimensions, by
 * their numbers, over the buckets that begin in a window.
 */
CREATE FUNCTION datamon._window_leaves(monitor_id int, cuboid_no int, key jsonb, during tstzrange)
RETURNS TABLE (leaf bigint[], n bigint, profile datamon.profile, performance datamon.f_beta_state)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	k record;
	v_wanted bigint[];
BEGIN
	SELECT c.* INTO k FROM datamon._readable_cuboid c WHERE c.monitor_id = $1 AND c.cuboid_no = $2;
	-- NULL where the segment leaves a dimension open, -1 where its value was never seen.
	v_wanted := ARRAY(SELECT CASE WHEN NOT $3 ? d.column_name::text THEN NULL WHEN $3 -> d.column_name::text = 'null' THEN 0
			ELSE coalesce((SELECT v.value_id FROM datamon._readable_dimension_value v WHERE v.monitor_id = $1 AND v.dimension_no = d.dimension_no
				AND md5(v.value::text) = md5(($3 -> d.column_name::text)::text) AND v.value = $3 -> d.column_name::text), -1) END
		FROM unnest(k.dimensions) WITH ORDINALITY u (no, place)
		JOIN datamon._readable_dimension d ON d.monitor_id = $1 AND d.dimension_no = u.no ORDER BY u.place);
	RETURN QUERY
		SELECT c.key, c.n, c.profile, c.performance
		FROM (
			SELECT datamon.merge(t.cells) AS cells
			FROM datamon._window_tiers($1, during) w
			CROSS JOIN LATERAL (
				SELECT t.part, t.cells FROM datamon._readable_tile t
				WHERE t.monitor_id = $1 AND t.cuboid_no = $2 AND t.tier = w.tier AND t.bucket >= w.from_start AND t.bucket < w.to_start
					AND t.part >= 0
					AND (v_wanted[array_position(k.dimensions, k.part_dimension)] IS NULL
						OR t.part = v_wanted[array_position(k.dimensions, k.part_dimension)] >> k.part_bits)
				OFFSET 0) t
			GROUP BY t.part) g
		CROSS JOIN LATERAL datamon.cells(g.cells) c
		WHERE NOT EXISTS (SELECT FROM unnest(c.key, v_wanted) u (id, wanted) WHERE u.wanted IS NOT NULL AND u.id <> u.wanted);
END
$$;
COMMENT ON FUNCTION datamon._window_leaves(int, int, jsonb, tstzrange) IS 'internal';

/* Windows as long as the alert's, before it: the same hours of earlier weeks, or of earlier days, or just before. */
CREATE FUNCTION datamon._earlier_windows(monitor_id int, first_bucket timestamptz, last_bucket timestamptz, bucket interval)
RETURNS TABLE (place int, during tstzrange, told text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	s record;
	v_length interval := last_bucket - first_bucket + bucket;
	v_step interval;
	v_from timestamptz;
BEGIN
	SELECT x.first_bucket INTO s FROM datamon._readable_state x WHERE x.monitor_id = $1;
	FOREACH v_step IN ARRAY ARRAY[interval '7 days', interval '1 day', v_length] LOOP
		-- In seconds: an interval of days and one of hours are not added up.
		v_step := make_interval(secs => ceil(extract(epoch FROM v_length)::float8 / extract(epoch FROM v_step)::float8) * extract(epoch FROM v_step)::float8);
		v_from := first_bucket - 3 * v_step;
		CONTINUE WHEN v_from < s.first_bucket AND v_step > v_length;
		CONTINUE WHEN mod(extract(epoch FROM v_step)::numeric, extract(epoch FROM bucket)::numeric) <> 0;
		RETURN QUERY SELECT j, tstzrange(first_bucket - j * v_step, last_bucket - j * v_step, '[]'),
			CASE extract(epoch FROM v_step) WHEN 604800 THEN 'the same time of the weeks before' WHEN 86400 THEN 'the same time of the days before'
				ELSE 'as long just before' END
		FROM generate_series(1, 4) j WHERE first_bucket - j * v_step >= s.first_bucket ORDER BY j;
		RETURN;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._earlier_windows(int, timestamptz, timestamptz, interval) IS 'internal';

/* Names of segments: "region = south, plan = gold". */
CREATE FUNCTION datamon._segment_name(segment jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(string_agg(format('%s = %s', left(k.key, 60), left(coalesce(k.value, 'NULL'), 60)), ', '), '(everywhere)') FROM jsonb_each_text(segment) k
$$;
COMMENT ON FUNCTION datamon._segment_name(jsonb) IS 'internal';

/*
 * Leaves of one cuboid, both sides: what root_cause() is asked about.  Events
 * and trials of rates; of volume rows, and in history those of earlier windows.
 */
CREATE FUNCTION datamon._leaf_counts(q datamon._question, cuboid_no int, OUT segments jsonb[], OUT k1 float8[], OUT t1 float8[], OUT k0 float8[],
	OUT t0 float8[], OUT history jsonb[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_dimensions int[] := (SELECT c.dimensions FROM datamon._readable_cuboid c WHERE c.monitor_id = q.monitor_id AND c.cuboid_no = $2);
BEGIN
	WITH side AS (
		SELECT 0 AS place, l.leaf, e.events, e.trials
		FROM datamon._window_leaves(q.monitor_id, $2, q.key, q.during) l
		CROSS JOIN LATERAL datamon._count_events(q.rule, q.column_no, q.cut, q.above, q.listed, l.n, l.profile, l.performance) e
		UNION ALL
		SELECT w.place, l.leaf, e.events, e.trials
		FROM (SELECT 1 AS place, q.reference AS during WHERE q.rule <> 'volume'
			UNION ALL SELECT x.place, x.during FROM datamon._earlier_windows(q.monitor_id, q.first_bucket, q.last_bucket, q.bucket) x
			WHERE q.rule = 'volume') w
		CROSS JOIN LATERAL datamon._window_leaves(q.monitor_id, $2, q.key, w.during) l
		CROSS JOIN LATERAL datamon._count_events(q.rule, q.column_no, q.cut, q.above, q.listed, l.n, l.profile, l.performance) e
	), windows AS (
		SELECT count(*)::int AS n FROM datamon._earlier_windows(q.monitor_id, q.first_bucket, q.last_bucket, q.bucket) x WHERE q.rule = 'volume'
	), leaf AS MATERIALIZED (
		SELECT s.leaf, coalesce(sum(s.events) FILTER (WHERE s.place = 0), 0) AS k1, coalesce(sum(s.trials) FILTER (WHERE s.place = 0), 0) AS t1,
			coalesce(sum(s.events) FILTER (WHERE s.place > 0), 0) AS k0, coalesce(sum(s.trials) FILTER (WHERE s.place > 0), 0) AS t0,
			jsonb_object_agg(s.place, s.events) FILTER (WHERE s.place > 0) AS h
		FROM side s GROUP BY s.leaf HAVING sum(s.trials) > 0
	), named AS (
		-- What a column's own values would explain of it is nothing.
		SELECT l.leaf, jsonb_object_agg(d.column_name, CASE WHEN jsonb_typeof(v.value) = 'object' THEN to_jsonb('(others)'::text) ELSE coalesce(v.value, 'null') END)
			FILTER (WHERE NOT q.key ? d.column_name::text AND d.column_name IS DISTINCT FROM q.column_name) AS segment
		FROM leaf l
		CROSS JOIN LATERAL unnest(l.leaf, v_dimensions) u (id, no)
		JOIN datamon._readable_dimension d ON d.monitor_id = q.monitor_id AND d.dimension_no = u.no
		LEFT JOIN datamon._readable_dimension_value v ON v.monitor_id = q.monitor_id AND v.dimension_no = u.no AND v.value_id = u.id
		GROUP BY l.leaf
	), summed AS (
		SELECT n.segment, min(l.leaf) AS leaf, sum(l.k1) AS k1, sum(l.t1) AS t1, sum(l.k0) / min(w.sides) AS k0, sum(l.t0) / min(w.sides) AS t0,
			-- Of volume, where each leaf is a segment.
			(SELECT jsonb_agg(coalesce((min(l.h::text)::jsonb ->> j::text)::float8, 0) ORDER BY j) FROM generate_series(1, min(w.n)) j) AS history
		FROM leaf l JOIN named n ON n.leaf = l.leaf CROSS JOIN (SELECT x.n, CASE WHEN q.rule = 'volume' THEN greatest(x.n, 1) ELSE 1 END AS sides FROM windows x) w
		WHERE n.segment IS NOT NULL
		GROUP BY n.segment
	)
	SELECT array_agg(s.segment ORDER BY s.leaf), array_agg(s.k1 ORDER BY s.leaf), array_agg(s.t1 ORDER BY s.leaf), array_agg(s.k0 ORDER BY s.leaf),
		array_agg(s.t0 ORDER BY s.leaf), array_agg(s.history ORDER BY s.leaf)
	INTO segments, k1, t1, k0, t0, history
	FROM summed s;
END
$$;
COMMENT ON FUNCTION datamon._leaf_counts(datamon._question, int) IS 'internal';

/*
 * What each dimension contributes to a change of the mix (of rates) or of the
 * composition (of rows): Shapley's value, exact, over all subsets of dimensions.
 *
 * Rates: a subset is worth what the weights of its cells changed, at the mean
 * of their rates before and now; what is left is change of rates within leaves.
 * Rows: it is worth the information that its cells have on whether a row is of
 * now or before, in nats, less what chance gives (Miller and Madow: half of cells - 1).
 */
CREATE FUNCTION datamon._dimension_shares(is_rate boolean, segments jsonb[], k1 float8[], t1 float8[], k0 float8[], t0 float8[])
RETURNS TABLE (name text, contribution float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_names text[] := ARRAY(SELECT DISTINCT k FROM unnest(segments) s, jsonb_object_keys(s) k ORDER BY k);
	v_columns text := (SELECT string_agg(format('s ->> %L AS d%s', n, i), ', ') FROM unnest(v_names) WITH ORDINALITY x (n, i));
	v_sets text := (SELECT string_agg('d' || i, ', ' ORDER BY i DESC) FROM generate_subscripts(v_names, 1) i);
	v_worth float8[];
	v_change float8;
BEGIN
	-- So much is done in a second or two.
	IF v_names = '{}' OR cardinality(v_names) > 12 OR cardinality(segments) * 2 ^ cardinality(v_names) > 1e6 THEN
		RETURN;
	END IF;
	EXECUTE format($q$
		WITH leaf AS (SELECT %s, k1, t1, k0, t0 FROM unnest($1, $2, $3, $4, $5) u (s, k1, t1, k0, t0)),
		cell AS (
			SELECT GROUPING(%s) AS missing, sum(k1) AS k1, sum(t1) AS t1, sum(k0) AS k0, sum(t0) AS t0 FROM leaf GROUP BY CUBE (%2$s)
		), total AS (SELECT sum(t1) AS t1, sum(t0) AS t0 FROM leaf),
		worth AS (
			SELECT missing, CASE WHEN $6 THEN sum((c.t1 / t.t1 - c.t0 / t.t0) * (coalesce(c.k1 / nullif(c.t1, 0), c.k0 / nullif(c.t0, 0))
					+ coalesce(c.k0 / nullif(c.t0, 0), c.k1 / nullif(c.t1, 0))) / 2)
				ELSE sum(CASE WHEN c.t1 > 0 THEN c.t1 * ln(c.t1 / (c.t1 + c.t0) * (t.t1 + t.t0) / t.t1) ELSE 0 END
					+ CASE WHEN c.t0 > 0 THEN c.t0 * ln(c.t0 / (c.t1 + c.t0) * (t.t1 + t.t0) / t.t0) ELSE 0 END) - (count(*) - 1) / 2.0 END AS v
			FROM cell c CROSS JOIN total t
			WHERE c.t1 + c.t0 > 0 AND t.t1 > 0 AND t.t0 > 0 GROUP BY missing)
		SELECT array_agg(v ORDER BY missing DESC) FROM worth $q$, v_columns, v_sets)
	INTO v_worth USING segments, k1, t1, k0, t0, is_rate;
	IF v_worth IS NULL OR NOT is_rate AND v_worth[cardinality(v_worth)] <= 0 THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT v_names[s.i]::text, s.v FROM unnest(datamon.shapley_values(v_worth)) WITH ORDINALITY s (v, i);
	IF is_rate THEN
		SELECT sum(u.k1) / sum(u.t1) - sum(u.k0) / sum(u.t0) INTO v_change FROM unnest(k1, t1, k0, t0) u (k1, t1, k0, t0);
		RETURN QUERY SELECT '(rates within them)'::text, v_change - (v_worth[cardinality(v_worth)] - v_worth[1]);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._dimension_shares(boolean, jsonb[], float8[], float8[], float8[], float8[]) IS 'internal';

/* Of one cause, the values of each dimension that it leaves open, the five that contribute most. */
CREATE FUNCTION datamon._cause_children(cause jsonb, segments jsonb[], contributions float8[])
RETURNS TABLE (dimension text, name text, contribution float8)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT v.dimension, CASE WHEN v.place <= 5 THEN format('%s = %s', v.dimension, left(coalesce(v.value, 'NULL'), 60)) ELSE '(all others)' END,
		sum(v.contribution)
	FROM (
		SELECT k.key AS dimension, k.value, sum(u.c) AS contribution,
			row_number() OVER (PARTITION BY k.key ORDER BY abs(sum(u.c)) DESC, k.value) AS place
		FROM unnest(segments, contributions) u (s, c) CROSS JOIN LATERAL jsonb_each_text(u.s) k
		WHERE u.s @> cause AND NOT cause ? k.key
		GROUP BY k.key, k.value) v
	GROUP BY v.dimension, CASE WHEN v.place <= 5 THEN format('%s = %s', v.dimension, left(coalesce(v.value, 'NULL'), 60)) ELSE '(all others)' END
$$;
COMMENT ON FUNCTION datamon._cause_children(jsonb, jsonb[], float8[]) IS 'internal';

/*
 * The smallest set of segments that explains the alert, over the stored
 * combination of dimensions that tells most; what each open dimension of the
 * first one adds; and what each dimension changed in the mix.
 */
CREATE FUNCTION datamon._alert_causes(q datamon._question)
RETURNS TABLE (kind text, breakdown text, name text, place int, contribution float8, detail text, segment jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	c record;
	l record;
	b record;
	r datamon.explained_change;
	best datamon.explained_change;
	v_is_rate boolean := q.rule <> 'volume';
	v_looked int := 0;
	v_left_out int := 0;
	v_cells float8 := 0;
	v_dimensions text;
	v_owner int[];
	v_share float8[];
	v_total float8;
	v_r float8;
	v_told text;
BEGIN
	IF q.what IS NULL OR q.rule = 'drift' AND q.cut IS NULL THEN
		RETURN;
	END IF;
	FOR c IN
		SELECT k.cuboid_no, k.dimensions, k.expected_cells
		FROM datamon._readable_cuboid k
		WHERE k.monitor_id = q.monitor_id AND cardinality(k.dimensions) > (SELECT count(*) FROM jsonb_object_keys(q.key))
			AND NOT EXISTS (SELECT FROM jsonb_object_keys(q.key) x WHERE NOT EXISTS (SELECT FROM datamon._readable_dimension d
				WHERE d.monitor_id = q.monitor_id AND d.column_name = x AND d.dimension_no = ANY (k.dimensions)))
			AND NOT EXISTS (SELECT FROM datamon._readable_cuboid o WHERE o.monitor_id = q.monitor_id AND o.cuboid_no <> k.cuboid_no
				AND o.dimensions @> k.dimensions AND cardinality(o.dimensions) > cardinality(k.dimensions))
		ORDER BY k.expected_cells NULLS FIRST, k.cuboid_no
	LOOP
		-- So many cells a bucket are looked at; the first combination whatever it has.
		v_cells := v_cells + coalesce(c.expected_cells, 0);
		IF v_looked > 0 AND v_cells > 300000 THEN
			v_left_out := v_left_out + 1;
			CONTINUE;
		END IF;
		v_looked := v_looked + 1;
		SELECT * INTO l FROM datamon._leaf_counts(q, c.cuboid_no);
		CONTINUE WHEN l.segments IS NULL;
		IF v_is_rate THEN
			r := (SELECT datamon.root_cause_rate(u.s, u.k1, u.t1, u.k0, u.t0) FROM unnest(l.segments, l.k1, l.t1, l.k0, l.t0) u (s, k1, t1, k0, t0));
		ELSE
			r := (SELECT datamon.root_cause(u.s, u.k1, ARRAY(SELECT e.x::float8 FROM jsonb_array_elements_text(u.h) e (x)))
				FROM unnest(l.segments, l.k1, l.history) u (s, k1, h) WHERE u.h <> '[]');
		END IF;
		CONTINUE WHEN r.change IS NULL OR r.change = 0;
		IF best IS NULL OR (SELECT coalesce(sum(x.gain), 0) FROM unnest(r.causes) x) > (SELECT coalesce(sum(x.gain), 0) FROM unnest(best.causes) x) THEN
			best := r;
			b := l;
			SELECT string_agg(d.column_name, ', ' ORDER BY d.dimension_no) INTO v_dimensions
			FROM datamon._readable_dimension d WHERE d.monitor_id = q.monitor_id AND d.dimension_no = ANY (c.dimensions) AND NOT q.key ? d.column_name::text
				AND d.column_name IS DISTINCT FROM q.column_name;
		END IF;
	END LOOP;
	IF best IS NULL THEN
		RETURN;
	END IF;
	v_told := format('%s segments of %s; counted: %s', cardinality(b.segments), v_dimensions, q.what)
		|| CASE WHEN v_left_out > 0 THEN format('; %s other combinations of dimensions were too large to look at', v_left_out) ELSE '' END;

	-- A leaf belongs to the first cause that has it; 1 more than there are: to none.
	SELECT array_agg(coalesce((SELECT min(x.i) FROM unnest(best.causes) WITH ORDINALITY x (segment, share, contribution, actual, expected, leaves, gain, i)
		WHERE u.s @> x.segment), cardinality(best.causes) + 1)::int ORDER BY u.i) INTO v_owner
	FROM unnest(b.segments) WITH ORDINALITY u (s, i);
	IF v_is_rate THEN
		SELECT sum(u.k1) / nullif(sum(u.t1), 0), sum(u.k0) / nullif(sum(u.t0), 0) INTO v_r, v_total FROM unnest(b.k1, b.t1, b.k0, b.t0) u (k1, t1, k0, t0);
		v_r := (v_r + v_total) / 2;
		SELECT array_agg(u.k1 / s.t1 - u.k0 / s.t0 - v_r * (u.t1 / s.t1 - u.t0 / s.t0) ORDER BY u.i) INTO v_share
		FROM unnest(b.k1, b.t1, b.k0, b.t0) WITH ORDINALITY u (k1, t1, k0, t0, i)
		CROSS JOIN (SELECT nullif(sum(x.t1), 0) AS t1, nullif(sum(x.t0), 0) AS t0 FROM unnest(b.t1, b.t0) x (t1, t0)) s;
	ELSE
		SELECT array_agg(u.k1 - u.k0 ORDER BY u.i) INTO v_share FROM unnest(b.k1, b.k0) WITH ORDINALITY u (k1, k0, i);
	END IF;
	v_total := (SELECT sum(x) FROM unnest(v_share) x);
	-- Each segment, and the rest, has about as much of the change as of the rows: it is everywhere, and no segment's.
	IF (SELECT sum(abs(x.c / nullif(v_total, 0) - x.t1 / nullif(x.rows, 0))) / 2 <= 0.15
		FROM (SELECT u.o, sum(u.t1) AS t1, sum(u.c) AS c, sum(sum(u.t1)) OVER () AS rows FROM unnest(v_owner, b.t1, v_share) u (o, t1, c) GROUP BY u.o) x) THEN
		best.causes := ARRAY[ROW('{}', 1, v_total, best.actual, best.expected, cardinality(b.segments), 0)::datamon.cause];
		v_owner := array_fill(1, ARRAY[cardinality(b.segments)]);
		v_told := 'about as much in every one of ' || v_told;
	END IF;

	RETURN QUERY
	WITH owned AS (
		SELECT u.o, sum(u.k1) AS k1, sum(u.t1) AS t1, sum(u.k0) AS k0, sum(u.t0) AS t0, sum(u.c) AS c, count(*) AS leaves
		FROM unnest(v_owner, b.k1, b.t1, b.k0, b.t0, v_share) u (o, k1, t1, k0, t0, c) GROUP BY u.o
	), split AS (
		SELECT m.segment::int AS o, m.mix, m.rate
		FROM datamon.mix_rate_contributions((SELECT array_agg(w.o::text ORDER BY w.o) FROM owned w), (SELECT array_agg(w.k1 ORDER BY w.o) FROM owned w),
			(SELECT array_agg(w.t1 ORDER BY w.o) FROM owned w), (SELECT array_agg(w.k0 ORDER BY w.o) FROM owned w),
			(SELECT array_agg(w.t0 ORDER BY w.o) FROM owned w)) m
		WHERE v_is_rate
	)
	SELECT 'cause', 'segments', CASE WHEN o.o > cardinality(best.causes) THEN '(everything else)' ELSE datamon._segment_name(best.causes[o.o].segment) END,
		o.o, o.c,
		CASE WHEN v_is_rate THEN format('%s %% of %s, %s %% of %s before; rate %s, mix %s points', datamon._short(100 * o.k1 / nullif(o.t1, 0)), o.t1,
				datamon._short(100 * o.k0 / nullif(o.t0, 0)), o.t0, datamon._short(100 * s.rate), datamon._short(100 * s.mix))
			ELSE format('%s rows, %s expected', o.k1, datamon._short(o.k0)) END
		|| CASE WHEN o.o > cardinality(best.causes) OR best.causes[o.o].segment = '{}' THEN '; ' || v_told
			ELSE coalesce('; of its parents ' || (
				SELECT string_agg(format('%s has %s %%', datamon._segment_name(p.segment), datamon._short(100 * p.c / nullif(v_total, 0))), ', ' ORDER BY p.segment)
				FROM (SELECT best.causes[o.o].segment - k AS segment, (SELECT sum(u.c) FROM unnest(b.segments, v_share) u (s, c)
						WHERE u.s @> (best.causes[o.o].segment - k)) AS c
					FROM jsonb_object_keys(best.causes[o.o].segment) k) p
				WHERE p.segment <> '{}'), '') END,
		CASE WHEN o.o <= cardinality(best.causes) THEN best.causes[o.o].segment || q.key END
	FROM owned o LEFT JOIN split s ON s.o = o.o
	UNION ALL
	SELECT 'child', format('%s by %s', datamon._segment_name(best.causes[1].segment), x.dimension), x.name, NULL, x.contribution, NULL, NULL
	FROM datamon._cause_children(best.causes[1].segment, b.segments, v_share) x
	WHERE best.causes[1].segment <> '{}'
	UNION ALL
	SELECT 'dimension', CASE WHEN v_is_rate THEN 'mix' ELSE 'composition' END, x.name, NULL, x.contribution,
		CASE WHEN v_is_rate THEN 'what the change of its values'' weights did' ELSE 'nats of information on the change of composition' END, NULL
	FROM datamon._dimension_shares(v_is_rate, b.segments, b.k1, b.t1, b.k0, b.t0) x;
END
$$;
COMMENT ON FUNCTION datamon._alert_causes(datamon._question) IS 'internal';

/*
 * The alert's number bucket by bucket, at most 200 of them: from 100 before it
 * to where it was looked at last.  Where the phase of the day or week tells
 * half of what the buckets before the alert vary, it is taken out.
 */
CREATE FUNCTION datamon._alert_series(q datamon._question) RETURNS TABLE (bucket timestamptz, value float8, events float8, trials float8)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH span AS (
		SELECT greatest(q.first_bucket - 100 * q.bucket, s.first_bucket, s.cells_from) AS lo,
			least(greatest(q.checked_bucket, q.last_bucket), q.first_bucket + 99 * q.bucket) AS hi
		FROM datamon._readable_state s WHERE s.monitor_id = q.monitor_id
	), counted AS (
		SELECT g.at, e.events, e.trials,
			CASE WHEN q.rule = 'volume' THEN ln(coalesce(e.events, 0) + 1) ELSE e.events / nullif(e.trials, 0) END AS v
		FROM span CROSS JOIN LATERAL generate_series(0, (extract(epoch FROM span.hi - span.lo) / extract(epoch FROM q.bucket))::int) i
		CROSS JOIN LATERAL (SELECT span.lo + i * q.bucket AS at) g
		LEFT JOIN LATERAL (SELECT x.events, x.trials FROM datamon._readable_cell c
			CROSS JOIN LATERAL datamon._count_events(q.rule, q.column_no, q.cut, q.above, q.listed, c.n, c.profile, c.performance) x
			WHERE c.monitor_id = q.monitor_id AND c.segment_id = q.segment_id AND c.bucket = g.at) e ON true
	), phased AS (
		SELECT c.*, CASE WHEN q.bucket < '1 day' THEN extract(epoch FROM c.at)::numeric % 86400 WHEN q.bucket = '1 day' THEN extract(dow FROM c.at AT TIME ZONE 'UTC')::numeric END AS phase
		FROM counted c WHERE c.v IS NOT NULL
	), usual AS (
		SELECT p.phase, count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY p.v) AS v
		FROM phased p WHERE p.at < q.first_bucket AND p.phase IS NOT NULL GROUP BY p.phase
	), level AS (
		SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY p.v) AS v FROM phased p WHERE p.at < q.first_bucket
	), gain AS (
		-- Three of each phase at least: of fewer the median fits too well.
		SELECT min(u.n) >= 3 AND count(DISTINCT u.phase) > 1 AND 2 * sum(abs(p.v - u.v)) < sum(abs(p.v - l.v)) AS seasonal
		FROM phased p CROSS JOIN level l LEFT JOIN usual u ON u.phase = p.phase
		WHERE p.at < q.first_bucket
	)
	SELECT p.at, p.v - CASE WHEN g.seasonal THEN coalesce(u.v - l.v, 0) ELSE 0 END, p.events, p.trials
	FROM phased p CROSS JOIN gain g CROSS JOIN level l LEFT JOIN usual u ON u.phase = p.phase
	ORDER BY p.at
$$;
COMMENT ON FUNCTION datamon._alert_series(datamon._question) IS 'internal';

/*
 * Since when: the change of the series nearest to the alert.  Without one, from
 * and until are a bucket about the alert's first: kind is NULL then.
 */
CREATE FUNCTION datamon._alert_since(q datamon._question, OUT kind text, OUT at timestamptz, OUT from_bucket timestamptz, OUT until_bucket timestamptz,
	OUT confidence float8, OUT before float8, OUT after float8, OUT used bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	c record;
	v_buckets timestamptz[];
	v_values float8[];
BEGIN
	SELECT array_agg(s.bucket ORDER BY s.bucket), array_agg(s.value ORDER BY s.bucket) INTO v_buckets, v_values
	FROM datamon._alert_series(q) s WHERE q.what IS NOT NULL;
	SELECT x.* INTO c FROM datamon.change_point(v_values) x;
	kind := c.kind;
	confidence := c.confidence;
	used := coalesce(c.used, 0);
	at := q.first_bucket;
	from_bucket := q.first_bucket - q.bucket;
	until_bucket := q.first_bucket;
	IF kind IS NOT NULL THEN
		at := v_buckets[c.place];
		from_bucket := v_buckets[c.place_low];
		until_bucket := v_buckets[c.place_high];
		before := CASE WHEN q.rule = 'volume' THEN exp(c.before) - 1 ELSE c.before END;
		after := CASE WHEN q.rule = 'volume' THEN exp(c.after) - 1 ELSE c.after END;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._alert_since(datamon._question) IS 'internal';

CREATE FUNCTION datamon._time_text(t timestamptz, bucket interval) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT to_char(t AT TIME ZONE 'UTC', CASE WHEN bucket >= '1 day' THEN 'YYYY-MM-DD' WHEN bucket < '1 minute' THEN 'YYYY-MM-DD HH24:MI:SS' ELSE 'YYYY-MM-DD HH24:MI' END)
$$;
COMMENT ON FUNCTION datamon._time_text(timestamptz, interval) IS 'internal';

/*
 * What happened to a source: deployments that users tell, and changes of its
 * columns that ticks see.  Both are told where they coincide with an alert.
 */
CREATE TABLE datamon.source_event (
	event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	kind text NOT NULL DEFAULT 'told' CHECK (kind IN ('told', 'columns')),
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
	at timestamptz NOT NULL DEFAULT pg_catalog.now() CHECK (isfinite(at)),
	detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object'),
	added_by name NOT NULL DEFAULT current_user,
	added_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
CREATE INDEX source_event_monitor_id_idx ON datamon.source_event (monitor_id, kind, at);
COMMENT ON TABLE datamon.source_event IS 'what happened to a source: told by users, or seen by ticks';
SELECT pg_catalog.pg_extension_config_dump('datamon.source_event', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.source_event_event_id_seq', '');

CREATE VIEW datamon._member_source_event WITH (security_barrier) AS
	SELECT event_id, monitor_id, kind, name, at, detail, added_by, added_at
	FROM datamon.source_event
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._member_source_event IS 'internal';

CREATE VIEW datamon._readable_source_event WITH (security_barrier) AS
	SELECT event_id, monitor_id, kind, name, at, detail, added_by, added_at
	FROM datamon.source_event
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_source_event IS 'internal';

CREATE VIEW datamon.events AS
	SELECT e.event_id, m.source, e.kind, e.name, e.at, e.detail - 'columns' AS detail, e.added_by, e.added_at, e.monitor_id
	FROM datamon._readable_source_event e JOIN datamon._readable_monitor m ON m.monitor_id = e.monitor_id
	-- What ticks saw first is no change.
	WHERE e.kind = 'told' OR e.detail ?| '{added,dropped,retyped}'
	ORDER BY e.at, e.event_id;
COMMENT ON VIEW datamon.events IS 'deployments and other events that were told of sources, and changes of their columns';
GRANT SELECT, DELETE, INSERT (monitor_id, kind, name, at, detail) ON datamon._member_source_event TO PUBLIC;
GRANT SELECT ON datamon._readable_source_event, datamon.events TO PUBLIC;

CREATE FUNCTION datamon.add_event(source regclass, name text, at timestamptz DEFAULT now(), detail jsonb DEFAULT '{}') RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int;
	v_event bigint;
BEGIN
	SELECT m.monitor_id INTO v_monitor FROM datamon._member_monitor m
	WHERE m.source = add_event.source
	ORDER BY m.owner = to_regrole(quote_ident(current_user)) DESC, m.monitor_id LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'nothing watches % whose events you may tell', source USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched: members of the owner tell events.';
	END IF;
	IF coalesce(length(name), 0) NOT BETWEEN 1 AND 200 OR at IS NULL OR NOT isfinite(at) OR jsonb_typeof(coalesce(detail, '{}')) <> 'object'
		OR length(detail::text) > 10000 THEN
		RAISE EXCEPTION 'an event has a name, a time, and a JSON object' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'The name has 1 to 200 characters, the object at most 10000.';
	END IF;
	INSERT INTO datamon._member_source_event (monitor_id, name, at, detail) VALUES (v_monitor, add_event.name, add_event.at, coalesce(add_event.detail, '{}'))
	RETURNING event_id INTO v_event;
	RETURN v_event;
END
$$;
COMMENT ON FUNCTION datamon.add_event(regclass, text, timestamptz, jsonb)
	IS 'tells that something happened to a source, such as a deployment: explanations name it where it coincides';

CREATE FUNCTION datamon.drop_event(event_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM datamon._member_source_event e WHERE e.event_id = drop_event.event_id AND e.kind = 'told';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no event % that you may drop', event_id USING ERRCODE = 'undefined_object',
			HINT = 'datamon.events lists them; members of the monitor''s owner drop those that were told.';
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.drop_event(bigint) IS 'forgets an event that was told';

/* In a tick: what the source's columns are, and what has changed of them since the last. */
CREATE FUNCTION datamon._note_columns(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_now jsonb;
	v_before jsonb;
	v_added jsonb;
	v_dropped jsonb;
	v_retyped jsonb;
BEGIN
	SELECT jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) INTO v_now
	FROM datamon._own_monitor m JOIN pg_attribute a ON a.attrelid = m.source AND a.attnum > 0 AND NOT a.attisdropped
	WHERE m.monitor_id = $1;
	SELECT e.detail -> 'columns' INTO v_before FROM datamon._member_source_event e
	WHERE e.monitor_id = $1 AND e.kind = 'columns' ORDER BY e.at DESC, e.event_id DESC LIMIT 1;
	IF v_now IS NULL OR v_now IS NOT DISTINCT FROM v_before THEN
		RETURN;
	END IF;
	SELECT jsonb_object_agg(n.key, n.value) FILTER (WHERE NOT v_before ? n.key),
		jsonb_object_agg(n.key, (v_before ->> n.key) || ' to ' || n.value) FILTER (WHERE v_before ? n.key AND v_before ->> n.key <> n.value)
	INTO v_added, v_retyped FROM jsonb_each_text(v_now) n;
	SELECT jsonb_object_agg(b.key, b.value) INTO v_dropped FROM jsonb_each_text(v_before) b WHERE NOT v_now ? b.key;
	INSERT INTO datamon._member_source_event (monitor_id, kind, name, detail)
	VALUES ($1, 'columns', 'columns', jsonb_strip_nulls(jsonb_build_object('columns', v_now, 'added', v_added, 'dropped', v_dropped, 'retyped', v_retyped)));
END
$$;
COMMENT ON FUNCTION datamon._note_columns(int) IS 'internal';

/* What else happened at that time.  It coincides; whether it is the cause is for people to say. */
CREATE FUNCTION datamon._alert_upstream(q datamon._question, at timestamptz, from_bucket timestamptz, until_bucket timestamptz)
RETURNS TABLE (kind text, name text, happened timestamptz, detail text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT e.kind, left(CASE e.kind WHEN 'columns' THEN 'columns of the source changed' ELSE e.name END, 200), e.at, left(CASE e.kind
		WHEN 'columns' THEN concat_ws('; ', 'added: ' || (SELECT string_agg(k.key || ' ' || k.value, ', ') FROM jsonb_each_text(e.detail -> 'added') k),
			'dropped or renamed: ' || (SELECT string_agg(k.key, ', ') FROM jsonb_each_text(e.detail -> 'dropped') k),
			'type: ' || (SELECT string_agg(k.key || ' from ' || k.value, ', ') FROM jsonb_each_text(e.detail -> 'retyped') k))
		ELSE nullif(e.detail::text, '{}') END, 500)
	FROM datamon._readable_source_event e
	WHERE e.monitor_id = q.monitor_id AND e.at >= from_bucket - q.bucket AND e.at < until_bucket + q.bucket
		AND (e.kind = 'told' OR e.detail ?| '{added,dropped,retyped}')
	UNION ALL
	-- Of columns that name a version: values that are new, or took over.
	SELECT 'version', format('%s = %s', v.column_name, left(v.value, 60)), v.first_at,
		format('%s %% of rows, %s %% before', datamon._short(100 * v.after / nullif(v.all_after, 0)), datamon._short(100 * v.before / nullif(v.all_before, 0)))
	FROM (
		SELECT c.column_name, k.value, min(x.bucket) FILTER (WHERE x.bucket >= from_bucket - q.bucket) AS first_at,
			coalesce(sum(k.count) FILTER (WHERE x.bucket >= at), 0)::float8 AS after, coalesce(sum(k.count) FILTER (WHERE x.bucket < from_bucket - q.bucket), 0)::float8 AS before,
			(sum(sum(k.count) FILTER (WHERE x.bucket >= at)) OVER (PARTITION BY c.column_name))::float8 AS all_after,
			(sum(sum(k.count) FILTER (WHERE x.bucket < from_bucket - q.bucket)) OVER (PARTITION BY c.column_name))::float8 AS all_before
		FROM datamon._readable_segment g
		JOIN datamon._readable_cell x ON x.monitor_id = g.monitor_id AND x.segment_id = g.segment_id
			AND x.bucket BETWEEN from_bucket - 15 * q.bucket AND greatest(until_bucket, at) + 2 * q.bucket
		JOIN datamon._readable_monitored_column c ON c.monitor_id = g.monitor_id AND c.kind = 'category'
			AND (c.role = 'model_version' OR c.column_name ~* '(^|_)(version|release|build|revision|deployment|commit)$')
		CROSS JOIN LATERAL datamon.counts(datamon.value_counts(x.profile, c.column_no)) k
		WHERE g.monitor_id = q.monitor_id AND g.key = '{}' AND NOT k.is_bucket
		GROUP BY c.column_name, k.value) v
	WHERE v.all_before > 0 AND v.after / nullif(v.all_after, 0) - v.before / v.all_before > CASE WHEN v.before = 0 THEN 0.01 ELSE 0.2 END
	UNION ALL
	SELECT 'volume', 'rows a bucket', at, format('%s instead of %s', datamon._short(v.after), datamon._short(v.before))
	FROM (
		SELECT avg(x.n) FILTER (WHERE x.bucket >= at)::float8 AS after, avg(x.n) FILTER (WHERE x.bucket < from_bucket - q.bucket)::float8 AS before
		FROM datamon._readable_cell x
		WHERE x.monitor_id = q.monitor_id AND x.segment_id = q.segment_id AND x.bucket BETWEEN at - 15 * q.bucket AND at + 6 * q.bucket
			AND x.bucket <= greatest(q.checked_bucket, q.last_bucket)) v
	WHERE q.rule <> 'volume' AND abs(v.after / nullif(v.before, 0) - 1) > 0.25
$$;
COMMENT ON FUNCTION datamon._alert_upstream(datamon._question, timestamptz, timestamptz, timestamptz) IS 'internal';

CREATE FUNCTION datamon.explain(alert_id bigint)
RETURNS TABLE (rank bigint, kind text, breakdown text, name text, contribution float8, share float8, detail text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
	SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1
AS $$
#variable_conflict use_column
DECLARE
	q datamon._question := datamon._alert_question(alert_id);
	s record;
BEGIN
	-- A rule whose numbers are not those of cells, such as a query, has no explanation.
	IF q.what IS NULL THEN
		RETURN;
	END IF;
	SELECT * INTO s FROM datamon._alert_since(q);
	RETURN QUERY SELECT 1::bigint, 'since'::text, 'change point'::text, coalesce(s.kind, '(no change to be seen)'), NULL::float8, NULL::float8,
		CASE WHEN s.kind IS NULL THEN format('%s buckets looked at; the first bad one is of %s', s.used, datamon._time_text(q.first_bucket, q.bucket))
			ELSE format('from %s on (95 %%: %s to %s), confidence %s; %s: %s before, %s since; %s buckets looked at', datamon._time_text(s.at, q.bucket),
				datamon._time_text(s.from_bucket, q.bucket), datamon._time_text(s.until_bucket, q.bucket), round(s.confidence::numeric, 3),
				CASE WHEN q.rule = 'volume' THEN 'rows a bucket' ELSE q.what END, datamon._short(s.before * x.unit) || x.sign,
				datamon._short(s.after * x.unit) || x.sign, s.used) END
	FROM (SELECT CASE WHEN q.rule = 'volume' THEN 1 ELSE 100 END AS unit, CASE WHEN q.rule = 'volume' THEN '' ELSE ' %' END AS sign) x;
	RETURN QUERY SELECT row_number() OVER (PARTITION BY u.kind ORDER BY u.happened, u.name), 'event'::text, u.kind, u.name, NULL::float8, NULL::float8,
		format('at the same time, %s', datamon._time_text(u.happened, least(q.bucket, interval '1 hour'))) || coalesce(': ' || u.detail, '')
	FROM datamon._alert_upstream(q, s.at, s.from_bucket, s.until_bucket) u ORDER BY u.kind, 1;
	RETURN QUERY
	WITH part AS (SELECT c.* FROM datamon._alert_causes(q) c)
	SELECT row_number() OVER (PARTITION BY p.kind, p.breakdown ORDER BY p.place, p.contribution / p.total DESC NULLS LAST, p.name), p.kind, p.breakdown,
		p.name, p.contribution, p.contribution / p.total, p.detail
	FROM (
		SELECT x.*, CASE WHEN abs(sum(x.contribution) OVER w) > 1e-6 * sum(abs(x.contribution)) OVER w THEN sum(x.contribution) OVER w END AS total
		FROM part x WINDOW w AS (PARTITION BY x.kind, x.breakdown)) p
	ORDER BY array_position('{cause,child,dimension}', p.kind), p.breakdown, 1;
	RETURN QUERY
	WITH part AS (SELECT i.* FROM datamon._alert_inputs(q) i)
	SELECT row_number() OVER (PARTITION BY p.breakdown ORDER BY abs(p.contribution) DESC NULLS LAST, p.name), 'input'::text, p.breakdown, p.name, p.contribution,
		p.contribution / p.total, p.detail
	FROM (
		SELECT x.*, CASE WHEN abs(sum(x.contribution) OVER w) > 1e-6 * sum(abs(x.contribution)) OVER w THEN sum(x.contribution) OVER w END AS total
		FROM part x WINDOW w AS (PARTITION BY x.breakdown)) p
	ORDER BY p.breakdown, 1;
	RETURN QUERY SELECT p.* FROM datamon._explain_parts(alert_id) p;
END
$$;
COMMENT ON FUNCTION datamon.explain(bigint)
	IS 'why: since when, which segments, and what each segment, bin, value and other column contributes; shares add up to 1 within kind and breakdown';

CREATE FUNCTION datamon._p_text(p float8) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN p IS NULL THEN 'p unknown' WHEN p < 1e-300 THEN 'p below 1e-300' WHEN p < 0.001 THEN 'p = ' || ltrim(to_char(p, '9.9EEEE'))
		ELSE 'p = ' || round(p::numeric, 3) END
$$;
COMMENT ON FUNCTION datamon._p_text(float8) IS 'internal';

/* Rows that the number of an alert used in its worst bucket, and those left out, and why. */
CREATE FUNCTION datamon._alert_rows(monitor_id int, segment_id bigint, at_bucket timestamptz, column_no int, uses_labels boolean) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $5 THEN format('%s of %s rows of that bucket have a label%s', coalesce(datamon.count(c.performance), 0), c.n,
			CASE WHEN c.n > coalesce(datamon.count(c.performance), 0) THEN format(': %s left out so far', c.n - coalesce(datamon.count(c.performance), 0)) ELSE '' END)
		WHEN x.column_no IS NULL THEN format('%s rows in that bucket', c.n)
		ELSE format('%s of %s rows of that bucket used%s', x.count, c.n, coalesce('; left out: ' || nullif(concat_ws(', ',
			nullif(x.null_count, 0) || ' missing', nullif(x.nan_count, 0) || ' NaN', nullif(x.infinity_count, 0) || ' infinite'), ''), '')) END
	FROM datamon._readable_cell c
	LEFT JOIN LATERAL (SELECT y.* FROM datamon.columns(c.profile) y WHERE y.column_no = $4) x ON true
	WHERE c.monitor_id = $1 AND c.segment_id = $2 AND c.bucket = $3
$$;
COMMENT ON FUNCTION datamon._alert_rows(int, bigint, timestamptz, int, boolean) IS 'internal';

CREATE FUNCTION datamon.alert_report(alert_id bigint) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
	SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1
AS $$
#variable_conflict use_column
DECLARE
	a record;
	q datamon._question;
	s record;
	r record;
	v_lines text[];
	v_name text;
	v_unit float8;
	v_sign text;
	v_segment jsonb;
	v_place int := 0;
BEGIN
	SELECT x.*, m.source, m.owner, g.key, t.last_error, u.minimum INTO a
	FROM datamon._readable_alert x
	JOIN datamon._readable_monitor m ON m.monitor_id = x.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = x.monitor_id AND g.segment_id = x.segment_id
	JOIN datamon._readable_state t ON t.monitor_id = x.monitor_id
	LEFT JOIN datamon.rules u ON x.is_automatic AND u.rule = x.rule
	WHERE x.alert_id = $1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	v_name := coalesce(datamon._qualified(a.source), a.source::oid::text);
	v_lines := ARRAY[format('ALERT %s  %s, %s  %s%s', a.alert_id, a.severity, a.state, v_name,
		CASE WHEN a.part_of IS NOT NULL THEN format('  part of alert %s', a.part_of) ELSE '' END),
		format('what      %s', coalesce(nullif(a.title, ''), a.rule))];

	-- Numbers that a role made up must not keep a list of reports from its reader.
	BEGIN
		q := datamon._alert_question(alert_id);
		v_unit := CASE WHEN q.rule = 'volume' THEN 1 ELSE 100 END;
		v_sign := CASE WHEN q.rule = 'volume' THEN '' ELSE ' %' END;
		IF q.what IS NOT NULL THEN
			SELECT * INTO s FROM datamon._alert_since(q);
			v_lines := v_lines || format('since     %s; bad in %s bucket%s of %s, %s to %s', CASE WHEN s.kind IS NULL
					THEN format('%s, its first bad bucket (%s buckets looked at: no change point)', datamon._time_text(a.first_bucket, q.bucket), s.used)
					ELSE format('%s (95 %%: %s to %s), kind: %s, confidence %s: %s %s, before %s', datamon._time_text(s.at, q.bucket),
						datamon._time_text(s.from_bucket, q.bucket), datamon._time_text(s.until_bucket, q.bucket), s.kind, round(s.confidence::numeric, 3), q.what,
						datamon._short(s.after * v_unit) || v_sign, datamon._short(s.before * v_unit) || v_sign) END,
				a.buckets_bad, CASE a.buckets_bad WHEN 1 THEN '' ELSE 's' END, CASE WHEN q.bucket >= '1 day' THEN justify_hours(q.bucket) ELSE q.bucket END, datamon._time_text(a.first_bucket, q.bucket),
				datamon._time_text(a.last_bucket, q.bucket));
		ELSE
			v_lines := v_lines || format('since     %s', a.first_bucket);
		END IF;
		v_lines := v_lines || format('how bad   effect %s%s at worst, %s; %s instead of %s', datamon._short(a.worst_effect_size),
			CASE WHEN a.minimum IS NOT NULL THEN format(' (from %s on it counts)', a.minimum) ELSE '' END, datamon._p_text(a.worst_p_value), datamon._short(a.value),
			datamon._short(a.reference_value));
		v_lines := v_lines || format('rows      %s; compared with %s %s', coalesce(datamon._alert_rows(a.monitor_id, a.segment_id, a.worst_bucket, q.column_no,
				q.rule IN ('f1', 'precision', 'recall', 'accuracy')), format('%s used', a.n_current)), a.n_reference,
			CASE WHEN q.rule = 'volume' THEN 'earlier buckets' WHEN q.what IS NULL THEN 'before'
				ELSE format('of %s to %s', datamon._time_text(lower(q.reference), q.bucket), datamon._time_text(upper(q.reference), q.bucket)) END);

		FOR r IN
			SELECT c.*, sum(c.contribution) OVER (PARTITION BY c.kind) AS total, sum(abs(c.contribution)) OVER (PARTITION BY c.kind) AS size
			FROM datamon._alert_causes(q) c WHERE q.what IS NOT NULL AND c.kind IN ('cause', 'dimension') ORDER BY c.kind, c.place, c.contribution DESC
		LOOP
			CONTINUE WHEN abs(r.total) <= 1e-6 * r.size;
			IF r.kind = 'cause' AND (r.place <= 3 OR r.segment IS NULL) THEN
				v_lines := v_lines || format('%s %s explains %s %%: %s', CASE WHEN v_place = 0 THEN 'where    ' ELSE '         ' END, r.name,
					round((100 * r.contribution / r.total)::numeric), r.detail);
				v_segment := coalesce(v_segment, r.segment);
				v_place := v_place + 1;
			ELSIF r.kind = 'dimension' AND r.breakdown = 'mix' AND r.name NOT LIKE '(%' AND abs(r.contribution) > 0.2 * abs(r.total) THEN
				v_lines := v_lines || format('mix       the weights of %s''s values changed: %s points of %s', r.name, datamon._short(100 * r.contribution),
					datamon._short(100 * r.total));
			END IF;
		END LOOP;

		FOR r IN SELECT i.*, row_number() OVER () AS place, sum(i.contribution) OVER () AS total FROM datamon._alert_inputs(q) i WHERE q.what IS NOT NULL
			ORDER BY abs(i.contribution) DESC NULLS LAST LIMIT 4 LOOP
			CONTINUE WHEN abs(r.contribution) < 0.05 * abs(r.total);
			v_lines := v_lines || CASE WHEN r.contribution IS NULL THEN format('inputs    %s', r.detail)
				ELSE format('inputs    %s moved the mean %s by %s of %s: %s (%s)', r.name, CASE WHEN r.breakdown LIKE 'model %' THEN 'raw score' ELSE 'score' END,
					datamon._short(r.contribution), datamon._short(r.total), r.detail, r.breakdown) END;
		END LOOP;
		FOR r IN SELECT u.* FROM datamon._alert_upstream(q, s.at, s.from_bucket, s.until_bucket) u WHERE q.what IS NOT NULL ORDER BY u.kind = 'volume', u.happened LIMIT 8 LOOP
			v_lines := v_lines || format('coincides %s: %s%s', datamon._time_text(r.happened, least(q.bucket, interval '1 hour')), r.name, coalesce(', ' || r.detail, ''));
		END LOOP;
	EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
		v_lines := v_lines || format('why       could not be told: %s', left(SQLERRM, 200));
	END;
	SELECT string_agg(format('%s%s (%s)', coalesce(p.column_name::text, p.rule), CASE WHEN g.key = '{}' THEN '' ELSE ' where ' || datamon._segment_name(g.key) END,
			replace(p.rule, '_', ' ')), ', ' ORDER BY p.worst_p_value, p.alert_id) AS told, count(*) AS n
	INTO r
	FROM (SELECT x.*, row_number() OVER (ORDER BY x.worst_p_value, x.alert_id) AS place FROM datamon._readable_alert x WHERE x.part_of = a.alert_id) p
	JOIN datamon._readable_segment g ON g.segment_id = p.segment_id
	WHERE p.place <= 8;
	IF r.told IS NOT NULL THEN
		v_lines := v_lines || format('along     %s', r.told);
	END IF;
	IF a.last_error IS NOT NULL THEN
		v_lines := v_lines || format('stopped   %s', a.last_error);
	END IF;
	v_lines := v_lines || format('do        SELECT * FROM datamon.explain(%s);', a.alert_id);
	IF v_segment <> '{}' AND v_segment::text NOT LIKE '%"(others)"%' THEN
		v_lines := v_lines || format('          SELECT * FROM datamon.window_drift(%L, %L, %L, %L);', v_name, q.during, v_segment, q.reference);
	END IF;
	IF a.state <> 'resolved' AND pg_has_role(a.owner, 'USAGE') THEN
		v_lines := v_lines || format('          SELECT datamon.acknowledge(%s, ''I am at it''); SELECT datamon.silence(%L, rule => %L, for_interval => ''6 hours'');',
			coalesce(a.part_of, a.alert_id), v_name, a.rule);
	END IF;
	RETURN array_to_string(v_lines, E'\n');
END
$$;
COMMENT ON FUNCTION datamon.alert_report(bigint)
	IS 'an alert as a person reads it: what, since when, how bad, where, what coincides, what to do; NULL for one that the reader may not see';
