/*
 * The automatic rules.  Nothing here is tuned by hand: what is normal is
 * learned from how the baseline's own buckets differ from their merge, and
 * the number of tests made together is paid for.
 */

INSERT INTO datamon.rule (rule, measure, minimum, recovery, description) VALUES
	('drift', 'wasserstein_distance_normed', 0.1, 0.7, 'a number is distributed otherwise than in the baseline'),
	('category_drift', 'total_variation', 0.05, 0.7, 'a category is distributed otherwise than in the baseline'),
	('missing', 'null_rate', 0.02, 0.7, 'more values are missing than in the baseline'),
	('new_values', 'new_rows', 3, 1, 'values that the baseline and the buckets before did not have'),
	('volume', 'relative_volume', 0.3, 0.7, 'more or fewer rows than the buckets before'),
	('precision', 'precision', 0.05, 0.7, 'precision has fallen below the baseline''s'),
	('recall', 'recall', 0.05, 0.7, 'recall has fallen below the baseline''s'),
	('f1', 'f1', 0.05, 0.7, 'F1 has fallen below the baseline''s');

CREATE FUNCTION datamon._normal_tail(z float8) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_normal_tail';
COMMENT ON FUNCTION datamon._normal_tail(float8) IS 'internal';

CREATE FUNCTION datamon._gamma_tail(x float8, mean float8, stddev float8) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_gamma_tail';
COMMENT ON FUNCTION datamon._gamma_tail(float8, float8, float8) IS 'internal';

