/*
 * Half of explain() (72_alert_report.sql): exact additive shares of what an alert
 * found by one dimension, bins and values, over the buckets from its first to
 * its last bad one, against the training baseline.
 */

/* Distribution functions of two histograms on one grid, with the width of each step. */
CREATE FUNCTION datamon._grid(reference datamon.histogram, current datamon.histogram)
RETURNS TABLE (at float8, width float8)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT g.x, lead(g.x) OVER (ORDER BY g.x) - g.x
	FROM (
		SELECT DISTINCT x FROM (
			SELECT datamon.quantile($1, k / 50.0) AS x FROM generate_series(0, 50) k
			UNION ALL SELECT datamon.quantile($2, k / 50.0) FROM generate_series(0, 50) k
		) q WHERE x IS NOT NULL) g
$$;
COMMENT ON FUNCTION datamon._grid(datamon.histogram, datamon.histogram) IS 'internal';

/*
 * One segment between two buckets: from cells as long as they are kept, then
 * from tiles, whose hours and days may begin or end beside the buckets.
 */
CREATE FUNCTION datamon._segment_between(monitor_id int, segment_id bigint, key jsonb, first timestamptz, last timestamptz,
	OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF first >= (SELECT s.cells_from FROM datamon._readable_state s WHERE s.monitor_id = _segment_between.monitor_id) THEN
		SELECT sum(c.n)::bigint, datamon.merge(c.profile), datamon.merge(c.performance) INTO n, profile, performance
		FROM datamon._readable_cell c
		WHERE c.monitor_id = _segment_between.monitor_id AND c.segment_id = _segment_between.segment_id
			AND c.bucket BETWEEN first AND last;
	ELSE
		SELECT s.n, s.profile, s.performance INTO n, profile, performance
		FROM datamon._summarize(_segment_between.monitor_id, tstzrange(first, last, '[]'), _segment_between.key) s;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._segment_between(int, bigint, jsonb, timestamptz, timestamptz) IS 'internal';

/*
 * The two sides of an alert for the whole segment and, where the segment is
 * the whole source, for each of its single-dimension parts.
 */
CREATE FUNCTION datamon._alert_sides(alert_id bigint)
RETURNS TABLE (segment_id bigint, key jsonb, dimension text, n bigint, profile datamon.profile, performance datamon.f_beta_state,
	reference_n bigint, reference_profile datamon.profile, reference_performance datamon.f_beta_state)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH a AS (
		SELECT x.monitor_id, x.segment_id, x.first_bucket, x.last_bucket FROM datamon._readable_alert x WHERE x.alert_id = $1
	), part AS (
		SELECT g.segment_id, g.key, (SELECT k FROM jsonb_object_keys(g.key) k LIMIT 1) AS dimension
		FROM a JOIN datamon._readable_segment g ON g.monitor_id = a.monitor_id
		WHERE g.segment_id = a.segment_id OR (SELECT r.key = '{}' FROM datamon._readable_segment r WHERE r.segment_id = a.segment_id)
	)
	SELECT p.segment_id, p.key, p.dimension, coalesce(c.n, 0), c.profile, c.performance, coalesce(b.n, 0), b.profile, b.performance
	FROM a
	CROSS JOIN part p
	LEFT JOIN LATERAL datamon._segment_between(a.monitor_id, p.segment_id, p.key, a.first_bucket, a.last_bucket) c ON true
	LEFT JOIN datamon._readable_baseline b ON b.monitor_id = a.monitor_id AND b.segment_id = p.segment_id
	WHERE c.n > 0 OR b.n > 0
$$;
COMMENT ON FUNCTION datamon._alert_sides(bigint) IS 'internal';

/* Which automatic rule's explanation an alert has: of a user's rule, the one about the same numbers. */
CREATE FUNCTION datamon._explained_as(alert_id bigint, OUT rule text, OUT column_no int)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a record;
BEGIN
	SELECT x.* INTO a FROM datamon._readable_alert x WHERE x.alert_id = _explained_as.alert_id;
	rule := CASE a.rule WHEN 'missing_anomaly' THEN 'missing' WHEN 'volume_anomaly' THEN 'volume' WHEN 'performance_anomaly' THEN 'f1'
		WHEN 'anomaly' THEN (SELECT CASE c.kind WHEN 'number' THEN 'drift' ELSE 'category_drift' END
			FROM datamon._readable_monitored_column c WHERE c.monitor_id = a.monitor_id AND c.column_no = a.column_no) ELSE a.rule END;
	column_no := a.column_no;
	IF a.is_automatic AND a.rule = 'forecast' THEN
		SELECT f.rule, f.column_no INTO rule, column_no FROM datamon._forecast_explained_as(alert_id) f;
	ELSIF NOT a.is_automatic THEN
		SELECT CASE WHEN r.metric = 'null_rate' THEN 'missing' WHEN r.metric = 'n' THEN 'volume'
				WHEN c.kind = 'number' THEN 'drift' WHEN c.kind = 'category' THEN 'category_drift' ELSE r.metric END, coalesce(c.column_no, 0)
		INTO rule, column_no
		FROM datamon._member_user_rule r
		LEFT JOIN datamon._readable_monitored_column c ON c.monitor_id = r.monitor_id AND c.column_name = r.column_name
			AND c.column_no IS NOT NULL
		WHERE r.monitor_id = a.monitor_id AND r.rule = a.rule;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._explained_as(bigint) IS 'internal';

/* Shares are NULL where parts of both signs leave nothing, or next to nothing, to share. */
CREATE FUNCTION datamon._explain_parts(alert_id bigint)
RETURNS TABLE (rank bigint, kind text, breakdown text, name text, contribution float8, share float8, detail text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
	WITH a AS MATERIALIZED (
		SELECT x.alert_id, x.monitor_id, x.segment_id, e.rule, e.column_no, x.column_name, x.first_bucket, x.last_bucket,
			m.trailing_buckets, m.bucket
		FROM datamon._readable_alert x JOIN datamon._readable_monitor m USING (monitor_id)
		CROSS JOIN LATERAL datamon._explained_as(x.alert_id) e
		WHERE x.alert_id = $1
	), side AS MATERIALIZED (
		SELECT s.segment_id, s.key, s.dimension, s.segment_id = a.segment_id AS is_whole, s.n, s.reference_n,
			(SELECT string_agg(format('%s = %s', k.key, coalesce(k.value, 'NULL')), ', ') FROM jsonb_each_text(s.key) k) AS name,
			CASE WHEN a.rule = 'drift' THEN datamon.histogram(s.profile, a.column_no) END AS h1,
			CASE WHEN a.rule = 'drift' THEN datamon.histogram(s.reference_profile, a.column_no) END AS h0,
			CASE WHEN a.rule IN ('category_drift', 'new_values') THEN datamon.value_counts(s.profile, a.column_no) END AS v1,
			CASE WHEN a.rule IN ('category_drift', 'new_values') THEN datamon.value_counts(s.reference_profile, a.column_no) END AS v0,
			CASE a.rule WHEN 'missing' THEN (SELECT c.null_count FROM datamon.columns(s.profile) c WHERE c.column_no = a.column_no)
				WHEN 'volume' THEN s.n
				WHEN 'f1' THEN 2 * datamon.true_positives(s.performance)
				WHEN 'precision' THEN datamon.true_positives(s.performance)
				WHEN 'recall' THEN datamon.true_positives(s.performance) END::float8 AS n1,
			CASE a.rule WHEN 'missing' THEN s.n
				WHEN 'f1' THEN 2 * datamon.true_positives(s.performance) + datamon.false_positives(s.performance)
					+ datamon.false_negatives(s.performance)
				WHEN 'precision' THEN datamon.true_positives(s.performance) + datamon.false_positives(s.performance)
				WHEN 'recall' THEN datamon.true_positives(s.performance) + datamon.false_negatives(s.performance) END::float8 AS d1,
			CASE a.rule WHEN 'missing' THEN (SELECT c.null_count FROM datamon.columns(s.reference_profile) c WHERE c.column_no = a.column_no)
				WHEN 'f1' THEN 2 * datamon.true_positives(s.reference_performance)
				WHEN 'precision' THEN datamon.true_positives(s.reference_performance)
				WHEN 'recall' THEN datamon.true_positives(s.reference_performance) END::float8 AS n0,
			CASE a.rule WHEN 'missing' THEN s.reference_n
				WHEN 'f1' THEN 2 * datamon.true_positives(s.reference_performance) + datamon.false_positives(s.reference_performance)
					+ datamon.false_negatives(s.reference_performance)
				WHEN 'precision' THEN datamon.true_positives(s.reference_performance) + datamon.false_positives(s.reference_performance)
				WHEN 'recall' THEN datamon.true_positives(s.reference_performance) + datamon.false_negatives(s.reference_performance)
				END::float8 AS d0
		FROM a CROSS JOIN LATERAL datamon._alert_sides(a.alert_id) s
	),
	-- A number: F1 - F0 = sum over segments of shift within it and of its change of weight.
	grid AS MATERIALIZED (
		SELECT g.at, g.width FROM side w CROSS JOIN LATERAL datamon._grid(w.h0, w.h1) g WHERE w.is_whole AND g.width > 0
	), weight AS MATERIALIZED (
		SELECT s.segment_id, coalesce(s.dimension, '') AS dimension, s.name, s.h1, s.h0,
			coalesce(datamon.count(s.h1), 0) / nullif(sum(datamon.count(s.h1)) OVER p, 0)::float8 AS w1,
			coalesce(datamon.count(s.h0), 0) / nullif(sum(datamon.count(s.h0)) OVER p, 0)::float8 AS w0
		FROM side s WHERE datamon.count(s.h1) > 0 OR datamon.count(s.h0) > 0
		WINDOW p AS (PARTITION BY s.dimension)
	), curve AS MATERIALIZED (
		SELECT w.segment_id, w.dimension, w.name, w.w1, w.w0, g.at, g.width,
			coalesce(datamon.cdf(w.h1, g.at), datamon.cdf(w.h0, g.at)) AS f1,
			coalesce(datamon.cdf(w.h0, g.at), datamon.cdf(w.h1, g.at)) AS f0
		FROM weight w CROSS JOIN grid g
	), whole AS MATERIALIZED (
		SELECT c.dimension, c.at, sum(c.w1 * c.f1) AS f1, sum(c.w0 * c.f0) AS f0 FROM curve c GROUP BY c.dimension, c.at
	), number_part AS (
		SELECT c.dimension AS breakdown, c.name, sum(c.width * sign(t.f1 - t.f0) * ((c.w0 + c.w1) / 2 * (c.f1 - c.f0)
				+ (c.w1 - c.w0) * ((c.f0 + c.f1) / 2 - (t.f0 + t.f1) / 2))) AS contribution,
			format('%s %% of rows, %s %% in training; mean %s, %s in training', round(100 * max(c.w1)::numeric, 1),
				round(100 * max(c.w0)::numeric, 1), (SELECT round(datamon.mean(w.h1)::numeric, 4) FROM weight w WHERE w.segment_id = c.segment_id),
				(SELECT round(datamon.mean(w.h0)::numeric, 4) FROM weight w WHERE w.segment_id = c.segment_id)) AS detail
		FROM curve c JOIN whole t ON t.dimension = c.dimension AND t.at = c.at
		WHERE c.dimension <> ''
		GROUP BY c.segment_id, c.dimension, c.name
	), tenth AS (
		SELECT k, coalesce(datamon.quantile(w.h0, (k - 1) / 10.0), '-infinity') AS lo, datamon.quantile(w.h0, k / 10.0) AS hi
		FROM side w CROSS JOIN generate_series(1, 10) k WHERE w.is_whole AND w.h0 IS NOT NULL
	), bin_part AS (
		SELECT b.breakdown, b.name, sum(b.part) AS contribution, NULL::text AS detail
		FROM (
			SELECT 'bins' AS breakdown, coalesce((SELECT format('%s to %s', t.lo::numeric, t.hi::numeric) FROM tenth t WHERE c.at >= t.lo AND c.at < t.hi
					ORDER BY t.k LIMIT 1), CASE WHEN c.at < (SELECT min(t.lo) FROM tenth t) THEN 'below training' ELSE 'above training' END) AS name,
				c.width * abs(c.f1 - c.f0) AS part
			FROM curve c WHERE c.dimension = '') b
		GROUP BY b.breakdown, b.name
	),
	-- A category: the same, value by value.
	share AS MATERIALIZED (
		SELECT s.segment_id, coalesce(s.dimension, '') AS dimension, s.name, v.value, v.k1, v.k0, s.c1, s.c0,
			s.c1 / nullif(sum(s.c1) OVER p, 0) AS w1, s.c0 / nullif(sum(s.c0) OVER p, 0) AS w0
		FROM (SELECT s.*, coalesce(datamon.count(s.v1), 0)::float8 AS c1, coalesce(datamon.count(s.v0), 0)::float8 AS c0 FROM side s
			WHERE s.v1 IS NOT NULL OR s.v0 IS NOT NULL) s
		CROSS JOIN LATERAL (
			SELECT coalesce(x.value, y.value) AS value, coalesce(x.count, 0)::float8 AS k1, coalesce(y.count, 0)::float8 AS k0
			FROM datamon.counts(s.v1) x FULL JOIN datamon.counts(s.v0) y ON y.value = x.value) v
		WINDOW p AS (PARTITION BY s.dimension, v.value)
	), total AS MATERIALIZED (
		SELECT s.dimension, sum(s.c1) AS c1, sum(s.c0) AS c0
		FROM (SELECT DISTINCT s.dimension, s.segment_id, s.c1, s.c0 FROM share s) s GROUP BY s.dimension
	), moved AS MATERIALIZED (
		SELECT s.dimension, s.value, sum(s.k1) / nullif(max(t.c1), 0) AS p1, sum(s.k0) / nullif(max(t.c0), 0) AS p0
		FROM share s JOIN total t USING (dimension) GROUP BY s.dimension, s.value
	), category_part AS (
		-- Values that a segment lacks still count by its change of weight: hence the cross join.
		SELECT g.dimension AS breakdown, g.name, sum(sign(m.p1 - m.p0) / 2 * (g.k1_weighted - g.k0_weighted
			- (g.w1 - g.w0) * (m.p1 + m.p0) / 2)) AS contribution,
			format('%s %% of rows, %s %% in training', round(100 * max(g.w1)::numeric, 1), round(100 * max(g.w0)::numeric, 1)) AS detail
		FROM moved m
		JOIN (
			SELECT x.dimension, x.segment_id, x.name, m.value, x.c1 / t.c1 AS w1, x.c0 / t.c0 AS w0,
				coalesce(s.k1, 0) / t.c1 AS k1_weighted, coalesce(s.k0, 0) / t.c0 AS k0_weighted
			FROM (SELECT DISTINCT s.dimension, s.segment_id, s.name, s.c1, s.c0 FROM share s WHERE s.dimension <> '') x
			JOIN total t ON t.dimension = x.dimension AND t.c1 > 0 AND t.c0 > 0
			JOIN moved m ON m.dimension = x.dimension
			LEFT JOIN share s ON s.segment_id = x.segment_id AND s.value = m.value) g
			ON g.dimension = m.dimension AND g.value = m.value
		GROUP BY g.dimension, g.segment_id, g.name
	), value_part AS (
		SELECT 'values' AS breakdown, CASE WHEN v.place <= 20 THEN v.value ELSE '(all others)' END AS name, sum(v.part) AS contribution,
			CASE WHEN count(*) = 1 THEN format('%s %% of rows, %s %% in training', max(round(100 * v.p1::numeric, 2)),
				max(round(100 * v.p0::numeric, 2))) ELSE format('%s values', count(*)) END AS detail
		FROM (SELECT m.value, m.p1, m.p0, abs(m.p1 - m.p0) / 2 AS part,
				row_number() OVER (ORDER BY abs(m.p1 - m.p0) DESC, m.value) AS place
			FROM moved m WHERE m.dimension = '') v
		GROUP BY CASE WHEN v.place <= 20 THEN v.value ELSE '(all others)' END
	),
	-- A ratio N / D: contribution = (dN - R dD) / D with the means of both sides, which adds up exactly.
	ratio AS MATERIALIZED (
		SELECT s.dimension AS breakdown, s.name, coalesce(s.n1, 0) AS n1, coalesce(s.n0, 0) AS n0, coalesce(s.d1, 0) AS d1, coalesce(s.d0, 0) AS d0,
			sum(s.n1) OVER p AS tn1, sum(s.n0) OVER p AS tn0, sum(s.d1) OVER p AS td1, sum(s.d0) OVER p AS td0
		FROM side s CROSS JOIN a
		WHERE s.dimension IS NOT NULL AND NOT s.is_whole AND a.rule IN ('missing', 'precision', 'recall', 'f1')
		WINDOW p AS (PARTITION BY s.dimension)
	), ratio_part AS (
		SELECT r.breakdown, r.name, r.n1 / r.td1 - r.n0 / r.td0 - (r.tn1 / r.td1 + r.tn0 / r.td0) / 2 * (r.d1 / r.td1 - r.d0 / r.td0)
				AS contribution,
			format('%s, %s in training; %s %% of what counts, %s %% in training', round((r.n1 / nullif(r.d1, 0))::numeric, 4),
				round((r.n0 / nullif(r.d0, 0))::numeric, 4), round((100 * r.d1 / r.td1)::numeric, 1), round((100 * r.d0 / r.td0)::numeric, 1))
				AS detail
		FROM ratio r WHERE r.td1 > 0 AND r.td0 > 0
	), volume_part AS (
		SELECT s.dimension AS breakdown, s.name, s.n1 - coalesce(t.n, 0) * x.buckets AS contribution,
			format('%s rows, about %s expected', s.n1, round((coalesce(t.n, 0) * x.buckets)::numeric)) AS detail
		FROM side s CROSS JOIN a
		CROSS JOIN LATERAL (SELECT (extract(epoch FROM a.last_bucket - a.first_bucket) / extract(epoch FROM a.bucket) + 1)::float8 AS buckets) x
		LEFT JOIN LATERAL (SELECT b.n::float8 / a.trailing_buckets AS n FROM datamon._segment_between(a.monitor_id, s.segment_id,
			s.key, a.first_bucket - a.trailing_buckets * a.bucket, a.first_bucket - a.bucket) b) t ON true
		WHERE a.rule = 'volume' AND s.dimension IS NOT NULL AND NOT s.is_whole
	), column_part AS (
		SELECT 'columns' AS breakdown, format('%s of %s', o.rule, coalesce(o.column_name::text, 'rows')) AS name,
			(max(o.worst_effect_size))::float8 AS contribution, format('alert %s, since %s', min(o.alert_id), min(o.first_bucket)) AS detail
		FROM a JOIN datamon._readable_alert o ON o.monitor_id = a.monitor_id AND o.segment_id = a.segment_id AND o.alert_id <> a.alert_id
			AND o.state <> 'pending' AND o.first_bucket <= a.last_bucket AND o.last_bucket >= a.first_bucket
		WHERE o.rule IN ('drift', 'category_drift')
		GROUP BY o.rule, o.column_name
	), part AS (
		SELECT 'segment' AS kind, p.* FROM number_part p WHERE (SELECT x.rule FROM a x) = 'drift'
		UNION ALL SELECT 'bin', p.* FROM bin_part p WHERE (SELECT x.rule FROM a x) = 'drift'
		UNION ALL SELECT 'segment', p.* FROM category_part p WHERE (SELECT x.rule FROM a x) IN ('category_drift', 'new_values')
		UNION ALL SELECT 'value', p.* FROM value_part p WHERE (SELECT x.rule FROM a x) IN ('category_drift', 'new_values')
		UNION ALL SELECT 'segment', p.* FROM ratio_part p
		UNION ALL SELECT 'segment', p.* FROM volume_part p
		UNION ALL SELECT 'column', p.* FROM column_part p
	)
	SELECT row_number() OVER (PARTITION BY p.kind, p.breakdown ORDER BY p.contribution / p.total DESC NULLS LAST, p.name),
		p.kind, p.breakdown, p.name, p.contribution, p.contribution / p.total, p.detail
	FROM (
		SELECT x.*, CASE WHEN abs(sum(x.contribution) OVER w) > 1e-6 * sum(abs(x.contribution)) OVER w THEN sum(x.contribution) OVER w END AS total
		FROM part x WINDOW w AS (PARTITION BY x.kind, x.breakdown)) p
	ORDER BY p.kind = 'column', p.kind = 'segment', p.breakdown, 1
$$;
COMMENT ON FUNCTION datamon._explain_parts(bigint) IS 'internal';
