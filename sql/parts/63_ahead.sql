/*
 * Warnings ahead of time (docs/ahead.md).  Of each monitor some headline
 * series are kept as numbers, an hour or a bucket each; when one more is
 * complete, the chance that a series crosses a limit soon is told by
 * crossing_probability(), recorded, and scored when its time has come.
 * The probability is always one that the record of earlier ones corrected.
 */

CREATE TABLE datamon.forecast_series (
	monitor_id int NOT NULL,
	series_no int NOT NULL CHECK (series_no BETWEEN 1 AND 256),
	segment_id bigint NOT NULL,
	metric text NOT NULL,
	column_no int NOT NULL DEFAULT 0,
	column_name name,
	argument text NOT NULL DEFAULT '',
	after_labels boolean NOT NULL,
	min_rows bigint NOT NULL,
	PRIMARY KEY (monitor_id, series_no),
	UNIQUE (monitor_id, segment_id, metric, column_no, argument),
	FOREIGN KEY (monitor_id, segment_id) REFERENCES datamon.segment (monitor_id, segment_id) ON DELETE CASCADE
);
COMMENT ON TABLE datamon.forecast_series IS 'the headline series that are looked ahead of';

CREATE TABLE datamon.forecast_point (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	after_labels boolean NOT NULL,
	bucket timestamptz NOT NULL,
	values float8[] NOT NULL,
	PRIMARY KEY (monitor_id, after_labels, bucket)
);
COMMENT ON TABLE datamon.forecast_point IS 'values of the headline series at one step, by series_no';

CREATE TABLE datamon.forecast_state (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	after_labels boolean NOT NULL,
	until timestamptz NOT NULL,
	scored_until timestamptz NOT NULL,
	PRIMARY KEY (monitor_id, after_labels)
) WITH (fillfactor = 50);
COMMENT ON TABLE datamon.forecast_state IS 'how far the headline series of a monitor are known, and its forecasts scored';

CREATE TABLE datamon.forecast_model (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	version int NOT NULL CHECK (version > 0),
	fitted_until timestamptz NOT NULL,
	coefficients float8[] NOT NULL,
	own_coefficients float8[] NOT NULL,
	weight float8 NOT NULL,
	n_used bigint NOT NULL,
	positives bigint NOT NULL,
	events bigint NOT NULL,
	skill_before float8,
	skill_after float8,
	PRIMARY KEY (monitor_id, version)
);
COMMENT ON TABLE datamon.forecast_model IS 'what makes probabilities of scores, fitted to a monitor''s own record';

