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

/* A p-value whose spread was estimated with so many degrees of freedom: its normal deviate, read as Student's t. */
CREATE FUNCTION datamon._studentised(p_value float8, freedom float8) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_studentised';
COMMENT ON FUNCTION datamon._studentised(float8, float8) IS 'internal';

/* False alarms that a bucket may make, of so many per day, week or month. */
CREATE FUNCTION datamon._alarms_a_bucket(false_alarms text, bucket interval) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT split_part($1, ' per ', 1)::float8 * date_part('epoch', $2)
		/ CASE split_part($1, ' per ', 2) WHEN 'day' THEN 86400 WHEN 'week' THEN 604800 ELSE 30 * 86400 END
$$;
COMMENT ON FUNCTION datamon._alarms_a_bucket(text, interval) IS 'internal';

/* The chance of k or more of n, after reference_k of reference_n, where the share has a variance of its own; exact where few are expected. */
CREATE FUNCTION datamon._rate_tail(k float8, n float8, reference_k float8, reference_n float8, variance float8) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_rate_tail';
COMMENT ON FUNCTION datamon._rate_tail(float8, float8, float8, float8, float8) IS 'internal';

/* How many buckets the rules look at together, besides each alone: whole days and weeks where there are, in which what repeats cancels out. */
CREATE FUNCTION datamon._spans(bucket interval) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN x.width > 86400 THEN '{4,13}' WHEN x.width = 86400 THEN '{7,28}'
		WHEN x.width >= 3600 AND mod(86400, x.width) = 0 THEN ARRAY[86400 / x.width, 604800 / x.width]
		WHEN mod(3600, x.width) = 0 THEN ARRAY[3600 / x.width] ELSE '{7,28}' END::int[]
	FROM (SELECT date_part('epoch', $1)::bigint AS width) x
$$;
COMMENT ON FUNCTION datamon._spans(interval) IS 'internal';

