/*
 * Series: what of each segment is followed through time, and what was
 * surprising in it (docs/series.md).  The state of a series has seen every
 * bucket before "until", once, in order; it is brought up to the complete
 * buckets in the transaction of the tick, before the rules judge them.
 */

CREATE TABLE datamon.series (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	metric text NOT NULL CHECK (metric IN ('mean', 'share', 'null_rate', 'n', 'precision', 'recall', 'f1')),
	column_no int NOT NULL DEFAULT 0,
	after_labels boolean NOT NULL,
	category text,
	varies boolean NOT NULL,
	state datamon.anomaly_state,
	until timestamptz NOT NULL DEFAULT '-infinity',
	bucket timestamptz,
	value float8,
	n bigint,
	expected float8,
	lower float8,
	upper float8,
	threshold float8,
	updated_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	PRIMARY KEY (monitor_id, segment_id, metric, column_no),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.series IS 'metrics of segments that are followed through time, and what each has been so far';

CREATE TABLE datamon.anomaly (
	monitor_id int NOT NULL,
	segment_id bigint NOT NULL,
	metric text NOT NULL,
	column_no int NOT NULL DEFAULT 0,
	bucket timestamptz NOT NULL,
	rule text NOT NULL CHECK (length(rule) <= 63),
	after_labels boolean NOT NULL,
	is_beyond boolean NOT NULL,
	score float8 NOT NULL,
	threshold float8 NOT NULL,
	reason text CHECK (length(reason) <= 63),
	value float8,
	expected float8,
	lower float8,
	upper float8,
	n bigint,
	n_before bigint,
	PRIMARY KEY (monitor_id, bucket, segment_id, metric, column_no),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
CREATE INDEX anomaly_series_idx ON datamon.anomaly (monitor_id, segment_id, rule, column_no, bucket);
COMMENT ON TABLE datamon.anomaly IS 'buckets in which a series was surprising, told as alerts or not';

CREATE VIEW datamon._own_series WITH (security_barrier) AS
	SELECT monitor_id, segment_id, metric, column_no, after_labels, category, varies, state, until, bucket, value, n, expected, lower, upper,
		threshold, updated_at
	FROM datamon.series
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_series IS 'internal';

CREATE VIEW datamon._own_anomaly WITH (security_barrier) AS
	SELECT monitor_id, segment_id, metric, column_no, bucket, rule, after_labels, is_beyond, score, threshold, reason, value, expected, lower,
		upper, n, n_before
	FROM datamon.anomaly
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_anomaly IS 'internal';

CREATE VIEW datamon._readable_series WITH (security_barrier) AS
	SELECT monitor_id, segment_id, metric, column_no, after_labels, category, varies, state, until, bucket, value, n, expected, lower, upper,
		threshold, updated_at
	FROM datamon.series
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_series IS 'internal';

CREATE VIEW datamon._readable_anomaly WITH (security_barrier) AS
	SELECT monitor_id, segment_id, metric, column_no, bucket, rule, after_labels, is_beyond, score, threshold, reason, value, expected, lower,
		upper, n, n_before
	FROM datamon.anomaly
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_anomaly IS 'internal';

GRANT SELECT, INSERT, UPDATE, DELETE ON datamon._own_series, datamon._own_anomaly TO PUBLIC;
GRANT SELECT ON datamon._readable_series, datamon._readable_anomaly TO PUBLIC;

CREATE VIEW datamon.bands AS
	SELECT s.monitor_id, m.source, g.key AS segment, s.metric, w.column_name, s.category, s.bucket, s.value, s.expected, s.lower, s.upper,
		datamon.anomaly_score(s.state) AS score, s.threshold,
		datamon.is_anomaly(s.state) AND datamon.anomaly_score(s.state) > s.threshold AS is_anomaly,
		datamon.anomaly_reason(s.state) AS reason, coalesce(datamon.count(s.state), 0) AS n_used,
		coalesce(datamon.unused_count(s.state), 0) AS n_unused, s.until, s.updated_at
	FROM datamon._readable_series s
	JOIN datamon._readable_monitor m ON m.monitor_id = s.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = s.monitor_id AND g.segment_id = s.segment_id
	LEFT JOIN datamon._readable_monitored_column w ON w.monitor_id = s.monitor_id AND w.column_no = s.column_no;
COMMENT ON VIEW datamon.bands IS 'each series: its last value, what was expected, and between which values it would have been no anomaly';

CREATE VIEW datamon.anomalies AS
	SELECT a.monitor_id, m.source, a.bucket, g.key AS segment, a.metric, w.column_name, a.value, a.expected, a.lower, a.upper, a.score,
		a.threshold, a.is_beyond, a.reason, a.n, a.n_before
	FROM datamon._readable_anomaly a
	JOIN datamon._readable_monitor m ON m.monitor_id = a.monitor_id
	JOIN datamon._readable_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	LEFT JOIN datamon._readable_monitored_column w ON w.monitor_id = a.monitor_id AND w.column_no = a.column_no;
COMMENT ON VIEW datamon.anomalies IS 'buckets in which a series was surprising; is_beyond: more than so many series may be by chance';

GRANT SELECT ON datamon.bands, datamon.anomalies TO PUBLIC;

INSERT INTO datamon.rule (rule, measure, minimum, recovery, description, opens_after) VALUES
	('anomaly', 'anomaly_score', 1.95, 1, 'the mean of a number, or the share of a category, is out of its band', 1),
	('missing_anomaly', 'anomaly_score', 1.95, 1, 'the share of missing values is above its band', 1),
	('volume_anomaly', 'anomaly_score', 1.95, 1, 'the number of rows is out of its band', 1),
	('performance_anomaly', 'anomaly_score', 1.95, 1, 'precision, recall or F1 is below its band', 1);

/* Which rule speaks of a metric. */
CREATE FUNCTION datamon._series_rule(metric text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN $1 IN ('mean', 'share') THEN 'anomaly' WHEN $1 = 'null_rate' THEN 'missing_anomaly' WHEN $1 = 'n' THEN 'volume_anomaly'
		ELSE 'performance_anomaly' END
$$;
COMMENT ON FUNCTION datamon._series_rule(text) IS 'internal';

/* Fewer missing values are no anomaly, and a better model is none. */
CREATE FUNCTION datamon._is_bad_side(metric text, reason text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT CASE WHEN $1 = 'null_rate' THEN $2 LIKE 'high%' OR $2 LIKE 'above%'
		WHEN $1 IN ('precision', 'recall', 'f1') THEN $2 LIKE 'low%' OR $2 LIKE 'below%' ELSE true END
$$;
COMMENT ON FUNCTION datamon._is_bad_side(text, text) IS 'internal';

/*
 * A score that so many series together pass by chance no more often than one
 * series passes 1.95: a tenth as often takes 2.5 more, each further tenth 0.75
 * (measured on light tails, docs/series.md).
 */
CREATE FUNCTION datamon._series_threshold(series bigint) RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 1.95 + 2.5 * least(1, log(greatest($1, 1)::float8)) + 0.75 * greatest(0, log(greatest($1, 1)::float8) - 1)
$$;
COMMENT ON FUNCTION datamon._series_threshold(bigint) IS 'internal';

/* So many series are followed that some 5,000 values an hour come: of longer buckets 5,000, of minutes 100. */
CREATE FUNCTION datamon._most_series(bucket interval) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT least(5000, greatest(100, 5000 * least(1, date_part('epoch', $1) / 3600)))::int
$$;
COMMENT ON FUNCTION datamon._most_series(interval) IS 'internal';

/* A stretch of a series: every anomaly in it, and its last value, with the state after it. */
CREATE FUNCTION datamon._anomaly_step(state datamon.anomaly_state, at timestamptz[], value float8[], threshold float8)
RETURNS TABLE (place int, score float8, is_anomaly boolean, reason text, expected float8, lower float8, upper float8,
	next_state datamon.anomaly_state)
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 2
AS 'MODULE_PATHNAME', 'datamon_anomaly_step';
COMMENT ON FUNCTION datamon._anomaly_step(datamon.anomaly_state, timestamptz[], float8[], float8) IS 'internal';

/* What a series of each column would follow: its mean, or the share of its most frequent value. */
CREATE FUNCTION datamon._profile_series_columns(profile datamon.profile)
RETURNS TABLE (column_no int, count bigint, null_count bigint, varies boolean, category text, share float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10
AS 'MODULE_PATHNAME', 'datamon_profile_series_columns';
COMMENT ON FUNCTION datamon._profile_series_columns(datamon.profile) IS 'internal';

CREATE FUNCTION datamon._profile_series_values(profile datamon.profile, column_nos int[], categories text[])
RETURNS TABLE (column_no int, count bigint, null_count bigint, value float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10
AS 'MODULE_PATHNAME', 'datamon_profile_series_values';
COMMENT ON FUNCTION datamon._profile_series_values(datamon.profile, int[], text[]) IS 'internal';

/*
 * Chooses the series of a monitor by its baseline: of the whole source, and of
 * segments with thirty rows a bucket, the heaviest first.  Of fewer rows there
 * are means; a share of five rows is no number.
 */
CREATE FUNCTION datamon._plan_series(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_most int := (SELECT datamon._most_series(m.bucket) FROM datamon._own_monitor m WHERE m.monitor_id = _plan_series.monitor_id);
BEGIN
	WITH wanted AS MATERIALIZED (
		SELECT b.segment_id, x.metric, x.column_no, x.after_labels, x.category, x.varies,
			row_number() OVER (ORDER BY g.key <> '{}', b.n DESC, b.segment_id, x.metric, x.column_no) AS place
		FROM datamon._own_baseline b
		JOIN datamon._own_segment g ON g.monitor_id = b.monitor_id AND g.segment_id = b.segment_id
		CROSS JOIN LATERAL (
			SELECT 'n' AS metric, 0 AS column_no, false AS after_labels, NULL::text AS category, true AS varies
			WHERE b.n >= 30 * b.buckets
			UNION ALL
			SELECT y.metric, c.column_no, w.role = 'label', CASE y.metric WHEN 'share' THEN c.category END, y.varies
			FROM datamon._profile_series_columns(b.profile) c
			JOIN datamon._own_monitored_column w ON w.monitor_id = $1 AND w.column_no = c.column_no
			CROSS JOIN LATERAL (VALUES
				(CASE w.kind WHEN 'number' THEN 'mean' ELSE 'share' END, c.varies,
					CASE w.kind WHEN 'number' THEN c.count > 0 ELSE c.share >= 0.01 AND c.count >= 30 * b.buckets END),
				('null_rate', true, c.null_count > 0 AND c.null_count < b.n AND b.n >= 30 * b.buckets AND w.role <> 'label'))
				y (metric, varies, is_wanted)
			WHERE y.is_wanted AND NOT g.key ? w.column_name::text
			UNION ALL
			SELECT p.metric, 0, true, NULL, true
			FROM (SELECT datamon.true_positives(b.performance) AS tp, datamon.false_positives(b.performance) AS fp,
				datamon.false_negatives(b.performance) AS fn WHERE b.performance IS NOT NULL) t
			CROSS JOIN LATERAL (VALUES ('precision', t.tp + t.fp), ('recall', t.tp + t.fn), ('f1', t.tp + t.fp + t.fn)) p (metric, n)
			WHERE p.n >= 20 * b.buckets) x
		WHERE b.monitor_id = $1 AND b.buckets > 0 AND (g.key = '{}' OR b.n >= 30 * b.buckets)
	), gone AS (
		DELETE FROM datamon._own_series s
		WHERE s.monitor_id = $1 AND NOT EXISTS (SELECT FROM wanted w WHERE w.place <= v_most
			AND w.segment_id = s.segment_id AND w.metric = s.metric AND w.column_no = s.column_no)
	)
	INSERT INTO datamon._own_series AS s (monitor_id, segment_id, metric, column_no, after_labels, category, varies)
	SELECT $1, w.segment_id, w.metric, w.column_no, w.after_labels, w.category, w.varies
	FROM wanted w WHERE w.place <= v_most
	ON CONFLICT (monitor_id, segment_id, metric, column_no) DO UPDATE SET varies = excluded.varies
	WHERE s.varies <> excluded.varies;
END
$$;
COMMENT ON FUNCTION datamon._plan_series(int) IS 'internal';

/* Values of the series in [from, to); of "n" also where there are no rows, but not before known_from.  NULL segments: of all. */
CREATE FUNCTION datamon._series_values(monitor_id int, from_bucket timestamptz, to_bucket timestamptz, after_labels boolean,
	known_from timestamptz, segments bigint[] DEFAULT NULL)
RETURNS TABLE (segment_id bigint, metric text, column_no int, bucket timestamptz, value float8, n bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH s AS MATERIALIZED (
		SELECT x.segment_id, x.metric, x.column_no, x.category
		FROM datamon._own_series x
		WHERE x.monitor_id = $1 AND x.after_labels = $4 AND ($6 IS NULL OR x.segment_id = ANY ($6))
	), g AS MATERIALIZED (
		SELECT x.segment_id, array_agg(x.column_no) FILTER (WHERE x.column_no > 0) AS column_nos,
			array_agg(x.category) FILTER (WHERE x.column_no > 0) AS categories, bool_or(x.metric = 'n') AS has_n,
			bool_or(x.metric IN ('precision', 'recall', 'f1')) AS has_performance
		FROM (SELECT s.segment_id, s.column_no, max(s.category) AS category, min(s.metric) AS metric
			FROM s GROUP BY s.segment_id, s.column_no, CASE WHEN s.column_no = 0 THEN s.metric END) x
		GROUP BY x.segment_id
	), c AS MATERIALIZED (
		SELECT c.segment_id, c.bucket, c.n, c.profile, c.performance, g.column_nos, g.categories, g.has_performance
		FROM datamon._own_cell c JOIN g ON g.segment_id = c.segment_id
		WHERE c.monitor_id = $1 AND c.bucket >= $2 AND c.bucket < $3
	)
	SELECT s.segment_id, s.metric, s.column_no, c.bucket,
		CASE s.metric WHEN 'null_rate' THEN x.null_count::float8 / nullif(c.n, 0) ELSE x.value END,
		CASE s.metric WHEN 'null_rate' THEN c.n ELSE x.count END
	FROM c
	CROSS JOIN LATERAL datamon._profile_series_values(c.profile, c.column_nos, c.categories) x
	JOIN s ON s.segment_id = c.segment_id AND s.column_no = x.column_no
	UNION ALL
	SELECT g.segment_id, 'n', 0, b.bucket, coalesce(c.n, 0), coalesce(c.n, 0)
	FROM (SELECT m.bucket AS width FROM datamon._own_monitor m WHERE m.monitor_id = $1) m
	CROSS JOIN LATERAL generate_series(greatest($2, $5), $3 - m.width, m.width) b (bucket)
	CROSS JOIN g
	LEFT JOIN c ON c.segment_id = g.segment_id AND c.bucket = b.bucket
	WHERE g.has_n
	UNION ALL
	SELECT c.segment_id, p.metric, 0, c.bucket, p.value, p.n
	FROM c
	CROSS JOIN LATERAL (SELECT datamon.true_positives(c.performance) AS tp, datamon.false_positives(c.performance) AS fp,
		datamon.false_negatives(c.performance) AS fn WHERE c.has_performance AND c.performance IS NOT NULL) t
	CROSS JOIN LATERAL (VALUES ('precision', t.tp + t.fp, datamon.precision_score(c.performance)),
		('recall', t.tp + t.fn, datamon.recall_score(c.performance)),
		('f1', t.tp + t.fp + t.fn, datamon.f1_score(c.performance))) p (metric, n, value)
	JOIN s ON s.segment_id = c.segment_id AND s.metric = p.metric
	WHERE p.n >= 20;
END
$$;
COMMENT ON FUNCTION datamon._series_values(int, timestamptz, timestamptz, boolean, timestamptz, bigint[]) IS 'internal';

/*
 * Brings the series up to the buckets before to_bucket, once each and in
 * order, from the cells as they are now.  Of a history longer than what a
 * state remembers, the last ten thousand buckets.
 */
CREATE FUNCTION datamon._series_step(monitor_id int, to_bucket timestamptz, after_labels boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	v_at timestamptz;
	v_to timestamptz;
	v_first timestamptz;
	v_known timestamptz;
	v_whole float8;
	v_parts float8;
BEGIN
	SELECT min(s.until) INTO v_at FROM datamon._own_series s WHERE s.monitor_id = $1 AND s.after_labels = $3;
	IF v_at IS NULL OR v_at >= to_bucket THEN
		RETURN;
	END IF;
	-- As far back as cells are kept for the baseline, whatever else keeps more of them.
	SELECT x.bucket, x.bucket_origin, g.segment_id AS root, greatest(s.first_bucket, s.cells_from, CASE WHEN lower(x.baseline) > s.first_bucket
		THEN datamon._bucket(lower(x.baseline) - (x.trailing_buckets + 1) * x.bucket, x.bucket, x.bucket_origin) END) AS first_bucket
	INTO m
	FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id)
	JOIN datamon._own_segment g ON g.monitor_id = x.monitor_id AND g.key = '{}'
	WHERE x.monitor_id = $1;
	v_first := m.first_bucket;
	IF v_first IS NULL OR v_first >= to_bucket THEN
		RETURN;
	END IF;
	IF date_part('epoch', to_bucket) - date_part('epoch', v_first) > 10000 * date_part('epoch', m.bucket) THEN
		v_first := to_bucket - 10000 * m.bucket;
	END IF;
	-- Buckets that have not been read yet are not empty.
	SELECT greatest(v_first, max(b.to_start)) INTO v_known FROM datamon._own_backfill b
	WHERE b.monitor_id = $1 AND b.from_start < b.read_from;
	v_at := greatest(v_at, v_first);
	SELECT datamon._series_threshold(x.whole * (1 + (x.parts > 0)::int)),
		datamon._series_threshold(x.parts * (1 + (x.whole > 0)::int)) INTO v_whole, v_parts
	FROM (SELECT count(*) FILTER (WHERE s.segment_id = m.root) AS whole, count(*) FILTER (WHERE s.segment_id <> m.root) AS parts
		FROM datamon._own_series s WHERE s.monitor_id = $1 AND s.varies) x;
	WHILE v_at < to_bucket LOOP
		v_to := least(to_bucket, v_at + 500 * m.bucket);
		WITH s AS MATERIALIZED (
			SELECT x.segment_id, x.metric, x.column_no, x.state, x.until, CASE WHEN x.segment_id = m.root THEN v_whole ELSE v_parts END AS threshold
			FROM datamon._own_series x WHERE x.monitor_id = $1 AND x.after_labels = $3 AND x.until < v_to
		), run AS MATERIALIZED (
			SELECT v.segment_id, v.metric, v.column_no, array_agg(v.bucket ORDER BY v.bucket) AS at,
				array_agg(v.value ORDER BY v.bucket) AS value, array_agg(v.n ORDER BY v.bucket) AS n
			FROM datamon._series_values($1, v_at, v_to, $3, v_known) v
			JOIN s USING (segment_id, metric, column_no)
			WHERE v.bucket >= s.until
			GROUP BY v.segment_id, v.metric, v.column_no
		), told AS MATERIALIZED (
			SELECT r.segment_id, r.metric, r.column_no, s.threshold, r.at[x.place] AS bucket, r.value[x.place] AS value, r.n[x.place] AS n, x.*,
				coalesce(datamon.count(s.state), 0) + x.place - 1 AS n_before
			FROM run r JOIN s USING (segment_id, metric, column_no)
			CROSS JOIN LATERAL datamon._anomaly_step(s.state, r.at, r.value, s.threshold) x
		), found AS (
			INSERT INTO datamon._own_anomaly (monitor_id, segment_id, metric, column_no, bucket, rule, after_labels, is_beyond, score,
				threshold, reason, value, expected, lower, upper, n, n_before)
			SELECT $1, t.segment_id, t.metric, t.column_no, t.bucket, datamon._series_rule(t.metric), $3,
				t.score > t.threshold AND datamon._is_bad_side(t.metric, t.reason), t.score, t.threshold, t.reason, t.value, t.expected, t.lower,
				t.upper, t.n, t.n_before
			FROM told t WHERE t.is_anomaly
			ON CONFLICT DO NOTHING
		), last AS (
			SELECT s.segment_id, s.metric, s.column_no, s.threshold, t.next_state, t.bucket, t.value, t.n, t.expected, t.lower, t.upper
			FROM s LEFT JOIN told t ON t.segment_id = s.segment_id AND t.metric = s.metric AND t.column_no = s.column_no
				AND t.next_state IS NOT NULL
		)
		UPDATE datamon._own_series x
		SET until = v_to, threshold = l.threshold, updated_at = now(), state = coalesce(l.next_state, x.state),
			bucket = coalesce(l.bucket, x.bucket),
			value = CASE WHEN l.bucket IS NULL THEN x.value ELSE l.value END, n = CASE WHEN l.bucket IS NULL THEN x.n ELSE l.n END,
			expected = CASE WHEN l.bucket IS NULL THEN x.expected ELSE l.expected END,
			lower = CASE WHEN l.bucket IS NULL THEN x.lower ELSE l.lower END,
			upper = CASE WHEN l.bucket IS NULL THEN x.upper ELSE l.upper END
		FROM last l
		WHERE x.monitor_id = $1 AND x.segment_id = l.segment_id AND x.metric = l.metric AND x.column_no = l.column_no;
		v_at := v_to;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._series_step(int, timestamptz, boolean) IS 'internal';

/* Before the rules judge: series are chosen when the baseline is made, and follow the complete buckets. */
CREATE FUNCTION datamon._follow_series(monitor_id int, clock timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
BEGIN
	SELECT x.bucket, x.bucket_origin, s.baseline_until INTO m
	FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = $1;
	IF m.baseline_until = clock OR NOT EXISTS (SELECT FROM datamon._own_series s WHERE s.monitor_id = $1) THEN
		PERFORM datamon._plan_series(monitor_id);
	END IF;
	PERFORM datamon._series_step(monitor_id, datamon._bucket(clock, m.bucket, m.bucket_origin), false);
END
$$;
COMMENT ON FUNCTION datamon._follow_series(int, timestamptz) IS 'internal';

/* After recompute(): from all cells anew, as far as they have been judged. */
CREATE FUNCTION datamon._rebuild_series(monitor_id int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	s record;
BEGIN
	SELECT x.evaluated_until, x.performance_until INTO s FROM datamon._own_state x
	WHERE x.monitor_id = $1 AND x.baseline_until IS NOT NULL;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	DELETE FROM datamon._own_series x WHERE x.monitor_id = $1;
	DELETE FROM datamon._own_anomaly x WHERE x.monitor_id = $1;
	PERFORM datamon._plan_series(monitor_id);
	PERFORM datamon._series_step(monitor_id, s.evaluated_until, false);
	PERFORM datamon._series_step(monitor_id, s.performance_until, true);
END
$$;
COMMENT ON FUNCTION datamon._rebuild_series(int) IS 'internal';

/*
 * What the series say of one bucket, for _judge(): bad where one is an
 * anomaly; of those told before, good when the value is where it would have
 * been none then, or when that is as long ago as a state holds an incident.
 *
 * Of several series, one a week is told: more are when they are among the
 * strongest of the four weeks before (five of them, two in the first week).
 * Of segments only the number of rows is told: a record says what is rare in
 * one series, and of hundreds some have one each day; their columns are judged
 * by tests whose p-values many comparisons leave something of.
 */
CREATE FUNCTION datamon._series_verdicts(monitor_id int, at_bucket timestamptz, after_labels boolean)
RETURNS TABLE (segment_id bigint, rule text, column_no int, score float8, threshold float8, value float8, expected float8,
	n_before bigint, n bigint, verdict text, column_name name, topic text, dimension text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	-- Not materialized: few buckets have any, and only of those the weeks before are looked at.
	WITH tellable AS NOT MATERIALIZED (
		SELECT a.*
		FROM datamon._own_anomaly a
		JOIN datamon._own_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
		WHERE a.monitor_id = $1 AND a.is_beyond AND (g.key = '{}' OR a.rule = 'volume_anomaly')
	), found AS MATERIALIZED (
		SELECT DISTINCT ON (a.segment_id, a.rule, a.column_no) a.*
		FROM tellable a
		WHERE a.bucket = $2 AND a.after_labels = $3
		ORDER BY a.segment_id, a.rule, a.column_no, a.score DESC, a.metric
	), incident AS (
		-- What is found within twelve buckets is one.
		SELECT max(a.score) AS score
		FROM tellable a
		JOIN datamon._own_monitor m ON m.monitor_id = a.monitor_id
		WHERE a.bucket < $2
			AND date_part('epoch', a.bucket) >= date_part('epoch', $2) - 4 * 604800
		GROUP BY floor(date_part('epoch', a.bucket) / (12 * date_part('epoch', m.bucket)))
	), least_told AS MATERIALIZED (
		SELECT i.score FROM incident i
		WHERE EXISTS (SELECT FROM found) AND (SELECT count(*) FROM datamon._own_series s WHERE s.monitor_id = $1 AND s.varies) > 1
		ORDER BY i.score DESC LIMIT 1
		OFFSET (SELECT least(4, 1 + floor((date_part('epoch', $2) - date_part('epoch', s.first_bucket)) / 604800))
			FROM datamon._own_state s WHERE s.monitor_id = $1)
	), standing AS MATERIALIZED (
		SELECT f.*, m.bucket AS width
		FROM datamon._own_alert t
		JOIN datamon._own_monitor m ON m.monitor_id = t.monitor_id
		CROSS JOIN LATERAL (SELECT a.* FROM datamon._own_anomaly a
			WHERE a.monitor_id = $1 AND a.segment_id = t.segment_id AND a.rule = t.rule AND a.column_no = t.column_no AND a.is_beyond
				AND a.bucket < $2
			ORDER BY a.bucket DESC, a.score DESC, a.metric LIMIT 1) f
		WHERE t.monitor_id = $1 AND t.is_automatic AND t.state <> 'resolved' AND f.after_labels = $3
	), now_at AS MATERIALIZED (
		SELECT v.*
		FROM (SELECT array_agg(DISTINCT s.segment_id) AS segments, min(s.width) AS width FROM standing s) s
		CROSS JOIN LATERAL datamon._series_values($1, $2, $2 + s.width, $3, $2, s.segments) v
		WHERE s.segments IS NOT NULL
	), said AS (
		SELECT f.segment_id, f.rule, f.column_no, f.score, f.threshold, f.value, f.expected, f.n_before, f.n,
			CASE WHEN f.score > coalesce((SELECT l.score FROM least_told l), 0) OR EXISTS (SELECT FROM standing s
				WHERE s.segment_id = f.segment_id AND s.rule = f.rule AND s.column_no = f.column_no) THEN 'bad' ELSE 'between' END AS verdict
		FROM found f
		UNION ALL
		SELECT s.segment_id, s.rule, s.column_no, 0, s.threshold, v.value, s.expected, s.n_before, v.n,
			CASE WHEN $2 >= s.bucket + 48 * s.width OR v.value BETWEEN coalesce(s.lower, '-infinity') AND coalesce(s.upper, 'infinity')
				THEN 'good' ELSE 'between' END
		FROM standing s
		JOIN now_at v ON v.segment_id = s.segment_id AND v.metric = s.metric AND v.column_no = s.column_no AND v.value IS NOT NULL
		WHERE NOT EXISTS (SELECT FROM found f WHERE f.segment_id = s.segment_id AND f.rule = s.rule AND f.column_no = s.column_no)
	)
	SELECT s.segment_id, s.rule, s.column_no, s.score, s.threshold, s.value, s.expected, s.n_before, s.n, s.verdict, w.column_name,
		CASE WHEN s.rule = 'performance_anomaly' OR w.role = 'label' THEN 'performance'
			WHEN s.rule = 'volume_anomaly' THEN 'volume' WHEN s.rule = 'missing_anomaly' THEN 'missing'
			WHEN w.role IN ('score', 'prediction') THEN 'output'
			ELSE CASE w.kind WHEN 'number' THEN 'drift of ' ELSE 'category_drift of ' END || w.column_name END,
		coalesce((SELECT k FROM jsonb_object_keys(g.key) k LIMIT 1), '')
	FROM said s
	JOIN datamon._own_segment g ON g.monitor_id = $1 AND g.segment_id = s.segment_id
	LEFT JOIN datamon._own_monitored_column w ON w.monitor_id = $1 AND w.column_no = s.column_no;
END
$$;
COMMENT ON FUNCTION datamon._series_verdicts(int, timestamptz, boolean) IS 'internal';

/* A number as a person reads it: four digits. */
CREATE FUNCTION datamon._short(x float8) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN x IS NULL THEN 'unknown' WHEN abs(x) < 1e-12 THEN '0' WHEN abs(x) = 'infinity' OR x = 'nan' THEN x::text
		WHEN abs(x) >= 1e15 THEN ltrim(to_char(x, '9.999EEEE'))
		ELSE trim_scale(round(x::numeric, greatest(0, 3 - floor(log(abs(x)))::int)))::text END
$$;
COMMENT ON FUNCTION datamon._short(float8) IS 'internal';

/* What a title says of an alert of these rules. */
CREATE FUNCTION datamon._series_fact(monitor_id int, segment_id bigint, rule text, column_no int, worst_bucket timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('%s %s, %s%s', CASE a.metric WHEN 'share' THEN 'share of ' || coalesce(left(s.category, 60), 'NULL') WHEN 'null_rate'
			THEN 'share of missing values' WHEN 'n' THEN 'number of rows' WHEN 'f1' THEN 'F1' ELSE a.metric END,
		datamon._short(a.value), a.reason, CASE WHEN a.lower IS NULL AND a.upper IS NULL THEN coalesce('; about ' || CASE WHEN a.expected IS NOT NULL THEN datamon._short(a.expected) END
				|| ' was expected', '')
			WHEN a.lower IS NULL THEN '; up to ' || datamon._short(a.upper) || ' is usual'
			WHEN a.upper IS NULL THEN '; from ' || datamon._short(a.lower) || ' is usual'
			ELSE format('; %s to %s is usual', datamon._short(a.lower), datamon._short(a.upper)) END)
	FROM datamon._own_anomaly a
	LEFT JOIN datamon._own_series s ON s.monitor_id = a.monitor_id AND s.segment_id = a.segment_id AND s.metric = a.metric
		AND s.column_no = a.column_no
	WHERE a.monitor_id = $1 AND a.segment_id = $2 AND a.rule = $3 AND a.column_no = $4 AND a.bucket = $5 AND a.is_beyond
	ORDER BY a.score DESC, a.metric LIMIT 1
$$;
COMMENT ON FUNCTION datamon._series_fact(int, bigint, text, int, timestamptz) IS 'internal';

/*
 * The usual step of a table that is nothing but a series of numbers, one row
 * a step: its buckets.  NULL where rows come as they like, more often than once
 * a minute, or are more than numbers: then a bucket needs many of them.
 */
CREATE FUNCTION datamon._series_width(source regclass, time_column name) RETURNS interval
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_step float8;
	v_regular float8;
BEGIN
	IF (SELECT count(*) FILTER (WHERE c.class = 'number') = 0 OR bool_or(c.class <> 'number' AND c.column_name <> time_column)
		FROM datamon._relation_columns(source) c) THEN
		RETURN NULL;
	END IF;
	EXECUTE format($q$
		WITH newest AS (
			SELECT date_part('epoch', %1$s) AS at
			FROM (SELECT i.%2$I FROM %3$s i WHERE i.%2$I > '-infinity' AND i.%2$I < %4$s ORDER BY i.%2$I DESC LIMIT 10001) s
		), gap AS (
			SELECT n.at - lag(n.at) OVER (ORDER BY n.at) AS gap FROM newest n
		), usual AS (
			SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY g.gap) AS step FROM gap g HAVING count(g.gap) >= 30
		)
		SELECT u.step, avg((g.gap BETWEEN 0.9 * u.step AND 1.1 * u.step)::int)
		FROM usual u CROSS JOIN gap g WHERE g.gap IS NOT NULL GROUP BY u.step$q$,
		datamon._time_expression(source, time_column, 's'), time_column, datamon._qualified(source), datamon._time_limit(source, time_column))
	INTO v_step, v_regular;
	RETURN CASE WHEN v_step BETWEEN 60 AND 604800 AND v_regular >= 0.9 THEN make_interval(secs => round(v_step)) END;
END
$$;
COMMENT ON FUNCTION datamon._series_width(regclass, name) IS 'internal';