CREATE TABLE datamon.forecast_record (
	monitor_id int NOT NULL,
	made_at timestamptz NOT NULL CHECK (made_at > '4000-01-01 00:00:00+00 BC' AND made_at < '200000-01-01 00:00:00+00'),
	series_no int NOT NULL,
	rule text NOT NULL DEFAULT '' CHECK (length(rule) <= 63),
	direction text NOT NULL CHECK (direction IN ('below', 'above')),
	threshold float8 NOT NULL,
	inclusive boolean NOT NULL,
	horizon int NOT NULL CHECK (horizon BETWEEN 1 AND 24),
	value float8,
	score float8 NOT NULL,
	climatology float8 NOT NULL,
	distance float8 NOT NULL,
	exposure float8 NOT NULL,
	probability float8 NOT NULL CHECK (probability BETWEEN 0 AND 1),
	model_version int NOT NULL,
	expected_at timestamptz,
	early_at timestamptz,
	late_at timestamptz,
	n_paths bigint NOT NULL,
	n_used bigint NOT NULL,
	running int NOT NULL,
	verdict text CHECK (verdict IN ('bad', 'between', 'good', 'inhibited')),
	scored_at timestamptz,
	outcome boolean,
	crossed_at timestamptz CHECK (crossed_at > '4000-01-01 00:00:00+00 BC' AND crossed_at < '201000-01-01 00:00:00+00'),
	PRIMARY KEY (monitor_id, made_at, series_no, rule, direction),
	FOREIGN KEY (monitor_id, series_no) REFERENCES datamon.forecast_series ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX forecast_record_warning_idx ON datamon.forecast_record (monitor_id) WHERE verdict = 'bad';
COMMENT ON TABLE datamon.forecast_record IS 'every forecast of a crossing, and what came of it';

INSERT INTO datamon.rule (rule, measure, minimum, recovery, description, opens_after) VALUES
	('forecast', 'crossing_score', 0.9, 0.5, 'a metric is expected to cross a limit', 1);

CREATE VIEW datamon._own_forecast_series WITH (security_barrier) AS
	SELECT monitor_id, series_no, segment_id, metric, column_no, column_name, argument, after_labels, min_rows
	FROM datamon.forecast_series
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_forecast_series IS 'internal';

CREATE VIEW datamon._own_forecast_point WITH (security_barrier) AS
	SELECT monitor_id, after_labels, bucket, values
	FROM datamon.forecast_point
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_forecast_point IS 'internal';

CREATE VIEW datamon._own_forecast_state WITH (security_barrier) AS
	SELECT monitor_id, after_labels, until, scored_until
	FROM datamon.forecast_state
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_forecast_state IS 'internal';

CREATE VIEW datamon._own_forecast_model WITH (security_barrier) AS
	SELECT monitor_id, version, fitted_until, coefficients, own_coefficients, weight, n_used, positives, events, skill_before, skill_after
	FROM datamon.forecast_model
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_forecast_model IS 'internal';

CREATE VIEW datamon._own_forecast_record WITH (security_barrier) AS
	SELECT monitor_id, made_at, series_no, rule, direction, threshold, inclusive, horizon, value, score, climatology, distance, exposure,
		probability, model_version, expected_at, early_at, late_at, n_paths, n_used, running, verdict, scored_at, outcome, crossed_at
	FROM datamon.forecast_record
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_forecast_record IS 'internal';

CREATE VIEW datamon._readable_forecast_series WITH (security_barrier) AS
	SELECT monitor_id, series_no, segment_id, metric, column_no, column_name, argument, after_labels, min_rows
	FROM datamon.forecast_series
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_forecast_series IS 'internal';

CREATE VIEW datamon._readable_forecast_model WITH (security_barrier) AS
	SELECT monitor_id, version, fitted_until, coefficients, own_coefficients, weight, n_used, positives, events, skill_before, skill_after
	FROM datamon.forecast_model
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_forecast_model IS 'internal';

CREATE VIEW datamon._readable_forecast_record WITH (security_barrier) AS
	SELECT monitor_id, made_at, series_no, rule, direction, threshold, inclusive, horizon, value, score, climatology, distance, exposure,
		probability, model_version, expected_at, early_at, late_at, n_paths, n_used, running, verdict, scored_at, outcome, crossed_at
	FROM datamon.forecast_record
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_forecast_record IS 'internal';

GRANT SELECT, INSERT, UPDATE, DELETE ON datamon._own_forecast_series, datamon._own_forecast_point, datamon._own_forecast_state,
	datamon._own_forecast_model, datamon._own_forecast_record TO PUBLIC;
GRANT SELECT ON datamon._readable_forecast_series, datamon._readable_forecast_model, datamon._readable_forecast_record TO PUBLIC;

/* How far apart the values of a series are: a bucket, or an hour of shorter ones; NULL: neither, or more than a year. */
CREATE FUNCTION datamon._forecast_step(bucket interval) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 >= '1 hour' THEN CASE WHEN $1 <= '366 days' THEN $1 END ELSE datamon._tier_width($1, 1) END
$$;
COMMENT ON FUNCTION datamon._forecast_step(interval) IS 'internal';

/* Whether a horizon after, and a history before, there is time. */
CREATE FUNCTION datamon._is_foreseeable(t timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT $1 > '3000-01-01 00:00:00+00 BC' AND $1 < '199000-01-01 00:00:00+00'
$$;
COMMENT ON FUNCTION datamon._is_foreseeable(timestamptz) IS 'internal';

/* How many steps ahead: a day of hours, a week of days. */
CREATE FUNCTION datamon._forecast_horizon(step interval) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 < '24 hours' THEN 24 ELSE 7 END
$$;
COMMENT ON FUNCTION datamon._forecast_horizon(interval) IS 'internal';

/* So many values of a series are looked at: 28 days of hours. */
CREATE FUNCTION datamon._forecast_history() RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 672
$$;
COMMENT ON FUNCTION datamon._forecast_history() IS 'internal';

/* Limits that are forecast at one step, and forecasts of a tick that has many steps to catch up with: some milliseconds each. */
CREATE FUNCTION datamon._most_forecasts(OUT a_step int, OUT a_tick int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 128, 600
$$;
COMMENT ON FUNCTION datamon._most_forecasts() IS 'internal';

/* What makes a probability of a score as long as a monitor has no record of its own: fitted to other series (docs/forecast.md). */
CREATE FUNCTION datamon._default_coefficients() RETURNS float8[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '{-3.09,0.465,0.18,-0.47,-0.60}'::float8[]
$$;
COMMENT ON FUNCTION datamon._default_coefficients() IS 'internal';

/*
 * Of one group there is one alert at a time, by this column_no: what is watched
 * without a rule, of labels (0), rows (-1) or a column; else the series of a
 * user's rule (-2 and less).
 */
CREATE FUNCTION datamon._forecast_group(rule text, series_no int, metric text, column_no int) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 <> '' THEN -1 - $2 WHEN $3 = 'n' THEN -1 ELSE $4 END
$$;
COMMENT ON FUNCTION datamon._forecast_group(text, int, text, int) IS 'internal';

/* The column that an alert of such a number is about. */
CREATE FUNCTION datamon._forecast_column(monitor_id int, alert_column_no int) RETURNS name
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.column_name FROM datamon._own_forecast_series s WHERE s.monitor_id = $1 AND s.series_no = -1 - $2
$$;
COMMENT ON FUNCTION datamon._forecast_column(int, int) IS 'internal';

/*
 * The chance of a crossing by coefficients of calibrate_forecasts().  No record
 * reaches far: forecasts that cross by more than two of their usual errors came
 * true less often, not more.
 */
CREATE FUNCTION datamon._crossing_chance(coefficients float8[], score float8, climatology float8, distance float8, exposure float8)
RETURNS float8
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT 1 / (1 + exp(-greatest(-700, least(700, $1[1] + $1[2] * ln(l.s / (1 - l.s)) + $1[3] * ln(l.c / (1 - l.c))
		+ $1[4] * greatest($4, -2) + $1[5] * ln(l.e / (1 - l.e))))))
	FROM (SELECT greatest(1e-9, least(1 - 1e-9, $2)) AS s, greatest(1e-9, least(1 - 1e-9, $3)) AS c,
		greatest(1e-9, least(1 - 1e-9, $5)) AS e) l
$$;
COMMENT ON FUNCTION datamon._crossing_chance(float8[], float8, float8, float8, float8) IS 'internal';

CREATE FUNCTION datamon._is_beyond(value float8, threshold float8, direction text, inclusive boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN $3 OPERATOR(pg_catalog.=) 'below' THEN $1 OPERATOR(pg_catalog.<) $2 ELSE $1 OPERATOR(pg_catalog.>) $2 END
		OR $4 AND $1 OPERATOR(pg_catalog.=) $2
$$;
COMMENT ON FUNCTION datamon._is_beyond(float8, float8, text, boolean) IS 'internal';

/* The limits that rules of users set, in the metric's own unit. */
CREATE FUNCTION datamon._rule_limits(monitor_id int)
RETURNS TABLE (rule text, segment_id bigint, metric text, column_no int, column_name name, argument text, min_rows bigint,
	direction text, threshold float8, inclusive boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT x.*
	FROM (
		SELECT r.rule, g.segment_id, r.metric, coalesce(c.column_no, 0), r.column_name, coalesce(r.argument, ''), r.min_rows,
			CASE WHEN r.operator IN ('<', '<=') THEN 'below' ELSE 'above' END,
			CASE r.unit WHEN 'value' THEN r.threshold WHEN 'difference' THEN b.value + r.threshold
				ELSE b.value + abs(b.value) * r.threshold / 100 END AS threshold, r.operator IN ('<=', '>=')
		FROM datamon._own_user_rule r
		JOIN datamon._own_monitor m ON m.monitor_id = r.monitor_id
		JOIN datamon._own_segment g ON g.monitor_id = r.monitor_id AND CASE WHEN r.by_dimension IS NULL THEN g.key = r.segment
			ELSE g.key ? r.by_dimension::text AND g.key - r.by_dimension::text = '{}' END
		LEFT JOIN datamon._own_monitored_column c ON c.monitor_id = r.monitor_id AND c.column_name = r.column_name
			AND c.column_no IS NOT NULL
		LEFT JOIN LATERAL (SELECT CASE WHEN abs(y.value) < 1e150 AND abs(r.threshold) < 1e150 THEN y.value END AS value
			FROM datamon._own_baseline b
			CROSS JOIN LATERAL datamon._metric(r.metric, c.column_no, r.argument, b.n::float8 / b.buckets, b.profile, b.performance) y
			WHERE r.unit <> 'value' AND b.monitor_id = g.monitor_id AND b.segment_id = g.segment_id AND b.n > 0) b ON true
		WHERE r.monitor_id = $1 AND r.enabled AND r.metric IS NOT NULL AND (r.column_name IS NULL OR c.column_no IS NOT NULL)
			-- Of an hour these are not what they are of its buckets.
			AND g.key - ARRAY(SELECT d.column_name::text FROM datamon._own_dimension d WHERE d.monitor_id = $1) = '{}'
			AND (m.bucket >= '1 hour' OR r.metric NOT IN ('min', 'max', 'distinct_count'))) x
	WHERE x.threshold BETWEEN -1e150 AND 1e150;
END
$$;
COMMENT ON FUNCTION datamon._rule_limits(int) IS 'internal';

/* Which series are looked at: those of users' rules first.  Returns the numbers of new ones. */
CREATE FUNCTION datamon._choose_forecast_series(monitor_id int) RETURNS int[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_new int[];
BEGIN
	WITH root AS (
		SELECT g.segment_id, CASE WHEN b.n IS NULL THEN EXISTS (SELECT FROM datamon._own_monitored_column c
				WHERE c.monitor_id = $1 AND c.role = 'label') ELSE b.performance IS NOT NULL END AS has_performance
		FROM datamon._own_segment g
		LEFT JOIN datamon._own_baseline b ON b.monitor_id = g.monitor_id AND b.segment_id = g.segment_id
		WHERE g.monitor_id = $1 AND g.key = '{}'
	), automatic AS (
		SELECT r.segment_id, v.metric, 0 AS column_no, NULL::name AS column_name, v.priority
		FROM root r CROSS JOIN (VALUES ('f1', 2), ('precision', 2), ('recall', 2), ('n', 4)) v (metric, priority)
		WHERE v.metric = 'n' OR r.has_performance
		UNION ALL
		SELECT r.segment_id, v.metric, c.column_no, c.column_name, CASE WHEN v.metric = 'null_rate' THEN 6 WHEN c.role = 'score' THEN 3 ELSE 5 END
		FROM root r
		CROSS JOIN (VALUES ('mean'), ('null_rate')) v (metric)
		JOIN datamon._own_monitored_column c ON c.monitor_id = $1 AND c.column_no IS NOT NULL AND c.role <> 'label'
			AND (c.kind = 'number' OR v.metric = 'null_rate')
		ORDER BY priority, column_no, metric
		LIMIT 64
	), wanted AS MATERIALIZED (
		SELECT x.segment_id, x.metric, x.column_no, x.column_name, x.argument, min(x.min_rows) AS min_rows, min(x.priority) AS priority
		FROM (
			SELECT l.segment_id, l.metric, l.column_no, l.column_name, l.argument, l.min_rows, 1 AS priority FROM datamon._rule_limits($1) l
			UNION ALL
			SELECT a.segment_id, a.metric, a.column_no, a.column_name, '', 1, a.priority FROM automatic a) x
		GROUP BY x.segment_id, x.metric, x.column_no, x.column_name, x.argument
		ORDER BY min(x.priority), x.column_no, x.metric, x.segment_id, x.argument
		LIMIT 256
	), gone AS (
		DELETE FROM datamon._own_forecast_series s
		WHERE s.monitor_id = $1 AND NOT EXISTS (SELECT FROM wanted w WHERE w.segment_id = s.segment_id AND w.metric = s.metric
			AND w.column_no = s.column_no AND w.argument = s.argument AND w.min_rows = s.min_rows)
	), fresh AS (
		SELECT w.*, row_number() OVER (ORDER BY w.priority, w.column_no, w.metric, w.segment_id, w.argument) AS place
		FROM wanted w
		WHERE NOT EXISTS (SELECT FROM datamon._own_forecast_series s WHERE s.monitor_id = $1 AND w.segment_id = s.segment_id
			AND w.metric = s.metric AND w.column_no = s.column_no AND w.argument = s.argument)
	), free AS (
		SELECT n, row_number() OVER (ORDER BY n) AS place FROM generate_series(1, 256) n
		WHERE n NOT IN (SELECT s.series_no FROM datamon._own_forecast_series s WHERE s.monitor_id = $1)
	), added AS (
		INSERT INTO datamon._own_forecast_series (monitor_id, series_no, segment_id, metric, column_no, column_name, argument, after_labels,
			min_rows)
		SELECT $1, e.n, f.segment_id, f.metric, f.column_no, f.column_name, f.argument,
			f.metric IN ('precision', 'recall', 'f1', 'accuracy') OR coalesce((SELECT c.role = 'label'
				FROM datamon._own_monitored_column c WHERE c.monitor_id = $1 AND c.column_no = f.column_no), false), f.min_rows
		FROM fresh f JOIN free e ON e.place = f.place
		RETURNING series_no
	)
	SELECT array_agg(a.series_no) INTO v_new FROM added a;
	RETURN v_new;
END
$$;
COMMENT ON FUNCTION datamon._choose_forecast_series(int) IS 'internal';

/*
 * Values of the series at some steps, from cells or, where a step is an hour of
 * shorter buckets, from the tiles of hours.  only_series: of the others what is
 * there is kept.
 */
CREATE FUNCTION datamon._fill_forecast_points(monitor_id int, after_labels boolean, starts timestamptz[], only_series int[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	WITH m AS MATERIALIZED (
		SELECT x.bucket, datamon._forecast_step(x.bucket) AS step, s.first_bucket,
			date_part('epoch', datamon._forecast_step(x.bucket)) / date_part('epoch', x.bucket) AS buckets
		FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = $1
	), wanted AS MATERIALIZED (
		SELECT s.* FROM datamon._own_forecast_series s
		WHERE s.monitor_id = $1 AND s.after_labels = $2 AND ($4 IS NULL OR s.series_no = ANY ($4))
	), seg AS MATERIALIZED (
		SELECT g.segment_id, f.cuboid_no, f.part, f.key
		FROM (SELECT DISTINCT w.segment_id FROM wanted w) w
		JOIN datamon._own_segment g ON g.monitor_id = $1 AND g.segment_id = w.segment_id
		CROSS JOIN m
		LEFT JOIN LATERAL datamon._find_segment($1, g.key) f ON m.step <> m.bucket
	), seen AS MATERIALIZED (
		-- Each by its key: of all that are stored few are asked for.
		SELECT t.start, g.segment_id, c.n, c.profile, c.performance
		FROM m CROSS JOIN unnest($3) t (start) CROSS JOIN seg g
		CROSS JOIN LATERAL (SELECT c.n, c.profile, c.performance FROM datamon._own_cell c
			WHERE c.monitor_id = $1 AND c.segment_id = g.segment_id AND c.bucket = t.start AND m.step = m.bucket OFFSET 0) c
		UNION ALL
		SELECT t.start, g.segment_id, c.n, c.profile, c.performance
		FROM m CROSS JOIN unnest($3) t (start) CROSS JOIN seg g
		CROSS JOIN LATERAL (SELECT sum(c.n)::bigint AS n, datamon.merge(c.profile) AS profile, datamon.merge(c.performance) AS performance
			FROM (SELECT x.cells FROM datamon._own_tile x
				WHERE x.monitor_id = $1 AND x.cuboid_no = g.cuboid_no AND x.tier = 1 AND x.part = g.part AND x.bucket = t.start
					AND m.step <> m.bucket OFFSET 0) x
			CROSS JOIN LATERAL datamon.cell(x.cells, g.key) c) c
		WHERE c.n > 0
	), of_column AS MATERIALIZED (
		SELECT s.start, s.segment_id, c.*
		FROM seen s CROSS JOIN LATERAL datamon.columns(s.profile) c
		WHERE c.column_no IN (SELECT w.column_no FROM wanted w)
	), value AS (
		SELECT s.start, w.series_no, x.value
		FROM wanted w
		JOIN seen s ON s.segment_id = w.segment_id
		CROSS JOIN LATERAL datamon._metric(w.metric, NULL, w.argument, s.n, s.profile, s.performance) x
		WHERE w.column_no = 0 AND w.metric <> 'n' AND x.n_used >= w.min_rows
		UNION ALL
		SELECT c.start, w.series_no, CASE w.metric WHEN 'null_rate' THEN c.null_count::float8 / x.n WHEN 'nan_rate' THEN c.nan_count::float8 / x.n
			WHEN 'mean' THEN c.mean WHEN 'stddev' THEN c.stddev WHEN 'min' THEN c.min WHEN 'max' THEN c.max
			WHEN 'distinct_count' THEN c.distinct_count
			WHEN 'quantile' THEN datamon.quantile(c.histogram, CASE WHEN w.metric = 'quantile' THEN w.argument::float8 END)
			WHEN 'share' THEN datamon.value_count(c.value_counts, w.argument)::float8 / nullif(c.count, 0) END
		FROM wanted w
		JOIN of_column c ON c.segment_id = w.segment_id AND c.column_no = w.column_no
		CROSS JOIN LATERAL (SELECT nullif(c.count + c.null_count + c.nan_count + c.infinity_count, 0) AS n) x
		WHERE w.column_no > 0 AND CASE WHEN w.metric IN ('null_rate', 'nan_rate') THEN x.n ELSE c.count END >= w.min_rows
		UNION ALL
		-- No rows is a number, where they have been looked for.
		SELECT t.start, w.series_no, coalesce(s.n, 0) / m.buckets
		FROM m CROSS JOIN wanted w
		CROSS JOIN unnest($3) t (start)
		LEFT JOIN seen s ON s.start = t.start AND s.segment_id = w.segment_id
		WHERE w.metric = 'n' AND t.start >= m.first_bucket AND (s.n IS NOT NULL OR NOT datamon._waits($1, t.start, t.start + m.step))
	), size AS (
		SELECT max(s.series_no) AS size FROM datamon._own_forecast_series s WHERE s.monitor_id = $1
	), packed AS (
		SELECT t.start, array_agg(v.value ORDER BY i.no) AS values
		FROM unnest($3) t (start)
		CROSS JOIN size z
		CROSS JOIN LATERAL generate_series(1, z.size) i (no)
		LEFT JOIN value v ON v.start = t.start AND v.series_no = i.no AND v.value BETWEEN -1e150 AND 1e150
		GROUP BY t.start
	)
	INSERT INTO datamon._own_forecast_point AS p (monitor_id, after_labels, bucket, values)
	SELECT $1, $2, k.start, k.values FROM packed k
	ON CONFLICT (monitor_id, after_labels, bucket) DO UPDATE
	SET values = CASE WHEN $4 IS NULL THEN excluded.values ELSE ARRAY(
		SELECT CASE WHEN i = ANY ($4) THEN excluded.values[i] ELSE p.values[i] END
		FROM generate_series(1, cardinality(excluded.values)) i ORDER BY i) END;
END
$$;
COMMENT ON FUNCTION datamon._fill_forecast_points(int, boolean, timestamptz[], int[]) IS 'internal';

/* What came of forecasts whose window is over, made from one step to another; missing in half of the window or more: nobody knows. */
CREATE FUNCTION datamon._score_forecasts(monitor_id int, after_labels boolean, from_step timestamptz, to_step timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_step interval := (SELECT datamon._forecast_step(m.bucket) FROM datamon._own_monitor m WHERE m.monitor_id = _score_forecasts.monitor_id);
BEGIN
	UPDATE datamon._own_forecast_record r
	SET scored_at = coalesce(r.scored_at, now()), outcome = CASE WHEN 2 * x.known > r.horizon THEN x.crossed_at IS NOT NULL END,
		crossed_at = CASE WHEN 2 * x.known > r.horizon THEN x.crossed_at END
	FROM (
		SELECT o.made_at, o.series_no, o.rule, o.direction, count(p.values[o.series_no]) AS known,
			min(p.bucket) FILTER (WHERE datamon._is_beyond(p.values[o.series_no], o.threshold, o.direction, o.inclusive)) AS crossed_at
		FROM datamon._own_forecast_series s
		JOIN datamon._own_forecast_record o ON o.monitor_id = s.monitor_id AND o.series_no = s.series_no
		LEFT JOIN datamon._own_forecast_point p ON p.monitor_id = $1 AND p.after_labels = $2 AND p.bucket > o.made_at
			AND p.bucket <= o.made_at + o.horizon * v_step
		WHERE s.monitor_id = $1 AND s.after_labels = $2 AND o.made_at >= $3 AND o.made_at <= $4
		GROUP BY o.made_at, o.series_no, o.rule, o.direction) x
	WHERE r.monitor_id = $1 AND r.made_at = x.made_at AND r.series_no = x.series_no AND r.rule = x.rule AND r.direction = x.direction
		AND (r.scored_at IS NULL OR r.crossed_at IS DISTINCT FROM CASE WHEN 2 * x.known > r.horizon THEN x.crossed_at END
			OR r.outcome IS DISTINCT FROM CASE WHEN 2 * x.known > r.horizon THEN x.crossed_at IS NOT NULL END);
END
$$;
COMMENT ON FUNCTION datamon._score_forecasts(int, boolean, timestamptz, timestamptz) IS 'internal';

/* Late rows and labels, and history that was read, change values and with them what forecasts came to. */
CREATE FUNCTION datamon._revise_forecasts(monitor_id int, revised timestamptz[], filled boolean, clock timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	s record;
	v_starts timestamptz[];
BEGIN
	IF clock IS NULL OR NOT datamon._is_foreseeable(clock) THEN
		RETURN;
	END IF;
	FOR s IN
		SELECT f.*, x.bucket_origin, datamon._forecast_step(x.bucket) AS step, datamon._forecast_horizon(datamon._forecast_step(x.bucket)) AS horizon,
			y.first_bucket, (SELECT min(p.bucket) FROM datamon._own_forecast_point p
				WHERE p.monitor_id = f.monitor_id AND p.after_labels = f.after_labels) AS first_step
		FROM datamon._own_forecast_state f JOIN datamon._own_monitor x USING (monitor_id) JOIN datamon._own_state y USING (monitor_id)
		WHERE f.monitor_id = $1
	LOOP
		SELECT array_agg(x.start ORDER BY x.start) INTO v_starts
		FROM (
			SELECT DISTINCT datamon._bucket(r, s.step, s.bucket_origin) AS start FROM unnest($2) r WHERE r < s.until AND r >= s.first_step
			UNION
			-- Every step has a row: from where the history begins by now, those that nothing is known of.
			SELECT t.at
			FROM generate_series(greatest(datamon._bucket(s.first_bucket, s.step, s.bucket_origin), s.until - datamon._forecast_history() * s.step),
				s.until - s.step, s.step) t (at)
			WHERE $3 AND NOT EXISTS (SELECT FROM datamon._own_forecast_point p WHERE p.monitor_id = $1 AND p.after_labels = s.after_labels
				AND p.bucket = t.at AND array_remove(p.values, NULL) <> '{}')) x;
		CONTINUE WHEN v_starts IS NULL;
		PERFORM datamon._fill_forecast_points($1, s.after_labels, v_starts, NULL);
		PERFORM datamon._score_forecasts($1, s.after_labels, v_starts[1] - s.horizon * s.step,
			least(v_starts[cardinality(v_starts)], s.scored_until));
	END LOOP;

	-- What comes before the baseline is history, too: its cells may be gone when the first bucket is judged.
	FOR s IN
		SELECT l.after_labels, f.until, f.scored_until, datamon._forecast_step(x.bucket) AS step,
			datamon._bucket(least($4, upper(x.baseline)), datamon._forecast_step(x.bucket), x.bucket_origin) AS to_step,
			datamon._bucket(y.first_bucket, datamon._forecast_step(x.bucket), x.bucket_origin) AS first_step
		FROM datamon._own_monitor x
		JOIN datamon._own_state y USING (monitor_id)
		CROSS JOIN (VALUES (false), (true)) l (after_labels)
		LEFT JOIN datamon._own_forecast_state f ON f.monitor_id = x.monitor_id AND f.after_labels = l.after_labels
		WHERE x.monitor_id = $1 AND y.evaluated_until IS NULL AND isfinite(upper(x.baseline))
	LOOP
		CONTINUE WHEN s.step IS NULL OR s.first_step IS NULL OR s.first_step >= s.to_step OR s.until >= s.to_step OR NOT datamon._is_foreseeable(s.to_step);
		PERFORM datamon._choose_forecast_series($1);
		PERFORM datamon._fill_forecast_points($1, s.after_labels, ARRAY(SELECT generate_series(greatest(coalesce(s.until, s.first_step),
			s.to_step - datamon._forecast_history() * s.step), s.to_step - s.step, s.step)), NULL);
		INSERT INTO datamon._own_forecast_state AS f (monitor_id, after_labels, until, scored_until)
		VALUES ($1, s.after_labels, s.to_step, s.to_step - s.step)
		ON CONFLICT (monitor_id, after_labels) DO UPDATE SET until = excluded.until, scored_until = excluded.scored_until;
		DELETE FROM datamon._own_forecast_point p
		WHERE p.monitor_id = $1 AND p.after_labels = s.after_labels AND p.bucket < s.to_step - datamon._forecast_history() * s.step;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._revise_forecasts(int, timestamptz[], boolean, timestamptz) IS 'internal';

/*
 * So many steps running a score has to be high: the more limits are watched,
 * the longer, so that false alarms stay at about one a week and monitor
 * (measured a limit and hour: docs/ahead.md).
 */
CREATE FUNCTION datamon._forecast_running(limits_an_hour float8) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 <= 11 THEN 2 WHEN $1 <= 18 THEN 3 WHEN $1 <= 36 THEN 4 WHEN $1 <= 90 THEN 6 ELSE 9 END
$$;
COMMENT ON FUNCTION datamon._forecast_running(float8) IS 'internal';

/* Twice as long where the monitor's own warnings came to nothing: four or more, of which less than a quarter came true. */
CREATE FUNCTION datamon._forecast_patience(monitor_id int) RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN (SELECT CASE WHEN count(*) >= 4 AND 4 * count(*) FILTER (WHERE x.came) < count(*) THEN 2 ELSE 1 END
	FROM (SELECT bool_or(r.outcome) AS came
		FROM datamon._own_forecast_record r JOIN datamon._own_monitor m ON m.monitor_id = r.monitor_id
		WHERE r.monitor_id = $1 AND r.verdict = 'bad' AND r.outcome IS NOT NULL
		GROUP BY r.series_no, r.rule, r.direction,
			floor(date_part('epoch', r.made_at) / (r.horizon * date_part('epoch', datamon._forecast_step(m.bucket))))) x);
END
$$;
COMMENT ON FUNCTION datamon._forecast_patience(int) IS 'internal';

/* Fits what makes probabilities to the monitor's own record: once a day, and never all the way. */
CREATE FUNCTION datamon._fit_forecasts(monitor_id int, at_step timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_last record;
	f record;
	v_weight float8;
	v_used bigint;
	v_events bigint;
BEGIN
	SELECT x.version, x.fitted_until INTO v_last FROM datamon._own_forecast_model x WHERE x.monitor_id = $1 ORDER BY x.version DESC LIMIT 1;
	IF v_last.fitted_until > $2 - interval '24 hours' THEN
		RETURN;
	END IF;
	-- Windows overlap: a crossing that many forecasts were about is one event, and so are others soon after.
	SELECT count(*), count(DISTINCT (r.series_no, r.rule, r.direction, floor(date_part('epoch', r.crossed_at)
		/ (r.horizon * date_part('epoch', datamon._forecast_step(m.bucket)))))) FILTER (WHERE r.outcome) INTO v_used, v_events
	FROM datamon._own_forecast_record r JOIN datamon._own_monitor m ON m.monitor_id = r.monitor_id
	WHERE r.monitor_id = $1 AND r.outcome IS NOT NULL;
	IF v_used < 200 OR v_events < 20 THEN
		RETURN;
	END IF;
	SELECT c.* INTO f
	FROM (SELECT array_agg(r.score) AS s, array_agg(r.climatology) AS c, array_agg(greatest(r.distance, -2)) AS d, array_agg(r.exposure) AS e,
			array_agg(r.outcome) AS o
		FROM (SELECT * FROM datamon._own_forecast_record r WHERE r.monitor_id = $1 AND r.outcome IS NOT NULL
			ORDER BY r.made_at, r.series_no, r.rule, r.direction) r) x
	CROSS JOIN LATERAL datamon.calibrate_forecasts(x.s, x.c, x.d, x.e, x.o) c;
	IF f.coefficients IS NULL OR NOT f.converged THEN
		RETURN;
	END IF;
	v_weight := v_events / (v_events + 50.0);
	INSERT INTO datamon._own_forecast_model (monitor_id, version, fitted_until, coefficients, own_coefficients, weight, n_used, positives,
		events, skill_before, skill_after)
	VALUES ($1, coalesce(v_last.version, 0) + 1, $2, ARRAY(SELECT v_weight * o.c + (1 - v_weight) * d.c
		FROM unnest(f.coefficients) WITH ORDINALITY o (c, no) JOIN unnest(datamon._default_coefficients()) WITH ORDINALITY d (c, no) USING (no)
		ORDER BY no), f.coefficients, v_weight, f.n_used, f.positives, v_events, f.skill_before, f.skill_after);
	DELETE FROM datamon._own_forecast_model x WHERE x.monitor_id = $1 AND x.version < v_last.version - 100;
END
$$;
COMMENT ON FUNCTION datamon._fit_forecasts(int, timestamptz) IS 'internal';

/* Forecasts of every limit at one step, as records; a limit that is crossed now, or was just now, has none. */
CREATE FUNCTION datamon._make_forecasts(monitor_id int, after_labels boolean, at_step timestamptz, step interval, horizon int) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_step_no bigint := floor(date_part('epoch', at_step) / date_part('epoch', step));
	v_model record;
BEGIN
	SELECT x.version, x.coefficients INTO v_model FROM datamon._own_forecast_model x WHERE x.monitor_id = $1 ORDER BY x.version DESC LIMIT 1;
	WITH point AS MATERIALIZED (
		SELECT p.bucket, p.values FROM datamon._own_forecast_point p
		WHERE p.monitor_id = $1 AND p.after_labels = $2 AND p.bucket > $3 - datamon._forecast_history() * $4 AND p.bucket <= $3
		ORDER BY p.bucket
	), history AS MATERIALIZED (
		SELECT s.series_no, s.segment_id, s.metric, s.column_no, s.argument, y.series, z.*
		FROM datamon._own_forecast_series s
		-- Of every step there is a row, in order.
		CROSS JOIN LATERAL (SELECT array_agg(p.values[s.series_no]) AS series FROM point p) y
		CROSS JOIN LATERAL (SELECT count(*) AS n_used, min(u.value) AS least, max(u.value) AS most,
				percentile_cont(ARRAY[0.005, 0.995]) WITHIN GROUP (ORDER BY u.value) AS level,
				min(u.value) FILTER (WHERE u.no > cardinality(y.series) - $5) AS least_now,
				max(u.value) FILTER (WHERE u.no > cardinality(y.series) - $5) AS most_now
			FROM unnest(y.series) WITH ORDINALITY u (value, no) WHERE u.value IS NOT NULL) z
		WHERE s.monitor_id = $1 AND s.after_labels = $2
	), known AS MATERIALIZED (
		SELECT h.*, h.series[cardinality(h.series)] AS value FROM history h WHERE h.least < h.most AND h.n_used >= 2 * $5
	), limits AS MATERIALIZED (
		SELECT h.series_no, l.rule, l.direction, l.threshold, l.inclusive
		FROM datamon._rule_limits($1) l
		JOIN known h ON h.segment_id = l.segment_id AND h.metric = l.metric AND h.column_no = l.column_no AND h.argument = l.argument
		WHERE NOT datamon._is_beyond(h.value, l.threshold, l.direction, l.inclusive)
		UNION ALL
		-- Where nobody has set one: beyond what was usual, a twentieth of its range.
		SELECT h.series_no, '', v.direction, v.threshold, false
		FROM known h
		CROSS JOIN LATERAL (VALUES
			('below', h.level[1] - 0.05 * (h.level[2] - h.level[1]), h.metric NOT IN ('null_rate', 'nan_rate'), h.least_now),
			('above', h.level[2] + 0.05 * (h.level[2] - h.level[1]), h.metric NOT IN ('precision', 'recall', 'f1', 'accuracy'), h.most_now))
			v (direction, threshold, is_danger, worst_now)
		WHERE h.value IS NOT NULL AND h.n_used >= 7 * $5 AND h.level[1] < h.level[2] AND v.is_danger
			AND NOT datamon._is_beyond(v.worst_now, v.threshold, v.direction, false)
			AND (v.threshold > 0 OR v.direction = 'above' OR h.least < 0)
			AND (v.threshold < 1 OR v.direction = 'below' OR h.metric NOT IN ('null_rate', 'nan_rate', 'share'))
			AND NOT EXISTS (SELECT FROM datamon._rule_limits($1) l WHERE h.segment_id = l.segment_id AND h.metric = l.metric
				AND h.column_no = l.column_no AND h.argument = l.argument)
	), turn AS MATERIALIZED (
		-- Where there are too many, they take turns.
		SELECT l.*, greatest(1, ceil(count(*) OVER () / (SELECT x.a_step FROM datamon._most_forecasts() x)::float8))::int AS turns,
			mod(l.series_no + v_step_no, greatest(1, ceil(count(*) OVER () / (SELECT x.a_step FROM datamon._most_forecasts() x)::float8))::int) AS turn
		FROM limits l
	), season AS MATERIALIZED (
		SELECT k.*, datamon.seasons(k.series) AS season FROM known k WHERE k.series_no IN (SELECT t.series_no FROM turn t WHERE t.turn = 0)
	)
	INSERT INTO datamon._own_forecast_record (monitor_id, made_at, series_no, rule, direction, threshold, inclusive, horizon, value, score,
		climatology, distance, exposure, probability, model_version, expected_at, early_at, late_at, n_paths, n_used, running)
	SELECT $1, $3, t.series_no, t.rule, t.direction, t.threshold, t.inclusive, $5, k.value, x.score, x.climatology, x.distance, x.exposure,
		datamon._crossing_chance(coalesce(v_model.coefficients, datamon._default_coefficients()), x.score, x.climatology, x.distance, x.exposure),
		coalesce(v_model.version, 0), $3 + ceil(x.expected_step) * $4, $3 + ceil(x.early_step) * $4, $3 + ceil(x.late_step) * $4, x.n_paths, x.n_used,
		CASE WHEN x.score >= 0.9 THEN coalesce(b.running, 0) + 1 ELSE 0 END
	FROM turn t
	JOIN season k ON k.series_no = t.series_no
	CROSS JOIN LATERAL datamon.crossing_probability(k.series,
		t.threshold + CASE WHEN t.inclusive THEN CASE t.direction WHEN 'below' THEN 1 ELSE -1 END * greatest(abs(t.threshold) * 1e-12, 1e-300) ELSE 0 END,
		$5, t.direction, NULL, k.season) x
	LEFT JOIN datamon._own_forecast_record b ON b.monitor_id = $1 AND b.made_at = $3 - t.turns * $4 AND b.series_no = t.series_no
		AND b.rule = t.rule AND b.direction = t.direction
	WHERE t.turn = 0 AND x.score IS NOT NULL
	ON CONFLICT DO NOTHING;
END
$$;
COMMENT ON FUNCTION datamon._make_forecasts(int, boolean, timestamptz, interval, int) IS 'internal';

/* An alert that tells already what a forecast would: of the same column, of the same topic, or of the rule whose limit it is. */
CREATE FUNCTION datamon._told_already(monitor_id int, segment_id bigint, metric text, column_no int, rule text) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT min(a.alert_id)
	FROM datamon._own_alert a JOIN datamon._own_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	WHERE a.monitor_id = $1 AND a.state IN ('open', 'acknowledged') AND (a.segment_id = $2 OR g.key = '{}')
		-- Whoever set a limit wants to know of it, whatever else is told.
		AND CASE WHEN NOT a.is_automatic OR $5 <> '' THEN NOT a.is_automatic AND a.rule = $5 WHEN a.rule = 'forecast' THEN false
			WHEN $4 > 0 THEN a.column_no = $4 WHEN $3 = 'n' THEN a.topic = 'volume' ELSE a.topic = 'performance' END
$$;
COMMENT ON FUNCTION datamon._told_already(int, bigint, text, int, text) IS 'internal';

/* Alerts about what has come, or can be told no more, are over; returns how many. */
CREATE FUNCTION datamon._end_forecasts(monitor_id int, after_labels boolean, at_step timestamptz, step interval, horizon int) RETURNS int
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_ended int;
BEGIN
	UPDATE datamon._own_alert a
	SET state = 'resolved', resolved_at = now(), streak = 0, resolution = x.resolution
	FROM (
		SELECT a.alert_id, CASE WHEN datamon._is_beyond(v.value, r.threshold, r.direction, r.inclusive)
				THEN format('it has come: %s at %s', datamon._rounded(v.value, 4), to_char($3 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'))
			WHEN t.alert_id IS NOT NULL THEN format('it has come: alert %s', t.alert_id)
			ELSE 'nothing more to tell of it' END AS resolution
		FROM datamon._own_alert a
		JOIN LATERAL (
			SELECT r.*, s.metric, s.column_no
			FROM datamon._own_forecast_series s
			JOIN datamon._own_forecast_record r ON r.monitor_id = s.monitor_id AND r.series_no = s.series_no
			WHERE s.monitor_id = $1 AND s.after_labels = $2 AND s.segment_id = a.segment_id
				AND datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) = a.column_no AND r.verdict IN ('bad', 'between', 'good')
				AND r.made_at < $3
			ORDER BY r.made_at DESC, r.series_no LIMIT 1) r ON true
		LEFT JOIN LATERAL (SELECT p.values[r.series_no] AS value FROM datamon._own_forecast_point p
			WHERE p.monitor_id = $1 AND p.after_labels = $2 AND p.bucket = $3) v ON true
		CROSS JOIN LATERAL (SELECT datamon._told_already($1, a.segment_id, r.metric, r.column_no, r.rule) AS alert_id) t
		WHERE a.monitor_id = $1 AND a.rule = 'forecast' AND a.is_automatic AND a.state IN ('open', 'acknowledged')
			AND NOT EXISTS (SELECT FROM datamon._own_alert p WHERE p.part_of = a.alert_id AND p.state <> 'resolved')
			AND (datamon._is_beyond(v.value, r.threshold, r.direction, r.inclusive) OR t.alert_id IS NOT NULL
				OR r.made_at < $3 - $5 * $4 OR r.rule <> '' AND NOT EXISTS (SELECT FROM datamon._own_user_rule u
					WHERE u.monitor_id = $1 AND u.rule = r.rule AND u.enabled))
		UNION ALL
		-- The series it was about is looked at no more.
		SELECT a.alert_id, 'nothing more to tell of it'
		FROM datamon._own_alert a
		WHERE a.monitor_id = $1 AND a.rule = 'forecast' AND a.is_automatic AND a.state IN ('open', 'acknowledged') AND NOT $2
			AND NOT EXISTS (SELECT FROM datamon._own_alert p WHERE p.part_of = a.alert_id AND p.state <> 'resolved')
			AND NOT EXISTS (SELECT FROM datamon._own_forecast_series s
				JOIN datamon._own_forecast_record r ON r.monitor_id = s.monitor_id AND r.series_no = s.series_no
				WHERE s.monitor_id = $1 AND s.segment_id = a.segment_id AND datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) = a.column_no
					AND r.verdict IS NOT NULL)) x
	WHERE a.alert_id = x.alert_id AND a.monitor_id = $1;
	GET DIAGNOSTICS v_ended = ROW_COUNT;
	RETURN v_ended;
END
$$;
COMMENT ON FUNCTION datamon._end_forecasts(int, boolean, timestamptz, interval, int) IS 'internal';

/*
 * Which forecasts of a step are verdicts.  One of each group: of the limit that
 * an alert stands for, else of the one that is most in danger, those of users'
 * rules first.
 */
CREATE FUNCTION datamon._judge_forecasts(monitor_id int, after_labels boolean, at_step timestamptz, step interval) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	v_patience int := datamon._forecast_patience(monitor_id);
	v_hours float8 := date_part('epoch', step) / 3600;
BEGIN
	UPDATE datamon._own_forecast_record r SET verdict = x.verdict
	FROM (
		SELECT y.*, row_number() OVER (PARTITION BY y.segment_id, y.alert_group
			ORDER BY y.stands DESC, y.verdict = 'bad' DESC, y.rule = '', y.score DESC, y.probability DESC, y.series_no, y.rule, y.direction) AS place
		FROM (
			SELECT r.series_no, r.rule, r.direction, r.score, r.probability, s.segment_id, a.alert_id,
				datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) AS alert_group,
				coalesce((l.series_no, l.rule, l.direction) = (r.series_no, r.rule, r.direction), false) AS stands,
				-- A limit that nobody has set is told of when it is likelier to be crossed than not.
				CASE WHEN (r.rule <> '' OR r.probability >= 0.5) AND r.running >= v_patience * datamon._forecast_running(count(*) OVER (PARTITION BY r.rule = '') / v_hours)
						THEN CASE WHEN datamon._told_already($1, s.segment_id, s.metric, s.column_no, r.rule) IS NULL THEN 'bad' ELSE 'inhibited' END
					WHEN r.score < 0.5 THEN 'good' ELSE 'between' END AS verdict
			FROM datamon._own_forecast_series s
			JOIN datamon._own_forecast_record r ON r.monitor_id = s.monitor_id AND r.series_no = s.series_no AND r.made_at = $3
			LEFT JOIN datamon._own_alert a ON a.monitor_id = $1 AND a.segment_id = s.segment_id AND a.rule = 'forecast' AND a.is_automatic
				AND a.column_no = datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) AND a.state <> 'resolved'
			LEFT JOIN LATERAL (
				SELECT z.series_no, z.rule, z.direction
				FROM datamon._own_forecast_series y
				JOIN datamon._own_forecast_record z ON z.monitor_id = y.monitor_id AND z.series_no = y.series_no
				WHERE a.alert_id IS NOT NULL AND y.monitor_id = $1 AND y.segment_id = s.segment_id
					AND datamon._forecast_group(z.rule, z.series_no, y.metric, y.column_no) = a.column_no AND z.made_at < $3
					AND z.verdict IN ('bad', 'between', 'good')
				ORDER BY z.made_at DESC LIMIT 1) l ON true
			WHERE s.monitor_id = $1 AND s.after_labels = $2) y) x
	WHERE r.monitor_id = $1 AND r.made_at = $3 AND r.series_no = x.series_no AND r.rule = x.rule AND r.direction = x.direction
		AND x.place = 1 AND (x.verdict IN ('bad', 'inhibited') OR x.stands)
		-- What stands for one limit is not moved by another.
		AND (x.alert_id IS NULL OR x.stands);
END
$$;
COMMENT ON FUNCTION datamon._judge_forecasts(int, boolean, timestamptz, interval) IS 'internal';

/* One more bucket is complete: values, scores, forecasts.  Before the bucket is judged; returns how many alerts this ended. */
CREATE FUNCTION datamon._look_ahead(monitor_id int, at_bucket timestamptz, after_labels boolean, clock timestamptz) RETURNS int
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	m record;
	s record;
	v_at timestamptz;
	v_horizon int;
	v_new int[];
	v_first timestamptz;
	v_steps float8;
	v_series int;
	v_no bigint;
	v_ended int;
BEGIN
	SELECT x.bucket, x.bucket_origin, datamon._forecast_step(x.bucket) AS step, y.first_bucket INTO m
	FROM datamon._own_monitor x JOIN datamon._own_state y USING (monitor_id) WHERE x.monitor_id = $1;
	IF m.step IS NULL OR NOT datamon._is_foreseeable(at_bucket) THEN
		RETURN 0;
	END IF;
	v_at := datamon._bucket(at_bucket, m.step, m.bucket_origin);
	IF v_at + m.step <> at_bucket + m.bucket THEN
		RETURN 0;
	END IF;
	SELECT x.* INTO s FROM datamon._own_forecast_state x WHERE x.monitor_id = $1 AND x.after_labels = $3;
	IF v_at < s.until THEN
		RETURN 0;
	END IF;
	v_horizon := datamon._forecast_horizon(m.step);
	v_no := floor(date_part('epoch', v_at) / date_part('epoch', m.step));
	SELECT count(*) INTO v_series FROM datamon._own_forecast_series x WHERE x.monitor_id = $1 AND x.after_labels = $3;
	v_steps := date_part('epoch', $4 - v_at) / date_part('epoch', m.step) - 1;
	-- Far behind: of steps that nobody waits for, one in a horizon, for the record.
	IF v_steps >= 2 AND (v_steps + 1) * 2 * greatest(v_series, 1) > (SELECT x.a_tick FROM datamon._most_forecasts() x)
		AND v_no % v_horizon <> 0 THEN
		RETURN 0;
	END IF;
	v_new := datamon._choose_forecast_series($1);
	v_first := greatest(datamon._bucket(m.first_bucket, m.step, m.bucket_origin), v_at - (datamon._forecast_history() - 1) * m.step);
	IF v_new IS NOT NULL THEN
		PERFORM datamon._fill_forecast_points($1, x.after_labels, ARRAY(SELECT p.bucket FROM datamon._own_forecast_point p
			WHERE p.monitor_id = $1 AND p.after_labels = x.after_labels ORDER BY p.bucket), v_new)
		FROM datamon._own_forecast_state x WHERE x.monitor_id = $1;
	END IF;
	PERFORM datamon._fill_forecast_points($1, $3, ARRAY(SELECT generate_series(greatest(s.until, v_first), v_at, m.step)), NULL);
	INSERT INTO datamon._own_forecast_state AS x (monitor_id, after_labels, until, scored_until)
	VALUES ($1, $3, v_at + m.step, v_at - v_horizon * m.step)
	ON CONFLICT (monitor_id, after_labels) DO UPDATE SET until = excluded.until, scored_until = excluded.scored_until;
	PERFORM datamon._score_forecasts($1, $3, coalesce(s.scored_until + m.step, '-infinity'), v_at - v_horizon * m.step);
	v_ended := datamon._end_forecasts($1, $3, v_at, m.step, v_horizon);

	PERFORM datamon._make_forecasts($1, $3, v_at, m.step, v_horizon);
	PERFORM datamon._judge_forecasts($1, $3, v_at, m.step);
	IF v_no % v_horizon = 0 THEN
		PERFORM datamon._fit_forecasts($1, v_at);
	END IF;
	-- Kept: what is looked at, and some 20,000 forecasts.
	DELETE FROM datamon._own_forecast_point p
	WHERE p.monitor_id = $1 AND p.after_labels = $3 AND p.bucket < v_at - (datamon._forecast_history() + v_horizon) * m.step;
	DELETE FROM datamon._own_forecast_record r USING datamon._own_forecast_series x
	WHERE r.monitor_id = $1 AND r.made_at < v_at - greatest(20000 / (2 * (SELECT greatest(count(*), 1) FROM datamon._own_forecast_series y
			WHERE y.monitor_id = $1)), 4 * v_horizon) * m.step
		AND x.monitor_id = r.monitor_id AND x.series_no = r.series_no AND x.after_labels = $3;
	UPDATE datamon._own_alert a SET title = datamon._title(a.alert_id)
	WHERE a.monitor_id = $1 AND a.rule = 'forecast' AND a.is_automatic AND a.state IN ('open', 'acknowledged');
	RETURN v_ended;
END
$$;
COMMENT ON FUNCTION datamon._look_ahead(int, timestamptz, boolean, timestamptz) IS 'internal';

/* The verdicts of the step that a bucket completes, as _judge() has them of the other rules. */
CREATE FUNCTION datamon._forecast_verdicts(monitor_id int, at_bucket timestamptz, after_labels boolean)
RETURNS TABLE (segment_id bigint, rule text, column_no int, statistic float8, p_value float8, effect_size float8, threshold float8,
	beyond boolean, recovery float8, value float8, reference_value float8, n_reference bigint, n_current bigint, place bigint, tests bigint,
	verdict text, column_name name, topic text, dimension text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	m record;
	v_at timestamptz;
BEGIN
	SELECT x.bucket, x.bucket_origin, datamon._forecast_step(x.bucket) AS step INTO m FROM datamon._own_monitor x WHERE x.monitor_id = $1;
	IF m.step IS NULL OR NOT datamon._is_foreseeable($2) THEN
		RETURN;
	END IF;
	v_at := datamon._bucket($2, m.step, m.bucket_origin);
	IF v_at + m.step <> $2 + m.bucket THEN
		RETURN;
	END IF;
	RETURN QUERY
	SELECT s.segment_id, 'forecast', datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no), r.probability, NULL::float8,
		r.score, 0.9::float8, true, 0.5::float8, r.value, r.threshold, r.n_paths, r.n_used, NULL::bigint, NULL::bigint, r.verdict, s.column_name,
		'forecast of ' || CASE WHEN r.rule <> '' THEN 'rule ' || r.rule WHEN s.metric = 'n' THEN 'volume'
			WHEN s.column_no = 0 THEN 'performance' ELSE s.column_name::text END,
		coalesce((SELECT k FROM jsonb_object_keys(g.key) k LIMIT 1), '')
	FROM datamon._own_forecast_record r
	JOIN datamon._own_forecast_series s ON s.monitor_id = r.monitor_id AND s.series_no = r.series_no
	JOIN datamon._own_segment g ON g.monitor_id = s.monitor_id AND g.segment_id = s.segment_id
	WHERE r.monitor_id = $1 AND r.made_at = v_at AND r.verdict IS NOT NULL AND s.after_labels = $3;
END
$$;
COMMENT ON FUNCTION datamon._forecast_verdicts(int, timestamptz, boolean) IS 'internal';

CREATE FUNCTION datamon._metric_name(metric text, column_name name, argument text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT $1 || coalesce('(' || $2 || CASE WHEN $3 <> '' THEN ', ' || $3 ELSE '' END || ')', '')
$$;
COMMENT ON FUNCTION datamon._metric_name(text, name, text) IS 'internal';

/* What a person reads of an alert of this rule; NULL for others. */
CREATE FUNCTION datamon._forecast_title(alert_id bigint) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
	r record;
	v_format text;
BEGIN
	SELECT r.*, s.metric, s.column_name, s.argument, g.key, m.source, datamon._forecast_step(m.bucket) AS step INTO r
	FROM datamon._own_alert a
	JOIN datamon._own_monitor m ON m.monitor_id = a.monitor_id
	JOIN datamon._own_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	JOIN datamon._own_forecast_series s ON s.monitor_id = a.monitor_id AND s.segment_id = a.segment_id
	JOIN datamon._own_forecast_record r ON r.monitor_id = a.monitor_id AND r.series_no = s.series_no AND r.verdict = 'bad'
		AND datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) = a.column_no
	WHERE a.alert_id = $1 AND a.rule = 'forecast' AND a.is_automatic
	ORDER BY r.made_at DESC LIMIT 1;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	v_format := CASE WHEN r.step >= '24 hours' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END;
	RETURN format('%s of %s%s %s %s %s %s about %s%s, probability %s (%s)',
		CASE r.metric WHEN 'f1' THEN 'F1' WHEN 'n' THEN 'Volume' WHEN 'precision' THEN 'Precision' WHEN 'recall' THEN 'Recall'
			WHEN 'accuracy' THEN 'Accuracy' ELSE left(datamon._metric_name(r.metric, r.column_name, r.argument), 100) END,
		(SELECT c.relname FROM pg_class c WHERE c.oid = r.source),
		CASE WHEN r.key = '{}' THEN '' ELSE ' where ' || (SELECT string_agg(left(k.key, 60) || ' = ' || left(coalesce(k.value, 'NULL'), 60), ', ')
			FROM jsonb_each_text(r.key) k) END,
		CASE WHEN r.probability >= 0.5 THEN 'is expected to' ELSE 'may soon' END, CASE r.direction WHEN 'below' THEN 'fall below' ELSE 'rise above' END, datamon._rounded(r.threshold, 4),
		CASE r.rule WHEN '' THEN '(beyond what was usual)' ELSE format('(rule %s)', r.rule) END,
		to_char(r.expected_at AT TIME ZONE 'UTC', v_format),
		CASE WHEN r.early_at < r.late_at THEN format(' (between %s and %s)', to_char(r.early_at AT TIME ZONE 'UTC', v_format),
			to_char(r.late_at AT TIME ZONE 'UTC', CASE WHEN r.step < '24 hours' AND date_trunc('day', r.late_at AT TIME ZONE 'UTC')
				= date_trunc('day', r.early_at AT TIME ZONE 'UTC') THEN 'HH24:MI' ELSE v_format END)) END,
		round(r.probability::numeric, 2),
		(SELECT CASE WHEN count(*) >= 20 THEN format('of %s earlier forecasts at %s-%s, %s %% came true', count(*),
				floor(10 * r.probability) / 10, (floor(10 * r.probability) + 1) / 10, round(100 * avg(o.outcome::int)))
			ELSE 'too few earlier ones to say how often that comes true' END
		FROM datamon._own_forecast_record o
		WHERE o.monitor_id = r.monitor_id AND o.outcome IS NOT NULL AND floor(10 * o.probability) = floor(10 * r.probability)));
END
$$;
COMMENT ON FUNCTION datamon._forecast_title(bigint) IS 'internal';

/* The rule and column by which explain() tells what has become of the metric so far. */
CREATE FUNCTION datamon._forecast_explained_as(alert_id bigint, OUT rule text, OUT column_no int)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN s.metric IN ('null_rate', 'nan_rate') THEN 'missing' WHEN s.metric = 'n' THEN 'volume' WHEN s.column_no = 0 THEN s.metric
		WHEN c.kind = 'category' THEN 'category_drift' ELSE 'drift' END, s.column_no
	FROM datamon._readable_alert a
	JOIN datamon._readable_forecast_series s ON s.monitor_id = a.monitor_id AND s.segment_id = a.segment_id
	JOIN datamon._readable_forecast_record r ON r.monitor_id = a.monitor_id AND r.series_no = s.series_no AND r.verdict = 'bad'
		AND datamon._forecast_group(r.rule, r.series_no, s.metric, s.column_no) = a.column_no
	LEFT JOIN datamon._readable_monitored_column c ON c.monitor_id = a.monitor_id AND c.column_no = s.column_no
	WHERE a.alert_id = $1
	ORDER BY r.made_at DESC LIMIT 1
$$;
COMMENT ON FUNCTION datamon._forecast_explained_as(bigint) IS 'internal';

CREATE VIEW datamon.forecasts AS
	SELECT m.source, g.key AS segment, datamon._metric_name(s.metric, s.column_name, s.argument) AS metric, s.column_name,
		nullif(r.rule, '') AS rule, r.direction, r.threshold, r.value, r.made_at,
		-- NULL where a role made it up of buckets that have no forecasts.
		r.made_at + datamon._forecast_step(m.bucket) AS from_time, r.made_at + (r.horizon + 1) * datamon._forecast_step(m.bucket) AS to_time, r.probability, r.expected_at, r.early_at, r.late_at,
		r.verdict, r.outcome, r.crossed_at, r.scored_at, r.score, r.climatology, r.distance, r.exposure, r.n_paths, r.n_used, r.horizon,
		r.model_version, r.monitor_id, r.series_no
	FROM datamon._readable_forecast_record r
	JOIN datamon._readable_forecast_series s ON s.monitor_id = r.monitor_id AND s.series_no = r.series_no
	JOIN datamon._readable_segment g ON g.monitor_id = s.monitor_id AND g.segment_id = s.segment_id
	JOIN datamon._readable_monitor m ON m.monitor_id = r.monitor_id;
COMMENT ON VIEW datamon.forecasts IS 'forecasts of crossings, and what came of those whose time is over (scored_at)';

CREATE VIEW datamon.forecast_calibration AS
	WITH scored AS (
		SELECT f.source, f.monitor_id, f.metric, least(floor(10 * f.probability), 9)::int AS decile, f.probability, f.outcome::int AS came,
			avg(f.outcome::int) OVER (PARTITION BY f.monitor_id, f.metric) AS base
		FROM datamon.forecasts f WHERE f.outcome IS NOT NULL
	), by_decile AS (
		SELECT s.source, s.metric, s.decile / 10.0 AS from_probability, (s.decile + 1) / 10.0 AS to_probability, s.monitor_id, count(*) AS n,
			avg(s.probability) AS mean_probability, avg(s.came)::float8 AS came_true, avg((s.probability - s.came) ^ 2) AS brier,
			1 - avg((s.probability - s.came) ^ 2) / nullif(avg((s.base - s.came) ^ 2), 0)::float8 AS skill
		FROM scored s GROUP BY s.source, s.monitor_id, s.metric, s.decile
		UNION ALL
		SELECT s.source, s.metric, 0, 1, s.monitor_id, count(*), avg(s.probability), avg(s.came)::float8, avg((s.probability - s.came) ^ 2),
			1 - avg((s.probability - s.came) ^ 2) / nullif(avg((s.base - s.came) ^ 2), 0)::float8
		FROM scored s GROUP BY s.source, s.monitor_id, s.metric
	)
	SELECT d.source, d.metric, d.from_probability::float8, d.to_probability::float8, d.n, d.mean_probability, d.came_true, d.brier, d.skill,
		d.monitor_id
	FROM by_decile d;
COMMENT ON VIEW datamon.forecast_calibration IS 'how often forecasts of each probability came true, by metric; from 0 to 1: all of them';

CREATE VIEW datamon.forecast_lead AS
	WITH f AS (
		SELECT x.source, x.segment, x.metric, x.rule, x.direction, x.crossed_at, x.outcome, x.verdict, x.from_time, x.to_time, x.monitor_id, x.series_no,
			x.verdict = 'bad' AND lag(x.verdict) OVER (PARTITION BY x.monitor_id, x.series_no, x.rule, x.direction ORDER BY x.made_at)
			IS DISTINCT FROM 'bad' AS begins
		FROM datamon.forecasts x
	), crossing AS (
		SELECT f.source, f.segment, f.metric, f.rule, f.direction, f.crossed_at, f.monitor_id,
			min(f.from_time) FILTER (WHERE f.verdict = 'bad') AS warned_at, max(f.to_time - f.from_time) AS span,
			-- What comes back within a horizon is the same crossing.
			lag(f.crossed_at) OVER (PARTITION BY f.monitor_id, f.series_no, f.rule, f.direction ORDER BY f.crossed_at) AS before
		FROM f WHERE f.outcome
		GROUP BY f.source, f.segment, f.metric, f.rule, f.direction, f.crossed_at, f.monitor_id, f.series_no
	)
	SELECT c.source, c.segment, c.metric, c.rule, c.direction, c.crossed_at, c.warned_at IS NOT NULL AS warned, c.warned_at,
		c.crossed_at - c.warned_at AS lead, c.monitor_id
	FROM crossing c WHERE c.before IS NULL OR c.crossed_at - c.before > c.span
	UNION ALL
	SELECT f.source, f.segment, f.metric, f.rule, f.direction, NULL, true, f.from_time, NULL, f.monitor_id
	FROM f WHERE f.begins AND NOT f.outcome;
COMMENT ON VIEW datamon.forecast_lead IS 'crossings, and how long before each a warning came; without crossed_at: a warning of what did not come';

CREATE VIEW datamon.forecast_models AS
	SELECT m.source, x.version, x.fitted_until, x.coefficients, x.own_coefficients, x.weight, x.n_used, x.positives, x.events, x.skill_before,
		x.skill_after, x.monitor_id
	FROM datamon._readable_forecast_model x JOIN datamon._readable_monitor m ON m.monitor_id = x.monitor_id;
COMMENT ON VIEW datamon.forecast_models IS 'coefficients that were fitted to each monitor''s own record of forecasts';

GRANT SELECT ON datamon.forecasts, datamon.forecast_calibration, datamon.forecast_lead, datamon.forecast_models TO PUBLIC;
