/*
 * Rules that a user writes (docs/alerts.md): a metric of the monitor's cells
 * against a threshold, or any query whose rows are violations.  They run as
 * the monitor's owner, after the automatic ones, each in a subtransaction of
 * its own: an error is kept and stops nothing else.
 */

CREATE TABLE datamon.user_rule (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	rule text NOT NULL CHECK (length(rule) BETWEEN 1 AND 63),
	condition text NOT NULL CHECK (length(condition) <= 10000),
	metric text,
	column_name name,
	argument text,
	operator text CHECK (operator IN ('<', '<=', '>', '>=')),
	threshold float8,
	recovery float8,
	unit text NOT NULL CHECK (unit IN ('value', 'difference', 'percent', 'rows')),
	segment jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(segment) = 'object'),
	by_dimension name,
	for_buckets int NOT NULL CHECK (for_buckets BETWEEN 1 AND 1000),
	resolve_buckets int NOT NULL CHECK (resolve_buckets BETWEEN 1 AND 1000),
	severity text NOT NULL CHECK (severity IN ('warning', 'critical')),
	min_rows bigint NOT NULL CHECK (min_rows >= 0),
	timeout interval NOT NULL CHECK (timeout BETWEEN '1 millisecond' AND '1 minute'),
	enabled boolean NOT NULL DEFAULT true,
	created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	next_bucket timestamptz,
	failures int NOT NULL DEFAULT 0,
	last_error text,
	last_error_at timestamptz,
	PRIMARY KEY (monitor_id, rule),
	CHECK ((unit = 'rows') = (metric IS NULL) AND (metric IS NULL) = (operator IS NULL) AND (metric IS NULL) = (threshold IS NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE datamon.user_rule IS 'rules that users wrote, and how far they have come';

/* NOTIFY of a rule's alerts on another channel than datamon. */
CREATE TABLE datamon.rule_channel (
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	rule text NOT NULL,
	channel text NOT NULL CHECK (channel ~ '^[a-z_][a-z0-9_]{0,62}$'),
	PRIMARY KEY (monitor_id, rule)
);
COMMENT ON TABLE datamon.rule_channel IS 'where the alerts of a rule are told';

SELECT pg_catalog.pg_extension_config_dump('datamon.user_rule', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.rule_channel', '');

CREATE VIEW datamon._own_user_rule WITH (security_barrier) AS
	SELECT monitor_id, rule, condition, metric, column_name, argument, operator, threshold, recovery, unit, segment, by_dimension,
		for_buckets, resolve_buckets, severity, min_rows, timeout, enabled, created_at, next_bucket, failures, last_error, last_error_at
	FROM datamon.user_rule
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_user_rule IS 'internal';

CREATE VIEW datamon._member_user_rule WITH (security_barrier) AS
	SELECT monitor_id, rule, condition, metric, column_name, argument, operator, threshold, recovery, unit, segment, by_dimension,
		for_buckets, resolve_buckets, severity, min_rows, timeout, enabled, created_at, next_bucket, failures, last_error, last_error_at
	FROM datamon.user_rule
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o);
COMMENT ON VIEW datamon._member_user_rule IS 'internal';

CREATE VIEW datamon._own_rule_channel WITH (security_barrier) AS
	SELECT monitor_id, rule, channel
	FROM datamon.rule_channel
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_rule_channel IS 'internal';

CREATE VIEW datamon._member_rule_channel WITH (security_barrier) AS
	SELECT monitor_id, rule, channel
	FROM datamon.rule_channel
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o);
COMMENT ON VIEW datamon._member_rule_channel IS 'internal';

GRANT SELECT, INSERT, UPDATE, DELETE ON datamon._own_user_rule, datamon._own_rule_channel TO PUBLIC;
GRANT SELECT ON datamon._member_user_rule, datamon._member_rule_channel TO PUBLIC;

/* Rows that a query returns, at most so many, within a time; only in a read-only transaction (src/worker/bounded_query.c). */
CREATE FUNCTION datamon._count_rows(query text, from_time timestamptz, to_time timestamptz, timeout_ms int, most bigint) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_count_rows';
COMMENT ON FUNCTION datamon._count_rows(text, timestamptz, timestamptz, int, bigint) IS 'internal';

/* The same in a subtransaction that is read only, and undone in any case. */
CREATE FUNCTION datamon._violations(query text, from_time timestamptz, to_time timestamptz, timeout interval, most bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_rows bigint;
BEGIN
	BEGIN
		PERFORM set_config('transaction_read_only', 'on', true);
		v_rows := datamon._count_rows(query, from_time, to_time, greatest(1, (1000 * date_part('epoch', timeout))::int), most);
		RAISE EXCEPTION 'counted' USING ERRCODE = 'DM001';
	EXCEPTION WHEN SQLSTATE 'DM001' THEN
		IF v_rows IS NULL THEN
			RAISE;
		END IF;
	END;
	RETURN v_rows;
END
$$;
COMMENT ON FUNCTION datamon._violations(text, timestamptz, timestamptz, interval, bigint) IS 'internal';

/* What conditions can speak of: whether of a column, of which kind, and with which argument. */
CREATE FUNCTION datamon._metrics()
RETURNS TABLE (metric text, of text, kind text, argument text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	VALUES ('n', 'rows', NULL, NULL), ('precision', 'labels', NULL, NULL), ('recall', 'labels', NULL, NULL), ('f1', 'labels', NULL, NULL),
		('accuracy', 'labels', NULL, NULL), ('null_rate', 'column', NULL, NULL), ('nan_rate', 'column', 'number', NULL),
		('mean', 'column', 'number', NULL), ('stddev', 'column', 'number', NULL), ('min', 'column', 'number', NULL),
		('max', 'column', 'number', NULL), ('quantile', 'column', 'number', 'number'), ('distinct_count', 'column', 'category', NULL),
		('share', 'column', 'category', 'text')
$$;
COMMENT ON FUNCTION datamon._metrics() IS 'internal';

/*
 * condition := metric [ '(' column [ ',' argument ] ')' ] operator number [ '%' ]
 * The text is only ever taken apart, never run.
 */
CREATE FUNCTION datamon._parse_condition(condition text, OUT metric text, OUT column_name name, OUT argument text, OUT operator text,
	OUT threshold float8, OUT percent boolean)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	p text[];
	k record;
BEGIN
	p := regexp_match(condition, $r$^\s*([[:alpha:]_][[:alnum:]_]*)\s*(\(\s*(?:"((?:[^"]|"")+)"|([[:alpha:]_][[:alnum:]_$]*))\s*(?:,\s*(?:'((?:[^']|'')*)'|([0-9.]+))\s*)?\))?\s*(<=|>=|<|>)\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*(%?)\s*$$r$);
	IF p IS NULL THEN
		RAISE EXCEPTION 'not a condition: %', left(condition, 200) USING ERRCODE = 'syntax_error',
			HINT = 'Write metric < number, such as f1 < 0.95 or null_rate(amount) > 10 %, or a query whose rows are violations.';
	END IF;
	metric := lower(p[1]);
	column_name := coalesce(replace(p[3], '""', '"'), lower(p[4] COLLATE "C"));
	argument := coalesce(replace(p[5], '''''', ''''), p[6]);
	operator := p[7];
	threshold := p[8]::float8;
	percent := p[9] = '%';
	SELECT m.* INTO k FROM datamon._metrics() m WHERE m.metric = _parse_condition.metric;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no metric "%"', metric USING ERRCODE = 'undefined_object',
			HINT = 'There are ' || (SELECT string_agg(m.metric, ', ') FROM datamon._metrics() m) || '.';
	ELSIF (k.of = 'column') <> (column_name IS NOT NULL) OR (k.argument IS NULL) <> (argument IS NULL) THEN
		RAISE EXCEPTION 'wrong arguments of metric "%"', metric USING ERRCODE = 'syntax_error',
			HINT = format('Write %s%s.', metric, CASE WHEN k.of = 'column' THEN CASE k.argument WHEN 'number' THEN '(column, 0.9)'
				WHEN 'text' THEN '(column, ''value'')' ELSE '(column)' END ELSE '' END);
	ELSIF k.argument = 'number' AND NOT (p[6] IS NOT NULL AND p[6] ~ '^(0?\.[0-9]+|0|1(\.0+)?)$') THEN
		RAISE EXCEPTION 'the fraction of a quantile is a number from 0 to 1, not %', argument USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Write quantile(column, 0.9).';
	ELSIF k.argument = 'text' AND p[6] IS NOT NULL THEN
		RAISE EXCEPTION 'a value is written in quotes' USING ERRCODE = 'syntax_error', HINT = format('Write share(column, ''%s'').', p[6]);
	END IF;
END
$body$;
COMMENT ON FUNCTION datamon._parse_condition(text) IS 'internal';

/* A metric of one cell or baseline, and the rows it is made of. */
CREATE FUNCTION datamon._metric(metric text, column_no int, argument text, n float8, profile datamon.profile,
	performance datamon.f_beta_state, OUT value float8, OUT n_used bigint)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	x record;
BEGIN
	IF metric = 'n' THEN
		value := n;
		n_used := n;
	ELSIF column_no IS NULL THEN
		n_used := datamon.count(performance);
		value := CASE metric WHEN 'precision' THEN datamon.precision_score(performance) WHEN 'recall' THEN datamon.recall_score(performance)
			WHEN 'f1' THEN datamon.f1_score(performance) WHEN 'accuracy' THEN datamon.accuracy_score(performance) END;
	ELSE
		SELECT c.* INTO x FROM datamon.columns(profile) c WHERE c.column_no = _metric.column_no;
		n_used := CASE WHEN metric IN ('null_rate', 'nan_rate') THEN x.count + x.null_count + x.nan_count + x.infinity_count ELSE x.count END;
		value := CASE metric WHEN 'null_rate' THEN x.null_count::float8 / nullif(n_used, 0)
			WHEN 'nan_rate' THEN x.nan_count::float8 / nullif(n_used, 0)
			WHEN 'mean' THEN x.mean WHEN 'stddev' THEN x.stddev WHEN 'min' THEN x.min WHEN 'max' THEN x.max
			WHEN 'distinct_count' THEN x.distinct_count WHEN 'quantile' THEN datamon.quantile(x.histogram, argument::float8)
			WHEN 'share' THEN datamon.value_count(x.value_counts, argument)::float8 / nullif(x.count, 0) END;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._metric(text, int, text, float8, datamon.profile, datamon.f_beta_state) IS 'internal';

/* What a threshold rule says of each bucket and segment from stored cells; a bucket without rows has n = 0. */
CREATE FUNCTION datamon._rule_verdicts(monitor_id int, rule text, from_bucket timestamptz, to_bucket timestamptz)
RETURNS TABLE (bucket timestamptz, segment_id bigint, key jsonb, value float8, reference_value float8, tested float8, n_current bigint,
	n_reference bigint, verdict text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH r AS MATERIALIZED (
		SELECT r.*, c.column_no, m.bucket AS width, greatest(from_bucket, s.cells_from) AS first_bucket
		FROM datamon._own_user_rule r
		JOIN datamon._own_monitor m ON m.monitor_id = r.monitor_id
		JOIN datamon._own_state s ON s.monitor_id = r.monitor_id
		LEFT JOIN datamon._own_monitored_column c ON c.monitor_id = r.monitor_id AND c.column_name = r.column_name
			AND c.column_no IS NOT NULL
		WHERE r.monitor_id = $1 AND r.rule = $2 AND (r.column_name IS NULL OR c.column_no IS NOT NULL)
	), seg AS MATERIALIZED (
		SELECT g.segment_id, g.key, b.n AS reference_n, x.value AS reference_value
		FROM r
		JOIN datamon._own_segment g ON g.monitor_id = r.monitor_id AND CASE WHEN r.by_dimension IS NULL THEN g.key = r.segment
			ELSE g.key ? r.by_dimension::text AND g.key - r.by_dimension::text = '{}' END
		LEFT JOIN datamon._own_baseline b ON r.unit <> 'value' AND b.monitor_id = g.monitor_id AND b.segment_id = g.segment_id
		LEFT JOIN LATERAL datamon._metric(r.metric, r.column_no, r.argument, b.n::float8 / b.buckets, b.profile, b.performance) x
			ON b.n > 0
	), seen AS (
		SELECT t.bucket, g.segment_id, g.key, g.reference_n, g.reference_value, coalesce(c.n, 0) AS n, c.profile, c.performance
		FROM r
		CROSS JOIN LATERAL generate_series(r.first_bucket, $4 - r.width, r.width) t (bucket)
		CROSS JOIN seg g
		-- Cell by cell: of all that are stored few are asked for.
		LEFT JOIN LATERAL (SELECT c.n, c.profile, c.performance FROM datamon._own_cell c
			WHERE c.monitor_id = $1 AND c.segment_id = g.segment_id AND c.bucket = t.bucket OFFSET 0) c ON true
		WHERE c.n IS NOT NULL OR r.metric = 'n' AND NOT datamon._waits(r.monitor_id, t.bucket, t.bucket + r.width)
	), tested AS (
		SELECT s.*, x.value, CASE r.unit WHEN 'value' THEN x.value WHEN 'difference' THEN x.value - s.reference_value
			ELSE 100 * (x.value - s.reference_value) / nullif(abs(s.reference_value), 0) END AS tested, x.n_used
		FROM seen s
		CROSS JOIN r
		CROSS JOIN LATERAL datamon._metric(r.metric, r.column_no, r.argument, s.n, s.profile, s.performance) x
		WHERE r.metric = 'n' OR x.n_used >= r.min_rows
	)
	SELECT t.bucket, t.segment_id, t.key, t.value, t.reference_value, t.tested, t.n_used, t.reference_n,
		CASE WHEN CASE r.operator WHEN '<' THEN t.tested < r.threshold WHEN '<=' THEN t.tested <= r.threshold
				WHEN '>' THEN t.tested > r.threshold ELSE t.tested >= r.threshold END THEN 'bad'
			WHEN r.recovery IS NULL OR CASE WHEN r.operator IN ('<', '<=') THEN t.tested >= r.recovery ELSE t.tested <= r.recovery END
				THEN 'good'
			ELSE 'between' END
	FROM tested t CROSS JOIN r
	WHERE t.tested IS NOT NULL AND t.tested <> 'NaN'
	ORDER BY t.bucket, t.key::text;
END
$$;
COMMENT ON FUNCTION datamon._rule_verdicts(int, text, timestamptz, timestamptz) IS 'internal';

/* How many good buckets end an alert: twice as many after each return. */
CREATE FUNCTION datamon._good_buckets(resolve_buckets int, reopened int) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT $1 * (2 ^ least($2, 3))::int
$$;
COMMENT ON FUNCTION datamon._good_buckets(int, int) IS 'internal';

/* For people: no more digits than they read. */
CREATE FUNCTION datamon._rounded(value float8, digits int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN abs($1) < 1e15 THEN round($1::numeric, $2)::float8 ELSE $1 END::text
$$;
COMMENT ON FUNCTION datamon._rounded(float8, int) IS 'internal';

CREATE FUNCTION datamon._rule_title(monitor_id int, rule text, key jsonb, since timestamptz, value float8, reference_value float8,
	tested float8) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT left(format('%s of %s%s since %s: %s', r.rule, (SELECT c.relname FROM pg_class c WHERE c.oid = m.source),
		CASE WHEN $3 = '{}' THEN '' ELSE ' where ' || (SELECT string_agg(left(k.key, 60) || ' = ' || left(coalesce(k.value, 'NULL'), 60), ', ')
			FROM jsonb_each_text($3) k) END,
		to_char($4 AT TIME ZONE 'UTC', CASE WHEN m.bucket >= '1 day' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM-DD HH24:MI' END),
		CASE WHEN r.unit = 'rows' THEN CASE WHEN $5 > 10000 THEN 'more than 10000 rows' ELSE format('%s row%s', $5, CASE WHEN $5 <> 1 THEN 's' END) END
			ELSE format('%s%s%s, %s is bad', datamon._rounded($5, 4), ' instead of ' || datamon._rounded($6, 4),
				CASE r.unit WHEN 'percent' THEN format(' (%s %%)', datamon._rounded($7, 1)) END, btrim(left(r.condition, 200))) END), 500)
	FROM datamon._own_user_rule r
	JOIN datamon._own_monitor m ON m.monitor_id = r.monitor_id
	WHERE r.monitor_id = $1 AND r.rule = $2
$$;
COMMENT ON FUNCTION datamon._rule_title(int, text, jsonb, timestamptz, float8, float8, float8) IS 'internal';

/* Moves the alert of a rule in one segment by one more verdict. */
CREATE FUNCTION datamon._move_user_alert(monitor_id int, rule text, segment_id bigint, key jsonb, at_bucket timestamptz, value float8,
	reference_value float8, tested float8, n_current bigint, n_reference bigint, verdict text, OUT opened int, OUT resolved int)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
	r record;
	a record;
	v_effect float8;
BEGIN
	opened := 0;
	resolved := 0;
	SELECT x.*, m.bucket, m.trailing_buckets INTO STRICT r
	FROM datamon._own_user_rule x JOIN datamon._own_monitor m ON m.monitor_id = x.monitor_id
	WHERE x.monitor_id = _move_user_alert.monitor_id AND x.rule = _move_user_alert.rule;
	-- Locked: what a person does to it comes before or after this.
	SELECT x.* INTO a FROM datamon._own_alert x
	WHERE x.monitor_id = _move_user_alert.monitor_id AND x.segment_id = _move_user_alert.segment_id AND x.rule = _move_user_alert.rule
		AND x.column_no = 0 AND NOT x.is_automatic
		AND (x.state <> 'resolved' OR verdict = 'bad' AND x.last_bucket >= at_bucket - r.trailing_buckets * r.bucket)
	ORDER BY x.state = 'resolved', x.alert_id DESC LIMIT 1
	FOR UPDATE;
	IF verdict <> 'bad' AND a.alert_id IS NULL OR a.checked_bucket >= at_bucket THEN
		RETURN;
	END IF;
	v_effect := coalesce(abs(tested - r.threshold), value);
	INSERT INTO datamon._own_evaluation (monitor_id, segment_id, bucket, rule, effect_size, threshold, statistic, value, reference_value,
		n_reference, n_current, verdict)
	VALUES (monitor_id, segment_id, at_bucket, rule, v_effect, coalesce(r.threshold, 0), tested, value, reference_value, n_reference,
		n_current, verdict)
	ON CONFLICT DO NOTHING;
	IF verdict = 'bad' AND a.alert_id IS NULL THEN
		INSERT INTO datamon._own_alert (monitor_id, segment_id, rule, column_name, topic, state, severity, first_bucket, last_bucket,
			checked_bucket, worst_bucket, worst_effect_size, value, reference_value, n_current, n_reference, title, is_automatic)
		VALUES (monitor_id, segment_id, rule, r.column_name, 'rule ' || rule, 'pending', r.severity, at_bucket, at_bucket, at_bucket,
			at_bucket, v_effect, value, reference_value, n_current, n_reference,
			datamon._rule_title(monitor_id, rule, key, at_bucket, value, reference_value, tested), false)
		ON CONFLICT DO NOTHING;
	ELSIF verdict = 'bad' THEN
		UPDATE datamon._own_alert x
		SET state = CASE WHEN x.state = 'resolved' THEN 'pending' ELSE x.state END, checked_bucket = at_bucket, last_bucket = at_bucket,
			buckets_bad = x.buckets_bad + 1, buckets_good = 0, streak = x.streak + 1
		WHERE x.alert_id = a.alert_id;
		UPDATE datamon._own_alert x
		SET worst_bucket = at_bucket, worst_effect_size = v_effect, value = _move_user_alert.value,
			reference_value = _move_user_alert.reference_value, n_current = _move_user_alert.n_current,
			n_reference = _move_user_alert.n_reference,
			title = datamon._rule_title(_move_user_alert.monitor_id, _move_user_alert.rule, key, x.first_bucket, _move_user_alert.value,
				_move_user_alert.reference_value, tested)
		WHERE x.alert_id = a.alert_id AND v_effect > x.worst_effect_size;
	ELSE
		UPDATE datamon._own_alert x
		SET checked_bucket = at_bucket, streak = 0, buckets_good = x.buckets_good + (verdict = 'good')::int
		WHERE x.alert_id = a.alert_id;
		DELETE FROM datamon._own_alert x WHERE x.alert_id = a.alert_id AND x.state = 'pending' AND x.opened_at IS NULL;
		UPDATE datamon._own_alert x SET state = 'resolved' WHERE x.alert_id = a.alert_id AND x.state = 'pending';
		UPDATE datamon._own_alert x SET state = 'resolved', resolved_at = now(), resolution = 'back to normal'
		WHERE x.alert_id = a.alert_id AND x.state IN ('open', 'acknowledged')
			AND x.buckets_good >= datamon._good_buckets(r.resolve_buckets, x.reopened);
		GET DIAGNOSTICS resolved = ROW_COUNT;
	END IF;
	UPDATE datamon._own_alert x
	SET state = 'open', opened_at = now(), resolved_at = NULL, resolution = NULL, reopened = x.reopened + (x.opened_at IS NOT NULL)::int
	WHERE x.monitor_id = _move_user_alert.monitor_id AND x.segment_id = _move_user_alert.segment_id AND x.rule = _move_user_alert.rule
		AND x.state = 'pending' AND NOT x.is_automatic AND x.streak >= r.for_buckets;
	GET DIAGNOSTICS opened = ROW_COUNT;
END
$$;
COMMENT ON FUNCTION datamon._move_user_alert(int, text, bigint, jsonb, timestamptz, float8, float8, float8, bigint, bigint, text)
	IS 'internal';

/* The first bucket that a rule about labels cannot judge yet: too few have come, and more may. */
CREATE FUNCTION datamon._labelled_until(monitor_id int, from_bucket timestamptz, to_bucket timestamptz, clock timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN (SELECT coalesce(min(c.bucket), $3)
	FROM datamon._own_monitor m
	JOIN datamon._own_segment g ON g.monitor_id = m.monitor_id AND g.key = '{}'
	JOIN datamon._own_cell c ON c.monitor_id = m.monitor_id AND c.segment_id = g.segment_id AND c.bucket >= $2 AND c.bucket < $3
	LEFT JOIN datamon._own_baseline b ON b.monitor_id = m.monitor_id AND b.segment_id = g.segment_id
	WHERE m.monitor_id = $1 AND c.bucket + m.bucket + coalesce(m.label_lateness, m.lateness) > $4
		AND coalesce(datamon.count(c.performance), 0)::float8 / c.n < 0.97 * coalesce(datamon.count(b.performance)::float8 / b.n, 1));
END
$$;
COMMENT ON FUNCTION datamon._labelled_until(int, timestamptz, timestamptz, timestamptz) IS 'internal';

/* Of dimensions with more values than rules look at there are no cells: that is not the same as no rows. */
CREATE FUNCTION datamon._check_judged(monitor_id int, segment jsonb, by_dimension name) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
	v_dimension name := (SELECT d.column_name FROM datamon._own_dimension d
		WHERE d.monitor_id = _check_judged.monitor_id AND (d.column_name = by_dimension OR segment ? d.column_name::text)
			AND d.known_values > d.judged_values LIMIT 1);
BEGIN
	IF v_dimension IS NOT NULL THEN
		RAISE EXCEPTION 'dimension "%" has more than % values: rules look at none of them', v_dimension, (SELECT d.judged_values
				FROM datamon._own_dimension d WHERE d.monitor_id = _check_judged.monitor_id AND d.column_name = v_dimension)
			USING ERRCODE = 'program_limit_exceeded', HINT = 'A query can: SELECT FROM datamon.summarize(...), for instance.';
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._check_judged(int, jsonb, name) IS 'internal';

/* Judges one rule up to the clock. */
CREATE FUNCTION datamon._evaluate_rule(monitor_id int, rule text, clock timestamptz, OUT opened int, OUT resolved int)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
	r record;
	v record;
	e record;
	v_end timestamptz;
	v_at timestamptz;
	v_rows bigint;
	v_more int;
	v_begin timestamptz := clock_timestamp();
BEGIN
	opened := 0;
	resolved := 0;
	SELECT x.*, m.bucket, m.bucket_origin, m.trailing_buckets, g.segment_id INTO STRICT r
	FROM datamon._own_user_rule x
	JOIN datamon._own_monitor m ON m.monitor_id = x.monitor_id
	JOIN datamon._own_segment g ON g.monitor_id = x.monitor_id AND g.key = '{}'
	WHERE x.monitor_id = _evaluate_rule.monitor_id AND x.rule = _evaluate_rule.rule;
	PERFORM datamon._check_judged(monitor_id, r.segment, r.by_dimension);
	v_end := datamon._bucket(clock, r.bucket, r.bucket_origin);
	v_at := greatest(coalesce(r.next_bucket, v_end - r.bucket), v_end - 1000 * r.bucket);
	IF r.metric IN (SELECT k.metric FROM datamon._metrics() k WHERE k.of = 'labels') OR r.column_name IN (SELECT c.column_name
		FROM datamon._own_monitored_column c WHERE c.monitor_id = _evaluate_rule.monitor_id AND c.role = 'label') THEN
		v_end := datamon._labelled_until(monitor_id, v_at, v_end, clock);
	END IF;
	IF v_at >= v_end THEN
		RETURN;
	END IF;
	IF r.metric IS NOT NULL THEN
		FOR v IN SELECT * FROM datamon._rule_verdicts(monitor_id, rule, v_at, v_end) LOOP
			SELECT * INTO e FROM datamon._move_user_alert(monitor_id, rule, v.segment_id, v.key, v.bucket, v.value, v.reference_value,
				v.tested, v.n_current, v.n_reference, v.verdict);
			opened := opened + e.opened;
			resolved := resolved + e.resolved;
		END LOOP;
	ELSE
		-- A query that does not say which bucket it is about is about now.
		IF r.condition !~ '\$[12]' THEN
			v_at := v_end - r.bucket;
		END IF;
		WHILE v_at < v_end LOOP
			v_rows := datamon._violations(r.condition, v_at, v_at + r.bucket, r.timeout, 10001);
			SELECT * INTO e FROM datamon._move_user_alert(monitor_id, rule, r.segment_id, '{}', v_at, v_rows, NULL, v_rows, v_rows, NULL,
				CASE WHEN v_rows > 0 THEN 'bad' ELSE 'good' END);
			opened := opened + e.opened;
			resolved := resolved + e.resolved;
			v_at := v_at + r.bucket;
			-- The rest in the next tick.
			EXIT WHEN clock_timestamp() - v_begin > interval '30 seconds';
		END LOOP;
		v_end := v_at;
	END IF;
	UPDATE datamon._own_alert x SET state = 'resolved', resolved_at = now(), resolution = 'no rows any more to tell'
	WHERE x.monitor_id = _evaluate_rule.monitor_id AND x.rule = _evaluate_rule.rule AND NOT x.is_automatic
		AND x.state IN ('open', 'acknowledged') AND x.checked_bucket < v_end - r.trailing_buckets * r.bucket;
	GET DIAGNOSTICS v_more = ROW_COUNT;
	resolved := resolved + v_more;
	UPDATE datamon._own_user_rule x SET next_bucket = v_end, failures = 0
	WHERE x.monitor_id = _evaluate_rule.monitor_id AND x.rule = _evaluate_rule.rule;
END
$$;
COMMENT ON FUNCTION datamon._evaluate_rule(int, text, timestamptz) IS 'internal';

/* All rules of a monitor, the one that waits longest first; what takes too long in all goes on in the next tick. */
CREATE FUNCTION datamon._evaluate_rules(monitor_id int, clock timestamptz, OUT opened int, OUT resolved int)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_variable
DECLARE
	r record;
	e record;
	v_begin timestamptz := clock_timestamp();
BEGIN
	opened := 0;
	resolved := 0;
	FOR r IN
		SELECT x.rule, datamon._bucket(clock, m.bucket, m.bucket_origin) AS next_bucket
		FROM datamon._own_user_rule x JOIN datamon._own_monitor m ON m.monitor_id = x.monitor_id
		WHERE x.monitor_id = _evaluate_rules.monitor_id AND x.enabled
		ORDER BY x.next_bucket NULLS FIRST, x.rule
	LOOP
		EXIT WHEN clock_timestamp() - v_begin > interval '1 minute';
		BEGIN
			SELECT * INTO e FROM datamon._evaluate_rule(monitor_id, r.rule, clock);
			opened := opened + e.opened;
			resolved := resolved + e.resolved;
		EXCEPTION WHEN OTHERS THEN
			-- Not tried again with the same bucket: an error that stays costs its time once a bucket.
			UPDATE datamon._own_user_rule x
			SET failures = least(greatest(x.failures, 0), 1000000) + 1, last_error = left(SQLSTATE || ': ' || SQLERRM, 1000),
				last_error_at = clock_timestamp(), next_bucket = r.next_bucket
			WHERE x.monitor_id = _evaluate_rules.monitor_id AND x.rule = r.rule;
		END;
	END LOOP;
	PERFORM datamon._log_alerts(monitor_id);
END
$$;
COMMENT ON FUNCTION datamon._evaluate_rules(int, timestamptz) IS 'internal';

/* The caller's own monitor of a source: a rule runs with its owner's rights, so nobody else writes one. */
CREATE FUNCTION datamon._own_monitor_of(source regclass) RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int := (SELECT m.monitor_id FROM datamon._own_monitor m WHERE m.source = _own_monitor_of.source);
BEGIN
	IF v_monitor IS NULL THEN
		RAISE EXCEPTION 'you do not watch %', _own_monitor_of.source USING ERRCODE = 'undefined_object',
			HINT = coalesce((SELECT format('Its monitor belongs to %s, with whose rights its rules run: SET ROLE %1$s;', m.owner)
				FROM datamon._member_monitor m WHERE m.source = _own_monitor_of.source LIMIT 1), 'datamon.watch() starts it.');
	END IF;
	RETURN v_monitor;
END
$$;
COMMENT ON FUNCTION datamon._own_monitor_of(regclass) IS 'internal';

CREATE FUNCTION datamon.add_rule(source regclass, name text, condition text, segment jsonb DEFAULT '{}', by_dimension name DEFAULT NULL,
	relative boolean DEFAULT false, for_buckets int DEFAULT 1, recovery float8 DEFAULT NULL, resolve_buckets int DEFAULT 2,
	severity text DEFAULT 'warning', min_rows bigint DEFAULT 1, channel text DEFAULT NULL, timeout interval DEFAULT '5 seconds')
RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	v_monitor int := datamon._own_monitor_of(source);
	c record;
	k record;
	v_is_query boolean := condition ~* '^\s*(--[^\n]*\n\s*)*(select|with|values|table|\()';
	v_kind text;
	v_unit text := 'rows';
	v_threshold float8;
	v_now timestamptz;
BEGIN
	IF name IS NULL OR condition IS NULL OR relative IS NULL OR for_buckets IS NULL OR resolve_buckets IS NULL OR severity IS NULL
		OR min_rows IS NULL OR timeout IS NULL THEN
		RAISE EXCEPTION 'name, condition and settings of a rule must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF name !~ '^[[:alnum:]_][[:alnum:]_ .-]*$' OR length(name) > 63 THEN
		RAISE EXCEPTION 'a rule cannot be named "%"', left(name, 100) USING ERRCODE = 'invalid_name',
			HINT = 'Use at most 63 letters, digits, "_", "-", "." and spaces.';
	ELSIF EXISTS (SELECT FROM datamon.rules r WHERE r.rule = name) THEN
		RAISE EXCEPTION 'an automatic rule is named "%"', name USING ERRCODE = 'duplicate_object', HINT = 'Choose another name.';
	ELSIF EXISTS (SELECT FROM datamon._own_user_rule r WHERE r.monitor_id = v_monitor AND r.rule = name) THEN
		RAISE EXCEPTION '% has a rule "%" already', source, name USING ERRCODE = 'duplicate_object',
			HINT = 'datamon.drop_rule() removes it.';
	ELSIF length(condition) > 10000 THEN
		RAISE EXCEPTION 'a condition has at most 10000 characters' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Put a longer query into a view.';
	ELSIF for_buckets NOT BETWEEN 1 AND 1000 OR resolve_buckets NOT BETWEEN 1 AND 1000 THEN
		RAISE EXCEPTION 'for_buckets and resolve_buckets are 1 to 1000' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'They count buckets of the monitor.';
	ELSIF severity NOT IN ('warning', 'critical') THEN
		RAISE EXCEPTION 'severity is warning or critical, not %', severity USING ERRCODE = 'invalid_parameter_value',
			HINT = 'severity => ''critical''';
	ELSIF min_rows < 0 OR timeout NOT BETWEEN interval '1 millisecond' AND interval '1 minute' THEN
		RAISE EXCEPTION 'min_rows is not negative, and timeout at most 1 minute' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'A rule that takes longer holds up the tick: let it read less.';
	END IF;

	IF v_is_query THEN
		IF relative OR recovery IS NOT NULL OR by_dimension IS NOT NULL OR segment <> '{}' THEN
			RAISE EXCEPTION 'a query has no segment, recovery or baseline' USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Say in its WHERE what it is about.';
		END IF;
		SELECT NULL::text AS metric, NULL::name AS column_name, NULL::text AS argument, NULL::text AS operator INTO c;
		-- Parsed and planned, and begun, but no row read.
		PERFORM datamon._violations(condition, now(), now(), timeout, 0);
	ELSE
		SELECT * INTO c FROM datamon._parse_condition(condition);
		SELECT m.* INTO k FROM datamon._metrics() m WHERE m.metric = c.metric;
		IF c.column_name IS NOT NULL THEN
			SELECT w.kind INTO v_kind FROM datamon._own_monitored_column w
			WHERE w.monitor_id = v_monitor AND w.column_name = c.column_name AND w.column_no IS NOT NULL;
			IF NOT FOUND THEN
				RAISE EXCEPTION '% has no profiled column "%"', source, c.column_name USING ERRCODE = 'undefined_column',
					HINT = 'datamon.columns lists them.';
			ELSIF v_kind <> k.kind THEN
				RAISE EXCEPTION 'column "%" is a %, and % is of a %', c.column_name, v_kind, c.metric, k.kind
					USING ERRCODE = 'datatype_mismatch', HINT = 'datamon.columns tells the kind of every column.';
			END IF;
		ELSIF k.of = 'labels' AND (SELECT o.choice FROM datamon._outcome(v_monitor) o) IS NULL THEN
			RAISE EXCEPTION '% has no prediction and label to tell % of', source, c.metric USING ERRCODE = 'invalid_parameter_value',
				HINT = 'datamon.watch() takes prediction => and label =>.';
		END IF;
		v_unit := CASE WHEN NOT relative THEN 'value' WHEN c.percent THEN 'percent' ELSE 'difference' END;
		v_threshold := CASE WHEN c.percent AND NOT relative THEN c.threshold / 100 ELSE c.threshold END;
		recovery := CASE WHEN c.percent AND NOT relative THEN recovery / 100 ELSE recovery END;
		IF (CASE WHEN c.operator IN ('<', '<=') THEN recovery < v_threshold ELSE recovery > v_threshold END) OR recovery = 'NaN' THEN
			RAISE EXCEPTION 'a value that is bad cannot be recovered' USING ERRCODE = 'invalid_parameter_value',
				HINT = 'recovery lies on the good side of the threshold, in its unit.';
		END IF;
		IF (CASE jsonb_typeof(segment) WHEN 'object' THEN (SELECT count(*) > 1 OR NOT coalesce(bool_and(x IN (SELECT d.column_name::text
				FROM datamon._own_dimension d WHERE d.monitor_id = v_monitor)), true) FROM jsonb_object_keys(segment) x) ELSE true END)
			OR by_dimension IS NOT NULL AND (segment <> '{}'
				OR by_dimension NOT IN (SELECT d.column_name FROM datamon._own_dimension d WHERE d.monitor_id = v_monitor)) THEN
			RAISE EXCEPTION 'no segment that rules look at: %', coalesce(by_dimension::text, segment::text, 'NULL')
				USING ERRCODE = 'invalid_parameter_value',
				HINT = 'segment => {} or one value of one dimension, or by_dimension => a dimension; datamon.dimensions lists them.';
		END IF;
		PERFORM datamon._check_judged(v_monitor, segment, by_dimension);
	END IF;

	-- From the next bucket on; replay() tells of those before.
	SELECT datamon._bucket(s.watermark, m.bucket, m.bucket_origin) INTO v_now
	FROM datamon._own_monitor m LEFT JOIN datamon._own_state s ON s.monitor_id = m.monitor_id WHERE m.monitor_id = v_monitor;
	INSERT INTO datamon._own_user_rule (monitor_id, rule, condition, metric, column_name, argument, operator, threshold, recovery, unit,
		segment, by_dimension, for_buckets, resolve_buckets, severity, min_rows, timeout, next_bucket)
	VALUES (v_monitor, name, condition, c.metric, c.column_name, c.argument, c.operator, v_threshold, recovery, v_unit, segment,
		by_dimension, for_buckets, resolve_buckets, severity, min_rows, timeout, v_now);
	IF channel IS NOT NULL THEN
		PERFORM datamon.set_channel(source, name, channel);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.add_rule(regclass, text, text, jsonb, name, boolean, int, float8, int, text, bigint, text, interval)
	IS 'a rule of your own: a threshold of a metric, or any query whose rows are violations';

/* Ends what a rule found, when it is to say nothing more. */
CREATE FUNCTION datamon._end_rule(monitor_id int, rule text, note text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	-- Ticks hold this lock: none is judging the rule now.
	PERFORM FROM datamon._own_state s WHERE s.monitor_id = _end_rule.monitor_id FOR UPDATE;
	DELETE FROM datamon._own_alert a
	WHERE a.monitor_id = _end_rule.monitor_id AND a.rule = _end_rule.rule AND NOT a.is_automatic AND a.state = 'pending'
		AND a.opened_at IS NULL;
	UPDATE datamon._own_alert a SET state = 'resolved'
	WHERE a.monitor_id = _end_rule.monitor_id AND a.rule = _end_rule.rule AND NOT a.is_automatic AND a.state = 'pending';
	PERFORM datamon.resolve(a.alert_id, note)
	FROM datamon._own_alert a
	WHERE a.monitor_id = _end_rule.monitor_id AND a.rule = _end_rule.rule AND NOT a.is_automatic AND a.state IN ('open', 'acknowledged');
	PERFORM datamon._log_alerts(monitor_id);
END
$$;
COMMENT ON FUNCTION datamon._end_rule(int, text, text) IS 'internal';

CREATE FUNCTION datamon.drop_rule(source regclass, name text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int := datamon._own_monitor_of(source);
BEGIN
	PERFORM datamon._end_rule(v_monitor, name, 'the rule was dropped');
	DELETE FROM datamon._own_user_rule r WHERE r.monitor_id = v_monitor AND r.rule = name;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% has no rule "%" of yours', source, name USING ERRCODE = 'undefined_object', HINT = 'datamon.user_rules lists them.';
	END IF;
	DELETE FROM datamon._own_rule_channel c WHERE c.monitor_id = v_monitor AND c.rule = name;
END
$$;
COMMENT ON FUNCTION datamon.drop_rule(regclass, text) IS 'removes a rule of your own; its alerts are resolved and kept';

CREATE FUNCTION datamon.enable_rule(source regclass, name text, enabled boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int := datamon._own_monitor_of(source);
BEGIN
	IF enabled IS NULL THEN
		RAISE EXCEPTION 'enabled must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF NOT enabled THEN
		PERFORM datamon._end_rule(v_monitor, name, 'the rule was disabled');
	END IF;
	UPDATE datamon._own_user_rule r
	SET enabled = enable_rule.enabled, failures = 0,
		next_bucket = CASE WHEN enable_rule.enabled AND NOT r.enabled THEN (SELECT datamon._bucket(s.watermark, m.bucket, m.bucket_origin)
			FROM datamon._own_monitor m JOIN datamon._own_state s ON s.monitor_id = m.monitor_id WHERE m.monitor_id = v_monitor)
			ELSE r.next_bucket END
	WHERE r.monitor_id = v_monitor AND r.rule = name;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% has no rule "%" of yours', source, name USING ERRCODE = 'undefined_object', HINT = 'datamon.user_rules lists them.';
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.enable_rule(regclass, text, boolean) IS 'turns a rule of your own on, or off: then its alerts are resolved';

CREATE FUNCTION datamon.set_channel(source regclass, rule text, channel text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int := datamon._own_monitor_of(source);
BEGIN
	IF NOT EXISTS (SELECT FROM datamon.rules r WHERE r.rule = set_channel.rule)
		AND NOT EXISTS (SELECT FROM datamon._own_user_rule r WHERE r.monitor_id = v_monitor AND r.rule = set_channel.rule) THEN
		RAISE EXCEPTION 'there is no rule "%"', rule USING ERRCODE = 'undefined_object',
			HINT = 'datamon.rules lists the automatic ones, datamon.user_rules yours.';
	ELSIF channel !~ '^[a-z_][a-z0-9_]{0,62}$' THEN
		RAISE EXCEPTION 'a channel cannot be named "%"', left(channel, 100) USING ERRCODE = 'invalid_name',
			HINT = 'Use at most 63 small letters, digits and "_", so that LISTEN needs no quotes.';
	END IF;
	DELETE FROM datamon._own_rule_channel c WHERE c.monitor_id = v_monitor AND c.rule = set_channel.rule;
	IF channel <> 'datamon' THEN
		INSERT INTO datamon._own_rule_channel (monitor_id, rule, channel) VALUES (v_monitor, set_channel.rule, set_channel.channel);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.set_channel(regclass, text, text) IS 'NOTIFY of a rule''s alerts on a channel of its own; NULL: on datamon again';

CREATE FUNCTION datamon.replay(source regclass, rule text, from_time timestamptz DEFAULT '-infinity', to_time timestamptz DEFAULT 'infinity')
RETURNS TABLE (bucket timestamptz, segment jsonb, value float8, reference_value float8, tested float8, verdict text, state text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	v_monitor int := datamon._own_monitor_of(source);
	r record;
	v record;
	v_last jsonb;
	v_streak int;
	v_good int;
	v_reopened int;
	v_was timestamptz;
BEGIN
	SELECT x.*, m.bucket AS width, m.trailing_buckets,
		CASE WHEN s.first_bucket <= from_time AND isfinite(from_time) THEN datamon._bucket(greatest(from_time, s.cells_from), m.bucket, m.bucket_origin)
			ELSE greatest(s.first_bucket, s.cells_from) END AS first_bucket,
		datamon._bucket(CASE WHEN isfinite(to_time) THEN least(to_time, s.watermark) ELSE s.watermark END, m.bucket, m.bucket_origin) AS last_bucket
	INTO r
	FROM datamon._own_user_rule x
	JOIN datamon._own_monitor m ON m.monitor_id = x.monitor_id
	LEFT JOIN datamon._own_state s ON s.monitor_id = x.monitor_id
	WHERE x.monitor_id = v_monitor AND x.rule = replay.rule;
	IF NOT FOUND THEN
		RAISE EXCEPTION '% has no rule "%" of yours', source, rule USING ERRCODE = 'undefined_object', HINT = 'datamon.user_rules lists them.';
	ELSIF r.metric IS NULL THEN
		RAISE EXCEPTION 'rule "%" is a query: it is not replayed', rule USING ERRCODE = 'feature_not_supported',
			HINT = 'Run the query itself on what it is about.';
	ELSIF r.first_bucket IS NULL OR r.last_bucket IS NULL THEN
		RETURN;
	END IF;
	FOR v IN
		SELECT x.* FROM datamon._rule_verdicts(v_monitor, rule, r.first_bucket, r.last_bucket) x ORDER BY x.key::text, x.bucket
	LOOP
		IF v.key IS DISTINCT FROM v_last THEN
			v_last := v.key;
			v_streak := 0;
			v_good := 0;
			v_reopened := -1;
			state := NULL;
			v_was := NULL;
		END IF;
		-- As _move_user_alert() would have it.
		IF v.verdict = 'bad' THEN
			v_streak := v_streak + 1;
			v_good := 0;
			IF state IS DISTINCT FROM 'open' THEN
				IF v_streak >= r.for_buckets THEN
					-- What comes back within the trailing buckets is the same alert.
					v_reopened := CASE WHEN v_was >= v.bucket - r.trailing_buckets * r.width THEN v_reopened + 1 ELSE 0 END;
					state := 'open';
				ELSE
					state := 'pending';
				END IF;
			END IF;
			IF state = 'open' THEN
				v_was := v.bucket;
			END IF;
		ELSE
			v_streak := 0;
			v_good := v_good + (v.verdict = 'good')::int;
			IF state = 'pending' OR state = 'open' AND v_good >= datamon._good_buckets(r.resolve_buckets, v_reopened) THEN
				state := NULL;
			END IF;
		END IF;
		bucket := v.bucket;
		segment := v.key;
		value := v.value;
		reference_value := v.reference_value;
		tested := v.tested;
		verdict := v.verdict;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon.replay(regclass, text, timestamptz, timestamptz)
	IS 'what a rule of your own would have said of stored buckets, and when its alert would have been open; changes nothing';

CREATE VIEW datamon.user_rules AS
	SELECT r.rule, m.source, r.condition, r.segment, r.by_dimension, r.unit, r.threshold, r.recovery, r.for_buckets, r.resolve_buckets,
		r.severity, r.min_rows, coalesce(c.channel, 'datamon') AS channel, r.timeout, r.enabled, r.next_bucket, r.failures, r.created_at,
		r.monitor_id
	FROM datamon._member_user_rule r
	JOIN datamon._member_monitor m ON m.monitor_id = r.monitor_id
	LEFT JOIN datamon._member_rule_channel c ON c.monitor_id = r.monitor_id AND c.rule = r.rule;
COMMENT ON VIEW datamon.user_rules IS 'rules that you, and roles you are a member of, have written';

CREATE VIEW datamon.rule_errors AS
	SELECT r.rule, m.source, r.failures, r.last_error, r.last_error_at, r.monitor_id
	FROM datamon._member_user_rule r
	JOIN datamon._member_monitor m ON m.monitor_id = r.monitor_id
	WHERE r.last_error IS NOT NULL;
COMMENT ON VIEW datamon.rule_errors IS 'the last error of each rule that had one; failures: so many in a row, 0: it works again';

GRANT SELECT ON datamon.user_rules, datamon.rule_errors TO PUBLIC;
