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
	threshold float8, value float8, reference_value float8, n_reference bigint, n_current bigint, topic text, verdict text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH m AS MATERIALIZED (
		SELECT x.bucket, x.trailing_buckets, least(0.05, 0.05 * date_part('epoch', x.bucket) / 86400) AS alpha, g.segment_id AS root
		FROM datamon._own_monitor x JOIN datamon._own_segment g USING (monitor_id)
		WHERE x.monitor_id = $1 AND g.key = '{}'
	), measure AS MATERIALIZED (
		SELECT v.*, coalesce(z.overdispersion, 1) AS phi, coalesce(z.noise, 0) AS noise, z.worst
		FROM m CROSS JOIN LATERAL datamon._measures($1, $2, $2 + m.bucket, $3) v
		LEFT JOIN datamon._own_baseline_noise z ON z.monitor_id = $1 AND z.segment_id = v.segment_id AND z.rule = v.rule
			AND z.column_no = v.column_no
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
		SELECT v.segment_id, v.rule, v.column_no, v.distance AS statistic,
			CASE WHEN v.rule IN ('drift', 'category_drift') THEN datamon._gamma_tail(v.distance / sqrt(v.phi), v.expectation, v.stddev)
				WHEN v.stddev > 0 THEN datamon._normal_tail(v.distance / (v.stddev * sqrt(v.phi))) ELSE 1 END AS p_value,
			v.distance - v.expectation * sqrt(v.phi) AS effect_size, greatest(r.minimum, v.noise / 2) AS threshold,
			v.distance > coalesce(v.worst, 0) AS beyond, r.recovery, v.value, v.reference_value, v.n_reference, v.n_current
		FROM measure v JOIN datamon.rules r ON r.rule = v.rule
		UNION ALL
		SELECT f.segment_id, 'new_values', f.column_no, f.k,
			exp(greatest(-700, least(0, f.k - x.expected - f.k * ln(f.k / x.expected)))), f.k, 3, true, 1, f.k, 0, f.reference_n, f.n
		FROM fresh_values f CROSS JOIN LATERAL (SELECT 0.5 * f.n / greatest(f.reference_n, 1) AS expected) x
		UNION ALL
		SELECT v.segment_id, 'volume', 0, x.z, 2 * datamon._normal_tail(abs(x.z)), abs(v.n / v.expected - 1), r.minimum, true,
			r.recovery, v.n, v.expected, v.buckets, v.n
		FROM datamon._volumes($1, $2) v
		JOIN datamon.rules r ON r.rule = 'volume'
		CROSS JOIN LATERAL (SELECT (ln(v.n + 1.0) - ln(v.expected + 1)) / sqrt(v.unrest ^ 2 + 1 / (v.expected + 1)) AS z) x
		WHERE NOT $3
	), ranked AS (
		SELECT t.*, row_number() OVER (ORDER BY t.p_value) AS place, count(*) OVER () AS tests FROM test t
	), cut AS (
		-- Benjamini and Hochberg over all tests of the bucket.
		SELECT max(k.place) AS place FROM ranked k CROSS JOIN m WHERE k.p_value <= m.alpha * k.place / k.tests
	), judged AS (
		SELECT k.*, CASE WHEN k.place <= c.place AND k.effect_size >= k.threshold AND k.beyond THEN 'bad'
			WHEN k.effect_size < k.recovery * k.threshold OR k.p_value > 0.05 THEN 'good' ELSE 'between' END AS verdict
		FROM ranked k CROSS JOIN cut c
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
		UNION ALL SELECT f.* FROM datamon._forecast_verdicts($1, $2, $3) f
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
			ELSE 'bad' END
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
			WHEN a.rule = 'f1' THEN format('F1 of %s', s.source) WHEN a.rule = 'volume' THEN format('Volume of %s', s.source)
			ELSE format('%s of %s', a.column_name, s.source) END AS thing,
		CASE a.rule WHEN 'drift' THEN 'has drifted' WHEN 'category_drift' THEN 'has drifted' WHEN 'missing' THEN 'is missing more often'
			WHEN 'new_values' THEN 'has new values' WHEN 'volume' THEN CASE WHEN a.value < a.reference_value THEN 'is low' ELSE 'is high' END
			ELSE 'has fallen' END AS verb,
		CASE a.rule
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
		END AS fact) x
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
			AND x.alert_id <> a.alert_id AND x.opened_bucket >= v_since AND (g.key <@ a.key OR g.key @> a.key);
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
			threshold, value, reference_value, n_reference, n_current, verdict)
		VALUES (_evaluate.monitor_id, j.segment_id, at_bucket, j.rule, j.column_no, j.statistic, j.p_value, j.effect_size, j.threshold,
			j.value, j.reference_value, j.n_reference, j.n_current, j.verdict)
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
