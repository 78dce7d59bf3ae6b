/*
 * From measures to alerts: bad twice running opens one (three times in a segment, of which
 * there are many), five good buckets
 * running resolve it, and what comes back soon is the same alert again.
 *
 * One cause, one alert.  Findings of one topic (performance; the model's
 * output; missing values; else one column) are told once: on the whole source
 * if it has it, else once in each dimension, by the rule and segment that was
 * first or is worst.  The others are kept as evaluations, verdict 'inhibited'.
 * Findings of several topics that open within three buckets of each other, on the
 * same segment or on parts of it, are one alert with parts: performance leads, then
 * the model's output, then what is furthest off.
 */

/* The tests of one bucket with their verdicts. */
CREATE FUNCTION datamon._judge(monitor_id int, at_bucket timestamptz, after_labels boolean)
RETURNS TABLE (segment_id bigint, rule text, column_no int, statistic float8, p_value float8, effect_size float8,
	threshold float8, value float8, reference_value float8, n_reference bigint, n_current bigint, topic text, verdict text, test text,
	standard_error float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH m AS MATERIALIZED (
		SELECT x.bucket, x.trailing_buckets, least(0.2, datamon._alarms_a_bucket(x.false_alarms, x.bucket) / 3) AS alpha, g.segment_id AS root, x.baseline,
			(date_part('epoch', $2) / date_part('epoch', x.bucket))::bigint AS place, s.cells_from
		FROM datamon._own_monitor x JOIN datamon._own_segment g USING (monitor_id) JOIN datamon._own_state s USING (monitor_id)
		WHERE x.monitor_id = $1 AND g.key = '{}'
	), span AS (
		-- Windows that end here: every so many buckets, so that each cell is merged a few times; always where something stands.
		SELECT s.no, s.span, CASE WHEN mod(m.place, x.step) > 0 THEN x.standing END AS segments
		FROM m
		CROSS JOIN LATERAL unnest(datamon._spans(m.bucket)) WITH ORDINALITY s (span, no)
		CROSS JOIN LATERAL (SELECT CASE WHEN m.bucket >= '1 hour' THEN greatest(1, s.span / 4) ELSE s.span END AS step,
			ARRAY(SELECT DISTINCT a.segment_id FROM datamon._own_alert a WHERE a.monitor_id = $1 AND a.is_automatic AND a.state <> 'resolved') AS standing) x
		WHERE $2 - (s.span - 1) * m.bucket >= m.cells_from
			AND NOT tstzrange($2 - (s.span - 1) * m.bucket, $2 + m.bucket) && m.baseline
			AND NOT datamon._waits($1, $2 - (s.span - 1) * m.bucket, $2)
	), measure AS MATERIALIZED (
		SELECT v.*, 1 AS span, coalesce(z.variance, 0) AS variance, coalesce(z.freedom, 1e9) AS freedom, coalesce(z.noise, 0) AS noise, z.worst
		FROM m CROSS JOIN LATERAL datamon._measures($1, $2, $2 + m.bucket, $3) v
		LEFT JOIN datamon._own_baseline_noise z ON z.monitor_id = $1 AND z.segment_id = v.segment_id AND z.rule = v.rule
			AND z.column_no = v.column_no
		UNION ALL
		SELECT v.*, s.span, z.lasting[s.no], z.lasting_freedom[s.no], 0, NULL
		FROM m CROSS JOIN span s
		CROSS JOIN LATERAL datamon._measures($1, $2 - (s.span - 1) * m.bucket, $2 + m.bucket, $3, s.span, s.segments) v
		JOIN datamon._own_baseline_noise z ON z.monitor_id = $1 AND z.segment_id = v.segment_id AND z.rule = v.rule
			AND z.column_no = v.column_no
		WHERE z.lasting[s.no] IS NOT NULL AND (s.segments IS NULL OR cardinality(s.segments) > 0)
	), unknown AS MATERIALIZED (
		SELECT c.segment_id, x.column_no, y.value, y.count, x.count AS n, z.count AS reference_n
		FROM m
		JOIN datamon._own_cell c ON c.monitor_id = $1 AND c.segment_id = m.root AND c.bucket = $2
		JOIN datamon._own_baseline b ON b.monitor_id = $1 AND b.segment_id = m.root
		CROSS JOIN LATERAL datamon.columns(c.profile) x
		JOIN LATERAL datamon.columns(b.profile) z ON z.column_no = x.column_no
		JOIN datamon._own_monitored_column w ON w.monitor_id = $1 AND w.column_no = x.column_no AND w.kind = 'category'
			AND (w.role = 'label') = $3
		CROSS JOIN LATERAL datamon.new_values(x.value_counts, z.value_counts) y
		WHERE y.count >= 3 AND NOT y.is_bucket
	), before AS MATERIALIZED (
		-- Opened once each, and only as far back as it takes to find every value.
		SELECT u.column_no, datamon.value_counts(t.profile, u.column_no) AS value_counts
		FROM m
		JOIN datamon._own_cell t ON t.monitor_id = $1 AND t.segment_id = m.root AND t.bucket < $2
			AND t.bucket >= $2 - m.trailing_buckets * m.bucket
		CROSS JOIN (SELECT DISTINCT u.column_no FROM unknown u) u
	), fresh_values AS (
		-- A value is new when neither the baseline nor the buckets just before had it.
		SELECT u.segment_id, u.column_no, sum(u.count)::float8 AS k, u.n, u.reference_n
		FROM unknown u
		WHERE NOT EXISTS (SELECT FROM before b WHERE b.column_no = u.column_no AND datamon.value_count(b.value_counts, u.value) > 0
			OFFSET 0)
		GROUP BY u.segment_id, u.column_no, u.n, u.reference_n
	), test AS (
		-- What a spread was estimated from counts by its share in the whole (Satterthwaite).
		SELECT v.segment_id, v.rule, v.column_no, v.span, coalesce(v.g, v.distance) AS statistic,
			datamon._studentised(CASE v.test
				WHEN 'proportion' THEN datamon._rate_tail(v.k, v.n_current, v.reference_k, v.n_reference, v.variance)
				WHEN 'two proportions' THEN least(1, 2 * least(datamon._rate_tail(v.k, v.n_current, v.reference_k, v.n_reference, v.variance),
					datamon._rate_tail(v.n_current - v.k, v.n_current, v.n_reference - v.reference_k, v.n_reference, v.variance)))
				WHEN 'G test' THEN greatest(v.g_p_value, exp(greatest(-700, -v.g / 2 / x.phi)))
				ELSE datamon._gamma_tail(v.distance / sqrt(x.phi), v.expectation, v.stddev) END,
				v.freedom * least(1e6, (x.phi / nullif(x.phi - 1, 0)) ^ 2)) AS p_value,
			v.distance - v.expectation * sqrt(x.phi) AS effect_size, greatest(r.minimum, v.noise / 2) AS threshold,
			v.distance > coalesce(v.worst, 0) AS beyond, v.distance - v.expectation AS beyond_chance, r.minimum, r.recovery, v.value,
			v.reference_value, v.n_reference, v.n_current, v.test, v.stddev * sqrt(x.phi) AS standard_error
		FROM measure v JOIN datamon.rules r ON r.rule = v.rule
		CROSS JOIN LATERAL (SELECT 1 + coalesce(v.variance / nullif(v.expectation ^ 2 + v.stddev ^ 2, 0), 0) AS phi) x
		UNION ALL
		SELECT f.segment_id, 'new_values', f.column_no, 1, f.k,
			exp(greatest(-700, least(0, f.k - x.expected - f.k * ln(f.k / x.expected)))), f.k, 3, true, f.k, 3, 1, f.k, 0, f.reference_n, f.n, 'Poisson', sqrt(x.expected)
		FROM fresh_values f CROSS JOIN LATERAL (SELECT 0.5 * f.n / greatest(f.reference_n, 1) AS expected) x
		UNION ALL
		SELECT v.segment_id, 'volume', 0, 1, x.z, 2 * datamon._normal_tail(abs(x.z)), abs(v.n / v.expected - 1), r.minimum, true,
			0, r.minimum, r.recovery, v.n, v.expected, v.buckets, v.n, 'volume',
				v.expected * sqrt(v.unrest ^ 2 + 1 / (v.expected + 1))
		FROM datamon._volumes($1, $2) v
		JOIN datamon.rules r ON r.rule = 'volume'
		CROSS JOIN LATERAL (SELECT (ln(v.n + 1.0) - ln(v.expected + 1)) / sqrt(v.unrest ^ 2 + 1 / (v.expected + 1)) AS z) x
		WHERE NOT $3
	), levelled AS MATERIALIZED (
		SELECT t.*, t.segment_id = m.root AS whole, m.alpha / CASE WHEN bool_or(t.segment_id = m.root) OVER () AND bool_or(t.segment_id <> m.root) OVER ()
				THEN 2 ELSE 1 END AS alpha,
			lag(t.beyond_chance) OVER (PARTITION BY t.segment_id, t.rule, t.column_no ORDER BY t.span) >= t.recovery * t.minimum AS goes_on
		FROM test t CROSS JOIN m
	), ranked AS (
		SELECT l.*, row_number() OVER (ORDER BY l.p_value) AS place, count(*) OVER () AS tests, 0 AS level FROM levelled l WHERE l.whole
	), found AS MATERIALIZED (
		-- Benjamini and Hochberg over all tests of a level of the bucket.
		SELECT r.*, max(CASE WHEN r.p_value <= r.alpha * r.place / r.tests THEN r.place END) OVER () AS last_place FROM ranked r
	), ranked_parts AS (
		-- The whole source and its parts are levels of their own: what is true of all must not drown in a thousand parts, and what the
		-- whole has found, and all its parts with it, must not make it easy for the rest.
		SELECT x.*, row_number() OVER (PARTITION BY x.level ORDER BY x.p_value) AS place, count(*) OVER (PARTITION BY x.level) AS tests
		FROM (SELECT l.*, CASE WHEN EXISTS (SELECT FROM found f WHERE f.rule = l.rule AND f.column_no = l.column_no AND f.place <= f.last_place) THEN 2 ELSE 1 END AS level
			FROM levelled l WHERE NOT l.whole) x
	), cut AS (
		SELECT f.segment_id, f.rule, f.column_no, f.span, f.statistic, f.p_value, f.effect_size, f.threshold, f.beyond, f.recovery, f.value,
			f.reference_value, f.n_reference, f.n_current, f.goes_on, f.test, f.standard_error, f.place, f.tests, f.last_place
		FROM found f
		UNION ALL
		SELECT r.segment_id, r.rule, r.column_no, r.span, r.statistic, r.p_value, r.effect_size, r.threshold, r.beyond, r.recovery, r.value,
			r.reference_value, r.n_reference, r.n_current, r.goes_on, r.test, r.standard_error, r.place, r.tests,
			max(CASE WHEN r.p_value <= r.alpha * r.place / r.tests THEN r.place END) OVER (PARTITION BY r.level)
		FROM ranked_parts r
	), tried AS (
		-- A window is not bad any more when its end is good.
		SELECT c.*, CASE WHEN c.place <= c.last_place AND c.effect_size >= c.threshold AND c.beyond AND (c.span = 1 OR c.goes_on) THEN 'bad'
			WHEN c.effect_size < c.recovery * c.threshold OR c.p_value > 0.05 OR c.span > 1 AND c.goes_on IS NOT TRUE THEN 'good'
			ELSE 'between' END AS verdict
		FROM cut c
	), judged AS (
		SELECT DISTINCT ON (t.segment_id, t.rule, t.column_no) t.segment_id, t.rule, t.column_no, t.statistic, t.p_value, t.effect_size, t.threshold,
			t.beyond, t.recovery, t.value, t.reference_value, t.n_reference, t.n_current, t.place, t.tests, t.test, t.standard_error, t.verdict
		FROM tried t
		ORDER BY t.segment_id, t.rule, t.column_no, CASE t.verdict WHEN 'bad' THEN 1 WHEN 'between' THEN 2 ELSE 3 END,
			CASE WHEN t.verdict = 'bad' THEN t.p_value END, t.span
	), told AS (
		SELECT j.*, w.column_name,
			CASE WHEN j.rule IN ('precision', 'recall', 'f1') OR w.role = 'label' THEN 'performance'
				WHEN w.role IN ('score', 'prediction') AND j.rule IN ('drift', 'category_drift') THEN 'output'
				WHEN j.rule IN ('missing', 'volume') THEN j.rule
				ELSE j.rule || ' of ' || w.column_name END AS topic,
			coalesce((SELECT k FROM jsonb_object_keys(g.key) k LIMIT 1), '') AS dimension
		FROM judged j
		JOIN datamon._own_segment g ON g.monitor_id = $1 AND g.segment_id = j.segment_id
		LEFT JOIN datamon._own_monitored_column w ON w.monitor_id = $1 AND w.column_no = j.column_no
		UNION ALL
		-- Series judge themselves; what was an anomaly is not over as long as its column is off.
		SELECT s.segment_id, s.rule, s.column_no, s.score, NULL, s.score, s.threshold, true, 1, s.value, s.expected, s.n_before, s.n, NULL, NULL,
			'records', NULL, CASE WHEN s.verdict = 'good' AND EXISTS (SELECT FROM judged j WHERE j.segment_id = s.segment_id AND j.column_no = s.column_no
				AND j.verdict = 'bad' AND s.rule = 'anomaly' AND j.rule IN ('drift', 'category_drift')) THEN 'between' ELSE s.verdict END,
			s.column_name, s.topic, s.dimension
		FROM datamon._series_verdicts($1, $2, $3) s
		UNION ALL
		SELECT f.segment_id, f.rule, f.column_no, f.statistic, f.p_value, f.effect_size, f.threshold, f.beyond, f.recovery, f.value, f.reference_value,
			f.n_reference, f.n_current, f.place, f.tests, 'paths', NULL, f.verdict, f.column_name, f.topic, f.dimension
		FROM datamon._forecast_verdicts($1, $2, $3) f
	), standing AS MATERIALIZED (
		SELECT a.topic, a.segment_id, a.rule, a.column_no,
			coalesce((SELECT k FROM jsonb_object_keys(g.key) k LIMIT 1), '') AS dimension
		FROM datamon._own_alert a JOIN datamon._own_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
		WHERE a.monitor_id = $1 AND a.is_automatic AND a.state <> 'resolved'
	), rival AS (
		SELECT t.*, row_number() OVER (PARTITION BY t.topic, t.dimension, t.verdict
				ORDER BY t.effect_size / t.threshold DESC, t.p_value, t.segment_id, t.rule, t.column_no) AS severity,
			bool_or(t.verdict = 'bad' AND t.dimension = '') OVER (PARTITION BY t.topic) AS whole_is_bad
		FROM told t
	)
	SELECT r.segment_id, r.rule, r.column_no, r.statistic, r.p_value, r.effect_size, r.threshold, r.value, r.reference_value,
		r.n_reference, r.n_current, r.topic,
		CASE WHEN r.verdict <> 'bad' THEN r.verdict
			WHEN r.dimension <> '' AND (r.whole_is_bad OR EXISTS (SELECT FROM standing s WHERE s.topic = r.topic AND s.dimension = ''))
				THEN 'inhibited'
			WHEN EXISTS (SELECT FROM standing s WHERE s.topic = r.topic AND s.dimension = r.dimension) THEN
				CASE WHEN EXISTS (SELECT FROM standing s WHERE s.topic = r.topic AND s.segment_id = r.segment_id AND s.rule = r.rule
					AND s.column_no = r.column_no) THEN 'bad' ELSE 'inhibited' END
			WHEN r.severity > 1 THEN 'inhibited'
			ELSE 'bad' END, r.test, r.standard_error
	FROM rival r;
END
$$;
COMMENT ON FUNCTION datamon._judge(int, timestamptz, boolean) IS 'internal';

/* The sentence that a person reads. */
CREATE FUNCTION datamon._title(alert_id bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT left(coalesce((SELECT datamon._forecast_title(a.alert_id) WHERE a.rule = 'forecast') || coalesce('; along with ' || t.parts, ''), format('%s%s %s since %s: %s%s', x.thing,
		CASE WHEN g.key = '{}' THEN '' ELSE ' where ' || (SELECT string_agg(left(k.key, 60) || ' = ' || left(coalesce(k.value, 'NULL'), 60), ', ')
			FROM jsonb_each_text(g.key) k) END,
		x.verb, to_char(a.first_bucket AT TIME ZONE 'UTC', CASE WHEN m.bucket >= '1 day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END),
		x.fact, CASE WHEN t.parts IS NOT NULL THEN '; along with ' || t.parts END)), 500)
	FROM datamon._own_alert a
	JOIN datamon._own_monitor m ON m.monitor_id = a.monitor_id
	JOIN datamon._own_segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	CROSS JOIN LATERAL (SELECT (SELECT c.relname FROM pg_class c WHERE c.oid = m.source) AS source,
		format('%s rows against %s', a.n_current, a.n_reference) AS size) s
	CROSS JOIN LATERAL (SELECT
		CASE WHEN a.rule IN ('precision', 'recall') THEN format('%s of %s', initcap(a.rule), s.source)
			WHEN a.rule = 'f1' THEN format('F1 of %s', s.source) WHEN a.rule = 'performance_anomaly' THEN format('Performance of %s', s.source)
			WHEN a.rule IN ('volume', 'volume_anomaly') THEN format('Volume of %s', s.source)
			ELSE format('%s of %s', a.column_name, s.source) END AS thing,
		CASE a.rule WHEN 'drift' THEN 'has drifted' WHEN 'category_drift' THEN 'has drifted' WHEN 'missing' THEN 'is missing more often'
			WHEN 'new_values' THEN 'has new values' WHEN 'volume' THEN CASE WHEN a.value < a.reference_value THEN 'is low' ELSE 'is high' END
			WHEN 'anomaly' THEN 'is unusual' WHEN 'missing_anomaly' THEN 'is missing unusually often' WHEN 'volume_anomaly' THEN 'is unusual'
			ELSE 'has fallen' END AS verb,
		CASE WHEN a.rule IN ('anomaly', 'missing_anomaly', 'volume_anomaly', 'performance_anomaly')
			THEN coalesce(datamon._series_fact(a.monitor_id, a.segment_id, a.rule, a.column_no, a.worst_bucket), format('%s', a.value)) ELSE CASE a.rule
			WHEN 'drift' THEN format('mean %s instead of %s, distance %s standard deviations beyond chance (%s in training)',
				round(a.value::numeric, 4), round(a.reference_value::numeric, 4), round(a.worst_effect_size::numeric, 2), s.size)
			WHEN 'category_drift' THEN format('%s %% of rows have moved to other values, beyond chance (%s in training)',
				round(100 * a.worst_effect_size::numeric, 1), s.size)
			WHEN 'missing' THEN format('%s %% instead of %s %% (%s in training)', round(100 * a.value::numeric, 1),
				round(100 * a.reference_value::numeric, 1), s.size)
			WHEN 'new_values' THEN format('%s rows%s', a.value, coalesce(': ' || (
				SELECT string_agg(format('%s (%s)', left(v.value, 40), v.count), ', ')
				FROM (SELECT y.value, y.count
					FROM datamon._own_cell c
					JOIN datamon._own_baseline b ON b.monitor_id = c.monitor_id AND b.segment_id = c.segment_id
					CROSS JOIN LATERAL datamon.new_values(datamon.value_counts(c.profile, a.column_no),
						datamon.value_counts(b.profile, a.column_no)) y
					WHERE c.monitor_id = m.monitor_id AND c.segment_id = a.segment_id AND c.bucket = a.worst_bucket AND y.count >= 3
					ORDER BY y.count DESC, y.value LIMIT 5) v), ''))
			WHEN 'volume' THEN format('%s rows instead of about %s', a.value, round(a.reference_value::numeric))
			ELSE format('%s instead of %s (%s in training)', round(a.value::numeric, 3), round(a.reference_value::numeric, 3), s.size)
		END END AS fact) x
	CROSS JOIN LATERAL (SELECT string_agg(p.what, ', ' ORDER BY p.no) FILTER (WHERE p.no <= 5)
			|| CASE WHEN count(*) > 5 THEN format(' and %s more', count(*) - 5) ELSE '' END AS parts
		FROM (SELECT p.what, row_number() OVER (ORDER BY min(p.alert_id)) AS no
			FROM (SELECT p.alert_id, left(CASE WHEN p.rule = 'forecast' THEN p.topic ELSE coalesce(p.column_name, p.rule) END, 63) || CASE WHEN p.rule IN ('missing', 'new_values')
					THEN ' (' || replace(p.rule, '_', ' ') || ')' ELSE '' END AS what
				FROM datamon._own_alert p WHERE p.part_of = a.alert_id) p
			GROUP BY p.what) p) t
	WHERE a.alert_id = $1
$$;
COMMENT ON FUNCTION datamon._title(bigint) IS 'internal';

/* How much a finding is the matter, rather than what comes along: the least leads. */
CREATE FUNCTION datamon._lead(topic text) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 = 'performance' THEN 1 WHEN $1 = 'output' THEN 2 WHEN $1 LIKE 'forecast of %' THEN 4 ELSE 3 END
$$;
COMMENT ON FUNCTION datamon._lead(text) IS 'internal';

/*
 * Alerts that have just opened become parts of one that leads, or lead.  What
 * came back is part of what it was part of, and opens that again.
 */
CREATE FUNCTION datamon._join_alerts(monitor_id int, at_bucket timestamptz, fresh bigint[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	a record;
	h record;
	v_since timestamptz := (SELECT at_bucket - 3 * m.bucket FROM datamon._own_monitor m WHERE m.monitor_id = _join_alerts.monitor_id);
BEGIN
	FOR a IN
		SELECT x.alert_id, x.part_of, x.topic, x.severity, g.key
		FROM datamon._own_alert x
		JOIN datamon._own_segment g ON g.monitor_id = x.monitor_id AND g.segment_id = x.segment_id
		JOIN datamon.rules r ON r.rule = x.rule
		WHERE x.monitor_id = _join_alerts.monitor_id AND x.alert_id = ANY (fresh)
			-- Whoever set a limit is told of it by itself.
			AND NOT (x.rule = 'forecast' AND x.column_no < -1)
		ORDER BY g.key <> '{}', datamon._lead(x.topic), x.worst_effect_size / r.minimum DESC, x.alert_id
	LOOP
		UPDATE datamon._own_alert x
		SET state = 'open', opened_bucket = at_bucket, resolved_at = NULL, resolution = NULL, reopened = x.reopened + 1
		WHERE x.alert_id = a.part_of AND x.state = 'resolved' AND NOT EXISTS (SELECT FROM datamon._own_alert y
			WHERE y.monitor_id = x.monitor_id AND y.segment_id = x.segment_id AND y.rule = x.rule AND y.column_no = x.column_no
				AND y.state <> 'resolved');
		-- Where what it was part of has a successor by now, it is looked at as if it were new.
		UPDATE datamon._own_alert x SET part_of = NULL
		WHERE x.alert_id = a.alert_id AND EXISTS (SELECT FROM datamon._own_alert h WHERE h.alert_id = x.part_of AND h.state = 'resolved');
		CONTINUE WHEN EXISTS (SELECT FROM datamon._own_alert x WHERE x.alert_id = a.alert_id AND x.part_of IS NOT NULL);
		SELECT array_agg(x.alert_id ORDER BY g.key <> '{}', datamon._lead(x.topic), x.alert_id) AS heads,
			min(ARRAY[(g.key <> '{}')::int, datamon._lead(x.topic)]) > ARRAY[(a.key <> '{}')::int, datamon._lead(a.topic)] AS follow
		INTO h
		FROM datamon._own_alert x JOIN datamon._own_segment g ON g.monitor_id = x.monitor_id AND g.segment_id = x.segment_id
		WHERE x.monitor_id = _join_alerts.monitor_id AND x.is_automatic AND x.state IN ('open', 'acknowledged') AND x.part_of IS NULL
			AND x.alert_id <> a.alert_id AND NOT (x.rule = 'forecast' AND x.column_no < -1) AND x.opened_bucket >= v_since AND (g.key <@ a.key OR g.key @> a.key);
		CONTINUE WHEN h.heads IS NULL;
		UPDATE datamon._own_alert x SET part_of = CASE WHEN h.follow THEN a.alert_id ELSE h.heads[1] END
		WHERE x.monitor_id = _join_alerts.monitor_id
			AND CASE WHEN h.follow THEN x.alert_id = ANY (h.heads) OR x.part_of = ANY (h.heads) ELSE x.alert_id = a.alert_id END;
		UPDATE datamon._own_alert x SET severity = 'critical'
		WHERE x.alert_id = CASE WHEN h.follow THEN a.alert_id ELSE h.heads[1] END
			AND EXISTS (SELECT FROM datamon._own_alert p WHERE p.part_of = x.alert_id AND p.severity = 'critical');
	END LOOP;
	UPDATE datamon._own_alert x SET title = datamon._title(x.alert_id)
	WHERE x.monitor_id = _join_alerts.monitor_id AND (x.alert_id = ANY (fresh) OR x.part_of = ANY (fresh)
		OR x.alert_id IN (SELECT p.part_of FROM datamon._own_alert p WHERE p.alert_id = ANY (fresh)));
END
$$;
COMMENT ON FUNCTION datamon._join_alerts(int, timestamptz, bigint[]) IS 'internal';

/* Judges one bucket and moves the alerts. */
CREATE FUNCTION datamon._evaluate(monitor_id int, at_bucket timestamptz, after_labels boolean, OUT opened int, OUT resolved int)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	j record;
	v_fresh bigint[];
BEGIN
	SELECT x.bucket, x.trailing_buckets, g.segment_id AS root INTO m
	FROM datamon._own_monitor x JOIN datamon._own_segment g USING (monitor_id)
	WHERE x.monitor_id = _evaluate.monitor_id AND g.key = '{}';

	FOR j IN
		SELECT x.*, a.alert_id, a.worst_effect_size
		FROM datamon._judge(monitor_id, at_bucket, after_labels) x
		LEFT JOIN datamon._own_alert a ON a.monitor_id = _evaluate.monitor_id AND a.segment_id = x.segment_id AND a.rule = x.rule
			AND a.column_no = x.column_no AND a.is_automatic AND a.checked_bucket < at_bucket
			AND (a.state <> 'resolved' OR a.last_bucket >= at_bucket - m.trailing_buckets * m.bucket
				AND a.alert_id = (SELECT max(l.alert_id) FROM datamon._own_alert l WHERE l.monitor_id = a.monitor_id
					AND l.is_automatic AND l.segment_id = a.segment_id AND l.rule = a.rule AND l.column_no = a.column_no))
		WHERE x.verdict IN ('bad', 'inhibited') OR a.state <> 'resolved'
	LOOP
		INSERT INTO datamon._own_evaluation (monitor_id, segment_id, bucket, rule, column_no, statistic, p_value, effect_size,
			threshold, value, reference_value, n_reference, n_current, verdict, test, standard_error)
		VALUES (_evaluate.monitor_id, j.segment_id, at_bucket, j.rule, j.column_no, j.statistic, j.p_value, j.effect_size, j.threshold,
			j.value, j.reference_value, j.n_reference, j.n_current, j.verdict, j.test, j.standard_error)
		ON CONFLICT DO NOTHING;
		CONTINUE WHEN NOT FOUND;
		IF j.alert_id IS NULL AND j.verdict = 'bad' THEN
			INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket,
				last_bucket, checked_bucket, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current,
				n_reference, title)
			VALUES (_evaluate.monitor_id, j.segment_id, j.rule, j.column_no, coalesce((SELECT c.column_name FROM datamon._own_monitored_column c
					WHERE c.monitor_id = _evaluate.monitor_id AND c.column_no = j.column_no), datamon._forecast_column(_evaluate.monitor_id, j.column_no)), j.topic, 'pending',
				CASE WHEN j.effect_size >= 3 * j.threshold THEN 'critical' ELSE 'warning' END, at_bucket, at_bucket, at_bucket,
				at_bucket, j.p_value, j.effect_size, j.value, j.reference_value, j.n_current, j.n_reference, '')
			ON CONFLICT DO NOTHING;
		ELSIF j.alert_id IS NOT NULL AND j.verdict = 'bad' THEN
			UPDATE datamon._own_alert a
			SET state = CASE WHEN a.state = 'resolved' THEN 'pending' ELSE a.state END, checked_bucket = at_bucket,
				last_bucket = at_bucket, buckets_bad = a.buckets_bad + 1, buckets_good = 0, streak = a.streak + 1
			WHERE a.alert_id = j.alert_id;
			UPDATE datamon._own_alert a
			SET worst_p_value = j.p_value, worst_effect_size = j.effect_size, worst_bucket = at_bucket, value = j.value,
				reference_value = j.reference_value, n_current = j.n_current, n_reference = j.n_reference,
				severity = CASE WHEN j.effect_size >= 3 * j.threshold THEN 'critical' ELSE a.severity END
			WHERE a.alert_id = j.alert_id AND j.effect_size > a.worst_effect_size;
		ELSIF j.alert_id IS NOT NULL THEN
			UPDATE datamon._own_alert a
			SET checked_bucket = at_bucket, streak = 0, buckets_good = a.buckets_good + (j.verdict = 'good')::int
			WHERE a.alert_id = j.alert_id AND a.state <> 'resolved';
		END IF;
	END LOOP;

	-- A rule that is only measured when something is found says nothing when all is well.
	UPDATE datamon._own_alert a SET buckets_good = a.buckets_good + 1, streak = 0, checked_bucket = at_bucket
	WHERE a.monitor_id = _evaluate.monitor_id AND a.rule = 'new_values' AND a.state <> 'resolved' AND a.checked_bucket < at_bucket
		AND a.column_no IN (SELECT c.column_no FROM datamon._own_monitored_column c
			WHERE c.monitor_id = _evaluate.monitor_id AND (c.role = 'label') = after_labels);

	-- Pending ones that are good again: forgotten, or resolved as they were.
	DELETE FROM datamon._own_alert a
	WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state = 'pending' AND a.streak = 0 AND a.opened_at IS NULL;
	UPDATE datamon._own_alert a SET state = 'resolved'
	WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state = 'pending' AND a.streak = 0;

	-- What the whole source has is not told again of its parts.
	UPDATE datamon._own_alert a
	SET state = 'resolved', resolved_at = now(), resolution = format('part of alert %s', r.alert_id)
	FROM datamon._own_alert r
	WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state IN ('open', 'acknowledged') AND a.segment_id <> m.root
		AND r.monitor_id = _evaluate.monitor_id AND r.segment_id = m.root AND r.topic = a.topic
		AND (r.state IN ('open', 'acknowledged') OR r.state = 'pending' AND r.streak >= 2);
	GET DIAGNOSTICS resolved = ROW_COUNT;

	WITH o AS (UPDATE datamon._own_alert a
	SET state = 'open', opened_at = now(), opened_bucket = at_bucket, resolved_at = NULL, resolution = NULL,
		reopened = a.reopened + (a.opened_at IS NOT NULL)::int
	WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state = 'pending' AND a.checked_bucket = at_bucket
		AND (a.streak >= coalesce((SELECT r.opens_after FROM datamon.rules r WHERE r.rule = a.rule), CASE WHEN a.segment_id = m.root THEN 2 ELSE 3 END)
			OR a.worst_p_value < 1e-6 AND (a.rule = 'new_values' OR a.rule IN ('volume', 'missing') AND a.severity = 'critical'))
	RETURNING a.alert_id)
	SELECT array_agg(o.alert_id) INTO v_fresh FROM o;
	IF v_fresh IS NOT NULL THEN
		PERFORM datamon._join_alerts(monitor_id, at_bucket, v_fresh);
	END IF;
	SELECT count(*) INTO opened FROM datamon._own_alert a WHERE a.alert_id = ANY (v_fresh) AND a.part_of IS NULL;

	WITH r AS (
		UPDATE datamon._own_alert a
		SET state = 'resolved', resolved_at = now(),
			resolution = CASE WHEN a.buckets_good >= least(5 * 2 ^ least(a.reopened, 3), 28) THEN CASE WHEN a.rule = 'forecast' THEN 'the danger has passed' ELSE 'back to normal' END
				ELSE 'no rows any more to tell' END
		WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state IN ('open', 'acknowledged')
			-- As long as a part of it is open, so is it.
			AND NOT EXISTS (SELECT FROM datamon._own_alert p WHERE p.part_of = a.alert_id AND p.state <> 'resolved')
			AND (a.buckets_good >= least(5 * 2 ^ least(a.reopened, 3), 28)
				-- What waits for labels is judged later than the rest: its silence counts by its own clock.
				OR a.checked_bucket < at_bucket - m.trailing_buckets * m.bucket AND a.rule <> 'forecast'
				AND (a.rule IN ('precision', 'recall', 'f1') OR a.column_no IN (SELECT c.column_no FROM datamon._own_monitored_column c
					WHERE c.monitor_id = _evaluate.monitor_id AND c.role = 'label')) = after_labels)
		RETURNING a.part_of)
	SELECT resolved + count(*) INTO resolved FROM r WHERE r.part_of IS NULL;

	UPDATE datamon._own_alert a SET title = datamon._title(a.alert_id)
	WHERE a.monitor_id = _evaluate.monitor_id AND a.is_automatic AND a.state <> 'resolved' AND (a.title = '' OR a.worst_bucket = at_bucket);
	PERFORM datamon._log_alerts(monitor_id);
END
$$;
COMMENT ON FUNCTION datamon._evaluate(int, timestamptz, boolean) IS 'internal';