/* The given columns of two profiles, compared where the current one has so many values: what drift_summary() says, and no more. */
CREATE FUNCTION datamon._profile_drift(reference datamon.profile, current datamon.profile, column_nos int[], least_count bigint)
RETURNS TABLE (column_no int, count bigint, null_count bigint, mean float8, reference_count bigint, reference_null_count bigint,
	reference_mean float8, excess float8, expectation float8, stddev float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'datamon_profile_drift';
COMMENT ON FUNCTION datamon._profile_drift(datamon.profile, datamon.profile, int[], bigint) IS 'internal';

/*
 * What the rules measure in each cell of the window [from, to), against the
 * training baseline: a distance with the mean and spread it would have by
 * sampling alone.  Rates: expectation 0, the distance is signed so that more
 * is worse.  after_labels says whether a measure waits for labels.
 */
CREATE FUNCTION datamon._measures(monitor_id int, from_bucket timestamptz, to_bucket timestamptz, after_labels boolean)
RETURNS TABLE (segment_id bigint, bucket timestamptz, rule text, column_no int, distance float8, expectation float8,
	stddev float8, value float8, reference_value float8, n_current bigint, n_reference bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH pair AS MATERIALIZED (
		SELECT c.segment_id, c.bucket, c.n, c.profile, c.performance, b.n AS reference_n, b.profile AS reference_profile,
			b.performance AS reference_performance, g.key
		FROM datamon._own_cell c
		JOIN datamon._own_baseline b ON b.monitor_id = c.monitor_id AND b.segment_id = c.segment_id
		JOIN datamon._own_segment g ON g.monitor_id = c.monitor_id AND g.segment_id = c.segment_id
		WHERE c.monitor_id = $1 AND c.bucket >= $2 AND c.bucket < $3 AND c.n >= 30 AND b.n >= 100
	), watched AS MATERIALIZED (
		SELECT m.column_no, m.column_name, m.role, m.kind
		FROM datamon._own_monitored_column m
		WHERE m.monitor_id = $1 AND m.column_no IS NOT NULL AND (m.role = 'label') = $4
	), two AS MATERIALIZED (
		-- Both sides have the same columns in the same order: each profile is opened once.
		SELECT p.segment_id, p.bucket, w.role, w.kind, x.column_no, p.n, p.reference_n, x.count, x.null_count, x.mean,
			x.reference_count, x.reference_null_count, x.reference_mean, x.excess, x.expectation, x.stddev
		FROM pair p
		CROSS JOIN LATERAL datamon._profile_drift(p.reference_profile, p.profile,
			ARRAY(SELECT w.column_no FROM watched w WHERE NOT p.key ? w.column_name::text), 30) x
		JOIN watched w ON w.column_no = x.column_no
	)
	SELECT t.segment_id, t.bucket, CASE t.kind WHEN 'number' THEN 'drift' ELSE 'category_drift' END, t.column_no,
		t.excess + t.expectation, t.expectation, t.stddev, t.mean, t.reference_mean, t.count, t.reference_count
	FROM two t WHERE t.excess IS NOT NULL
	UNION ALL
	SELECT r.segment_id, r.bucket, r.rule, r.column_no, x.sign * (x.p - x.q), 0,
		sqrt(x.pooled * (1 - x.pooled) * (1.0 / r.n + 1.0 / r.reference_n)), r.shown, r.reference_shown, r.n, r.reference_n
	FROM (
		SELECT t.segment_id, t.bucket, 'missing' AS rule, t.column_no, 1 AS sign, t.null_count::float8 AS k, t.n,
			t.reference_null_count::float8 AS reference_k, t.reference_n,
			t.null_count::float8 / t.n AS shown, t.reference_null_count::float8 / t.reference_n AS reference_shown
		FROM two t WHERE t.role <> 'label'
			AND (t.null_count = 0 OR t.null_count >= 5)
		UNION ALL
		-- F1 is a rising function of tp / (tp + fp + fn), which is a proportion.
		SELECT p.segment_id, p.bucket, v.rule, 0, -1, v.k, v.n, v.reference_k, v.reference_n, v.shown, v.reference_shown
		FROM pair p
		CROSS JOIN LATERAL (SELECT datamon.true_positives(p.performance) AS tp, datamon.false_positives(p.performance) AS fp,
			datamon.false_negatives(p.performance) AS fn) a
		CROSS JOIN LATERAL (SELECT datamon.true_positives(p.reference_performance) AS tp,
			datamon.false_positives(p.reference_performance) AS fp, datamon.false_negatives(p.reference_performance) AS fn) b
		CROSS JOIN LATERAL (VALUES
			('precision', a.tp::float8, a.tp + a.fp, b.tp::float8, b.tp + b.fp, datamon.precision_score(p.performance),
				datamon.precision_score(p.reference_performance)),
			('recall', a.tp::float8, a.tp + a.fn, b.tp::float8, b.tp + b.fn, datamon.recall_score(p.performance),
				datamon.recall_score(p.reference_performance)),
			('f1', a.tp::float8, a.tp + a.fp + a.fn, b.tp::float8, b.tp + b.fp + b.fn, datamon.f1_score(p.performance),
				datamon.f1_score(p.reference_performance))) v (rule, k, n, reference_k, reference_n, shown, reference_shown)
		WHERE $4 AND p.performance IS NOT NULL AND v.n >= 20 AND v.reference_n >= 50) r
	CROSS JOIN LATERAL (SELECT r.k / r.n AS p, r.reference_k / r.reference_n AS q,
		(r.k + r.reference_k) / (r.n + r.reference_n) AS pooled, r.sign) x;
END
$$;
COMMENT ON FUNCTION datamon._measures(int, timestamptz, timestamptz, boolean) IS 'internal';

/*
 * Volume of a bucket against the buckets before: the median of the same phase
 * (hour of the week, day of the week) where there are three, else of all; the
 * unrest is that of neighbouring phases on a log scale.
 */
CREATE FUNCTION datamon._volumes(monitor_id int, at_bucket timestamptz)
RETURNS TABLE (segment_id bigint, n bigint, expected float8, unrest float8, buckets bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH m AS (
		SELECT x.bucket, s.first_bucket, x.trailing_buckets, datamon._waits($1, '-infinity', 'infinity') AS waiting,
			CASE WHEN mod(604800, date_part('epoch', x.bucket)::bigint) = 0 AND x.bucket < '7 days'
				THEN (604800 / date_part('epoch', x.bucket))::int ELSE 1 END AS week
		FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = $1
	), past AS MATERIALIZED (
		SELECT $2 - k * m.bucket AS bucket, k, k % m.week = 0 AND m.week > 1 AS same_phase, m.week
		FROM m CROSS JOIN LATERAL (
			SELECT k FROM generate_series(1, m.trailing_buckets + least(m.week, 7)) k
			UNION SELECT j * m.week FROM generate_series(1, 5) j) g
		WHERE $2 - k * m.bucket >= m.first_bucket
			-- What has not been read yet is not empty.
			AND CASE WHEN m.waiting THEN NOT datamon._waits($1, $2 - k * m.bucket, $2 - (k - 1) * m.bucket) ELSE true END
	), recent AS MATERIALIZED (
		-- Bucket by bucket: a week of minutes lies between two of one phase.
		SELECT c.segment_id, c.bucket, c.n
		FROM past p
		CROSS JOIN LATERAL (SELECT c.segment_id, c.bucket, c.n FROM datamon._own_cell c
			WHERE c.monitor_id = $1 AND c.bucket = p.bucket OFFSET 0) c
		UNION ALL
		SELECT x.key[1], v.bucket, x.n
		FROM past p
		CROSS JOIN LATERAL (SELECT v.bucket, v.cells FROM datamon._own_past_volume v
			WHERE v.monitor_id = $1 AND v.bucket = p.bucket OFFSET 0) v
		CROSS JOIN LATERAL datamon.cells(v.cells) x
	), series AS (
		SELECT g.segment_id, p.k, p.same_phase, p.week, coalesce(c.n, 0) AS n
		FROM (SELECT b.segment_id FROM datamon._own_baseline b WHERE b.monitor_id = $1 AND b.n >= 30 * b.buckets) g
		CROSS JOIN past p
		LEFT JOIN recent c ON c.segment_id = g.segment_id AND c.bucket = p.bucket
	), level AS (
		SELECT s.segment_id, count(*) AS buckets,
			CASE WHEN count(*) FILTER (WHERE s.same_phase) >= 3 THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY s.n) FILTER (WHERE s.same_phase)
				ELSE percentile_cont(0.5) WITHIN GROUP (ORDER BY s.n) END AS expected,
			percentile_cont(0.75) WITHIN GROUP (ORDER BY s.change) AS unrest
		FROM (SELECT s.*, abs(ln(s.n + 1.0) - ln(lag(s.n, CASE WHEN s.week BETWEEN 2 AND 7 THEN s.week ELSE 1 END)
			OVER (PARTITION BY s.segment_id ORDER BY s.k DESC) + 1.0))::float8 AS change FROM series s) s
		GROUP BY s.segment_id
	)
	SELECT l.segment_id, coalesce(c.n, 0), l.expected, greatest(l.unrest / 1.15, 0.02), l.buckets
	FROM level l LEFT JOIN datamon._own_cell c ON c.monitor_id = $1 AND c.segment_id = l.segment_id AND c.bucket = $2
	WHERE l.buckets >= 14 AND l.expected >= 30;
END
$$;
COMMENT ON FUNCTION datamon._volumes(int, timestamptz) IS 'internal';

/* Builds the training baseline and learns its unrest; does nothing when it stands and nothing in it was revised. */
CREATE FUNCTION datamon._refresh_baseline(monitor_id int, revised timestamptz[], clock timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_ready boolean;
	v_rows bigint;
	v_labels_only boolean;
BEGIN
	SELECT x.*, s.first_bucket, s.baseline_until INTO STRICT m
	FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = _refresh_baseline.monitor_id;
	IF m.baseline IS NULL AND m.first_bucket + 14 * m.bucket <= clock AND NOT datamon._waits(monitor_id, '-infinity', 'infinity') THEN
		m.baseline := tstzrange(m.first_bucket, m.first_bucket + 14 * m.bucket);
		UPDATE datamon._own_monitor x SET baseline = m.baseline WHERE x.monitor_id = _refresh_baseline.monitor_id;
	END IF;
	v_ready := coalesce(clock >= upper(m.baseline), false) AND NOT datamon._waits(monitor_id, lower(m.baseline), upper(m.baseline));
	IF NOT v_ready OR m.baseline_until IS NOT NULL
		AND NOT EXISTS (SELECT FROM unnest(revised) r WHERE r <@ m.baseline) THEN
		RETURN v_ready AND m.baseline_until IS NOT NULL;
	END IF;

	SELECT coalesce(sum(b.n), 0) INTO v_rows FROM datamon._own_baseline b WHERE b.monitor_id = _refresh_baseline.monitor_id;
	DELETE FROM datamon._own_baseline b WHERE b.monitor_id = _refresh_baseline.monitor_id;
	INSERT INTO datamon._own_baseline (monitor_id, segment_id, n, buckets, profile, performance)
	SELECT c.monitor_id, c.segment_id, sum(c.n)::bigint, count(*)::int, datamon.merge(c.profile),
		datamon.merge(c.performance)
	FROM datamon._own_cell c
	WHERE c.monitor_id = _refresh_baseline.monitor_id AND c.bucket >= lower(m.baseline) AND c.bucket <= upper(m.baseline) - m.bucket
	GROUP BY c.monitor_id, c.segment_id;

	-- A bucket is part of what it is compared with, which makes it look closer than it is: undone by the factor of n.
	v_labels_only := v_rows = (SELECT sum(b.n) FROM datamon._own_baseline b WHERE b.monitor_id = _refresh_baseline.monitor_id);
	DELETE FROM datamon._own_baseline_noise b
	WHERE b.monitor_id = _refresh_baseline.monitor_id AND (NOT v_labels_only OR b.after_labels);
	INSERT INTO datamon._own_baseline_noise (monitor_id, segment_id, rule, column_no, after_labels, buckets, overdispersion, noise,
		worst)
	SELECT _refresh_baseline.monitor_id, x.segment_id, x.rule, x.column_no, x.after_labels, count(*)::int,
		-- In an order of its own: the same digits whatever the plan.
		greatest(1, avg(x.d2 / nullif(x.expectation ^ 2 + x.stddev ^ 2, 0) ORDER BY x.bucket)), sqrt(avg(x.d2 ORDER BY x.bucket)),
		percentile_cont(0.95) WITHIN GROUP (ORDER BY sqrt(x.d2) * CASE WHEN x.distance < 0 THEN -1 ELSE 1 END)
	FROM (
		SELECT v.*, v.distance ^ 2 * (v.n_reference + v.n_current)::float8 / greatest(v.n_reference - v.n_current, 1) AS d2
		FROM (SELECT f.*, false AS after_labels
			FROM datamon._measures(_refresh_baseline.monitor_id, lower(m.baseline), upper(m.baseline), false) f
			WHERE NOT v_labels_only
			UNION ALL
			SELECT t.*, true
			FROM datamon._measures(_refresh_baseline.monitor_id, lower(m.baseline), upper(m.baseline), true) t) v
		WHERE v.n_reference > v.n_current AND v.bucket <= upper(m.baseline) - m.bucket) x
	GROUP BY x.segment_id, x.rule, x.column_no, x.after_labels;
	UPDATE datamon._own_state s
	SET baseline_until = clock, evaluated_until = coalesce(s.evaluated_until, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin)),
		performance_until = coalesce(s.performance_until, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin))
	WHERE s.monitor_id = _refresh_baseline.monitor_id;
	RETURN true;
END
$$;
COMMENT ON FUNCTION datamon._refresh_baseline(int, timestamptz[], timestamptz) IS 'internal';