/* The given columns of two profiles, compared where the current one has so many values: what drift_summary() says, and no more. */
CREATE FUNCTION datamon._profile_drift(reference datamon.profile, current datamon.profile, column_nos int[], least_count bigint)
RETURNS TABLE (column_no int, count bigint, null_count bigint, mean float8, reference_count bigint, reference_null_count bigint,
	reference_mean float8, excess float8, expectation float8, stddev float8, classes int, g float8, g_p_value float8, first_count float8,
	reference_first_count float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'datamon_profile_drift';
COMMENT ON FUNCTION datamon._profile_drift(datamon.profile, datamon.profile, int[], bigint) IS 'internal';

/*
 * What the rules measure in each cell of the window [from, to), against the
 * training baseline: a distance with the mean and spread it would have by
 * sampling alone.  Rates: expectation 0, the distance is signed so that more
 * is worse.  k are the rows (of n_current) that make it worse, or those of the
 * first of two classes; g and its p-value are of two or three.  after_labels says
 * whether a measure waits for labels.  With span,
 * so many buckets are merged to one, counted from the end, and told by the
 * last of them; with segments, only of these.
 */
CREATE FUNCTION datamon._measures(monitor_id int, from_bucket timestamptz, to_bucket timestamptz, after_labels boolean,
	span int DEFAULT 1, segments bigint[] DEFAULT NULL)
RETURNS TABLE (segment_id bigint, bucket timestamptz, rule text, column_no int, distance float8, expectation float8,
	stddev float8, value float8, reference_value float8, n_current bigint, n_reference bigint, test text, k float8, reference_k float8,
	g float8, g_p_value float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH cell AS MATERIALIZED (
		SELECT c.segment_id, c.bucket, c.n, c.profile, c.performance
		FROM datamon._own_cell c
		WHERE $5 = 1 AND c.monitor_id = $1 AND c.bucket >= $2 AND c.bucket < $3 AND ($6 IS NULL OR c.segment_id = ANY ($6))
		UNION ALL
		-- Where half of the buckets have rows; a window is told by its last bucket, whether or not that has any.
		SELECT c.segment_id, $3 - (c.place * $5 + 1) * c.width, sum(c.n)::bigint, datamon.merge(c.profile), datamon.merge(c.performance)
		FROM (SELECT c.segment_id, c.n, c.profile, CASE WHEN $4 THEN c.performance END AS performance, m.bucket AS width,
				((date_part('epoch', $3) - date_part('epoch', c.bucket)) / date_part('epoch', m.bucket) - 1)::int / $5 AS place
			FROM datamon._own_monitor m JOIN datamon._own_cell c USING (monitor_id)
			WHERE $5 > 1 AND m.monitor_id = $1 AND c.bucket >= $2 AND c.bucket < $3 AND ($6 IS NULL OR c.segment_id = ANY ($6))) c
		GROUP BY c.segment_id, c.place, c.width
		HAVING 2 * count(*) > $5
	), pair AS MATERIALIZED (
		SELECT c.segment_id, c.bucket, c.n, c.profile, c.performance, b.n AS reference_n, b.profile AS reference_profile,
			b.performance AS reference_performance, g.key
		FROM cell c
		-- One by one, by their keys, however many there are.
		CROSS JOIN LATERAL (SELECT b.n, b.profile, b.performance FROM datamon._own_baseline b
			WHERE b.monitor_id = $1 AND b.segment_id = c.segment_id AND b.n >= 100 OFFSET 0) b
		CROSS JOIN LATERAL (SELECT g.key FROM datamon._own_segment g WHERE g.monitor_id = $1 AND g.segment_id = c.segment_id OFFSET 0) g
		WHERE c.n >= 30
	), watched AS MATERIALIZED (
		SELECT m.column_no, m.column_name, m.role, m.kind
		FROM datamon._own_monitored_column m
		WHERE m.monitor_id = $1 AND m.column_no IS NOT NULL AND (m.role = 'label') = $4
	), two AS MATERIALIZED (
		-- Both sides have the same columns in the same order: each profile is opened once.
		SELECT p.segment_id, p.bucket, w.role, w.kind, x.column_no, p.n, p.reference_n, x.count, x.null_count, x.mean,
			x.reference_count, x.reference_null_count, x.reference_mean, x.excess, x.expectation, x.stddev,
			CASE WHEN w.kind = 'number' THEN 'Wasserstein distance' WHEN w.role NOT IN ('label', 'prediction') THEN 'total variation'
				WHEN x.classes = 2 THEN 'two proportions' WHEN x.classes = 3 THEN 'G test' ELSE 'total variation' END AS test,
			x.first_count, x.reference_first_count, x.g, x.g_p_value
		FROM pair p
		CROSS JOIN LATERAL datamon._profile_drift(p.reference_profile, p.profile,
			ARRAY(SELECT w.column_no FROM watched w WHERE NOT p.key ? w.column_name::text), 30) x
		JOIN watched w ON w.column_no = x.column_no
	)
	SELECT t.segment_id, t.bucket, CASE t.kind WHEN 'number' THEN 'drift' ELSE 'category_drift' END, t.column_no,
		t.excess + t.expectation, t.expectation, t.stddev, t.mean, t.reference_mean, t.count, t.reference_count, t.test,
		CASE t.test WHEN 'two proportions' THEN t.first_count END, t.reference_first_count, CASE WHEN t.test IN ('two proportions', 'G test') THEN t.g END,
		t.g_p_value
	FROM two t WHERE t.excess IS NOT NULL
	UNION ALL
	SELECT r.segment_id, r.bucket, r.rule, r.column_no, x.sign * (x.p - x.q), 0,
		sqrt(x.pooled * (1 - x.pooled) * (1.0 / r.n + 1.0 / r.reference_n)), r.shown, r.reference_shown, r.n, r.reference_n, 'proportion',
		CASE r.sign WHEN 1 THEN r.k ELSE r.n - r.k END, CASE r.sign WHEN 1 THEN r.reference_k ELSE r.reference_n - r.reference_k END, NULL, NULL
	FROM (
		SELECT t.segment_id, t.bucket, 'missing' AS rule, t.column_no, 1 AS sign, t.null_count::float8 AS k, t.n,
			t.reference_null_count::float8 AS reference_k, t.reference_n,
			t.null_count::float8 / t.n AS shown, t.reference_null_count::float8 / t.reference_n AS reference_shown
		FROM two t WHERE t.role <> 'label'
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
COMMENT ON FUNCTION datamon._measures(int, timestamptz, timestamptz, boolean, int, bigint[]) IS 'internal';

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

/*
 * A variance between buckets beyond what sampling explains, from its estimate
 * (which may be negative) out of so many: about the mean of what it can be.  An
 * estimate of none from few buckets does not say that there is none.
 */
CREATE FUNCTION datamon._at_least_none(estimate float8, sampling float8, buckets float8) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $2 <= 0 THEN greatest($1, 0) WHEN x.z > 30 THEN $1 WHEN x.z < -30 THEN 0 ELSE $2 * x.s * ln(1 + exp(x.z)) END
	FROM (SELECT s.s, $1 / nullif($2, 0) / s.s AS z FROM (SELECT sqrt(2 / $3) AS s) s) x
$$;
COMMENT ON FUNCTION datamon._at_least_none(float8, float8, float8) IS 'internal';

/*
 * What the baseline's own buckets differ from their merge: the unrest that is
 * normal here.  Learned from single buckets in each segment, and from windows
 * of several buckets on the whole source; docs/rules.md has the formulae.
 */
CREATE FUNCTION datamon._learn_noise(monitor_id int, baseline tstzrange, labels_only boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
BEGIN
	SELECT x.bucket, g.segment_id AS root, datamon._spans(x.bucket) AS spans, datamon._bucket(upper($2), x.bucket, x.bucket_origin) AS until,
		floor((date_part('epoch', upper($2)) - date_part('epoch', lower($2))) / date_part('epoch', x.bucket))::int AS buckets INTO m
	FROM datamon._own_monitor x JOIN datamon._own_segment g USING (monitor_id)
	WHERE x.monitor_id = $1 AND g.key = '{}';
	DELETE FROM datamon._own_baseline_noise b WHERE b.monitor_id = $1 AND (NOT $3 OR b.after_labels);
	INSERT INTO datamon._own_baseline_noise (monitor_id, segment_id, rule, column_no, after_labels, buckets, overdispersion, noise,
		worst, variance, freedom, lasting, lasting_freedom)
	WITH told AS MATERIALIZED (
		-- A bucket is part of what it is compared with, which makes it look closer than it is: undone by the factor of n.
		SELECT s.span, t.after_labels, v.segment_id, v.rule, v.column_no, v.bucket, v.distance, v.expectation ^ 2 + v.stddev ^ 2 AS u2,
			v.distance ^ 2 * (v.n_reference + v.n_current)::float8 / greatest(v.n_reference - v.n_current, 1) AS d2
		FROM (SELECT 1 AS span UNION SELECT x FROM unnest(m.spans) x WHERE 2 * x <= m.buckets) s
		CROSS JOIN (VALUES (false), (true)) t (after_labels)
		CROSS JOIN LATERAL datamon._measures($1, CASE s.span WHEN 1 THEN lower($2) ELSE m.until - m.buckets / s.span * s.span * m.bucket END,
			m.until, t.after_labels, s.span, CASE WHEN s.span > 1 THEN ARRAY[m.root] END) v
		WHERE (t.after_labels OR NOT $3) AND v.n_reference > v.n_current
	), own AS MATERIALIZED (
		-- In an order of its own: the same digits whatever the plan.
		SELECT t.span, t.after_labels, t.segment_id, t.rule, t.column_no, count(*)::int AS k, avg(t.d2 ORDER BY t.bucket) AS d2,
			avg(t.u2 ORDER BY t.bucket) AS u2, greatest(1, avg(t.d2 / nullif(t.u2, 0) ORDER BY t.bucket)) AS overdispersion,
			percentile_cont(0.95) WITHIN GROUP (ORDER BY sqrt(t.d2) * CASE WHEN t.distance < 0 THEN -1 ELSE 1 END) AS worst
		FROM told t GROUP BY 1, 2, 3, 4, 5
	), alike AS (
		-- What segments have in common: as variance, or as a multiple of sampling.
		SELECT o.after_labels, o.rule, o.column_no, avg(o.d2 - o.u2 ORDER BY o.segment_id) AS variance,
			avg((o.d2 - o.u2) / nullif(o.u2, 0) ORDER BY o.segment_id) AS multiple
		FROM own o WHERE o.span = 1 AND o.segment_id <> m.root GROUP BY 1, 2, 3
	), alone AS MATERIALIZED (
		SELECT o.*, datamon._at_least_none(CASE WHEN a.rule IS NULL THEN o.d2 - o.u2
			ELSE (o.k * (o.d2 - o.u2) + 8 * least(a.variance, coalesce(a.multiple * o.u2, 0))) / (o.k + 8) END, o.u2, x.learned) AS variance,
			greatest(x.learned - 1, 1) AS freedom
		FROM own o
		LEFT JOIN alike a ON a.after_labels = o.after_labels AND a.rule = o.rule AND a.column_no = o.column_no AND o.segment_id <> m.root
		CROSS JOIN LATERAL (SELECT o.k + CASE WHEN a.rule IS NULL THEN 0 ELSE 8 END AS learned) x
		WHERE o.span = 1
	), together AS MATERIALIZED (
		SELECT o.span, o.after_labels, o.rule, o.column_no, o.k, o.d2 - o.u2 AS excess, o.u2, a.variance, a.freedom,
			-- How much longer than a bucket the unrest lasts: 1 for none, span for all.
			CASE WHEN a.variance > o.u2 THEN greatest(0, least(o.span, o.span * (o.d2 - o.u2) / a.variance)) END AS growth
		FROM own o
		JOIN alone a ON a.after_labels = o.after_labels AND a.segment_id = o.segment_id AND a.rule = o.rule AND a.column_no = o.column_no
		WHERE o.span > 1
	), growth AS (
		SELECT t.span, t.after_labels, greatest(1, (avg(t.growth ORDER BY t.rule, t.column_no) * x.weight + 4 * 2) / (x.weight + 4)) AS growth
		FROM together t
		JOIN (SELECT t.span, t.after_labels, (least(3, count(t.growth)) * max(t.k))::float8 AS weight FROM together t GROUP BY 1, 2) x
			ON x.span = t.span AND x.after_labels = t.after_labels
		GROUP BY t.span, t.after_labels, x.weight
	), whole AS (
		SELECT t.span, t.after_labels, t.rule, t.column_no, t.variance AS variance_alone,
			datamon._at_least_none((t.k * t.excess + 8 * t.variance * coalesce(g.growth, 2) / t.span * (1 + t.span::float8 / m.buckets)) / (t.k + 8),
				t.u2, t.k + 8) AS variance,
			1 / (1 / t.freedom + 1.0 / (t.k + 7)) AS freedom
		FROM together t LEFT JOIN growth g ON g.span = t.span AND g.after_labels = t.after_labels
	)
	SELECT $1, a.segment_id, a.rule, a.column_no, a.after_labels, a.k, a.overdispersion, sqrt(a.d2), a.worst, a.variance, a.freedom,
		l.variance, l.freedom
	FROM alone a
	CROSS JOIN LATERAL (
		-- Of a segment: as much shorter than its buckets' as the whole's, and not less than the whole's.
		SELECT array_agg(CASE WHEN s.span * 2 > m.buckets THEN NULL WHEN w.span IS NULL THEN a.variance
				WHEN a.segment_id = m.root THEN w.variance
				ELSE greatest(w.variance, a.variance * least(1, w.variance / nullif(w.variance_alone, 0))) END ORDER BY s.no) AS variance,
			array_agg(CASE WHEN w.span IS NULL THEN a.freedom ELSE 1 / (1 / a.freedom + 1 / w.freedom) END ORDER BY s.no) AS freedom
		FROM unnest(m.spans) WITH ORDINALITY s (span, no)
		LEFT JOIN whole w ON w.span = s.span AND w.after_labels = a.after_labels AND w.rule = a.rule AND w.column_no = a.column_no) l;
END
$$;
COMMENT ON FUNCTION datamon._learn_noise(int, tstzrange, boolean) IS 'internal';

/* Builds the training baseline and learns its unrest; does nothing when it stands and nothing in it was revised. */
CREATE FUNCTION datamon._refresh_baseline(monitor_id int, revised timestamptz[], clock timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_ready boolean;
	v_rows bigint;
	v_labels_only boolean;
	v_least int;
BEGIN
	SELECT x.*, s.first_bucket, s.baseline_until INTO STRICT m
	FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = _refresh_baseline.monitor_id;
	v_least := datamon._least_baseline_buckets(m.bucket);
	IF m.baseline IS NULL AND m.first_bucket + v_least * m.bucket <= clock AND NOT datamon._waits(monitor_id, '-infinity', 'infinity') THEN
		m.baseline := tstzrange(m.first_bucket, m.first_bucket + v_least * m.bucket);
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

	v_labels_only := v_rows = (SELECT sum(b.n) FROM datamon._own_baseline b WHERE b.monitor_id = _refresh_baseline.monitor_id);
	PERFORM datamon._learn_noise(monitor_id, m.baseline, v_labels_only);
	UPDATE datamon._own_state s
	SET baseline_until = clock, evaluated_until = coalesce(s.evaluated_until, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin)),
		performance_until = coalesce(s.performance_until, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin))
	WHERE s.monitor_id = _refresh_baseline.monitor_id;
	RETURN true;
END
$$;
COMMENT ON FUNCTION datamon._refresh_baseline(int, timestamptz[], timestamptz) IS 'internal';
