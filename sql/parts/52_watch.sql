/* A column of two values as a boolean: 1 is true, every other number is false. */
CREATE FUNCTION datamon._as_boolean(relation regclass, column_name name, alias text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(CASE c.class WHEN 'boolean' THEN '%I.%I' ELSE '(%I.%I = 1)' END, $3, $2)
	FROM datamon._relation_columns($1) c WHERE c.column_name = $2
$$;
COMMENT ON FUNCTION datamon._as_boolean(regclass, name, text) IS 'internal';

/*
 * What is compared for precision, recall and F1: SQL of a boolean for what was
 * true (from l, the labels, or s, the source) and for what was predicted.
 */
CREATE FUNCTION datamon._outcome(monitor_id int)
RETURNS TABLE (actual text, predicted text, choice text, reason text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.actual, x.predicted,
		CASE WHEN x.actual IS NOT NULL AND x.predicted IS NOT NULL THEN x.predicted_name || ' against ' || l.column_name END,
		CASE WHEN l.column_name IS NULL THEN 'no column looks like a label: no precision, recall or F1'
			WHEN x.actual IS NULL THEN format('%s has more than two values: no precision, recall or F1 yet', l.column_name)
			WHEN x.predicted IS NULL THEN 'no prediction of two values and no score: no precision, recall or F1'
			WHEN p.two_valued THEN 'precision, recall and F1, as labels come' ELSE 'precision, recall and F1 of the score cut at the threshold' END
	FROM datamon._own_monitor m
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'label' ORDER BY c.from_labels DESC LIMIT 1) l ON true
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'prediction' LIMIT 1) p ON true
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'score' LIMIT 1) s ON true
	CROSS JOIN LATERAL (SELECT
		CASE WHEN l.two_valued THEN datamon._as_boolean(CASE WHEN l.from_labels THEN m.labels ELSE m.source END, l.column_name,
			CASE WHEN l.from_labels THEN 'l' ELSE 's' END) END AS actual,
		CASE WHEN p.two_valued AND m.threshold IS NULL THEN datamon._as_boolean(m.source, p.column_name, 's')
			WHEN s.column_name IS NOT NULL THEN format('s.%I >= %L::float8', s.column_name, coalesce(m.threshold, 0.5)) END
			AS predicted,
		CASE WHEN p.two_valued AND m.threshold IS NULL THEN p.column_name::text
			ELSE format('%s >= %s', s.column_name, coalesce(m.threshold, 0.5)) END AS predicted_name) x
	WHERE m.monitor_id = $1
$$;
COMMENT ON FUNCTION datamon._outcome(int) IS 'internal';

/* The columns that are compared, by name, where both are of the source; no row without performance. */
CREATE FUNCTION datamon._outcome_columns(monitor_id int, OUT actual name, OUT predicted name, OUT threshold float8)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT l.column_name, CASE WHEN p.two_valued AND m.threshold IS NULL THEN p.column_name ELSE s.column_name END,
		CASE WHEN p.two_valued AND m.threshold IS NULL THEN NULL ELSE coalesce(m.threshold, 0.5) END
	FROM datamon._own_monitor m
	CROSS JOIN datamon._outcome(m.monitor_id) o
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'label' AND NOT c.from_labels LIMIT 1) l ON true
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'prediction' LIMIT 1) p ON true
	LEFT JOIN LATERAL (SELECT c.* FROM datamon._own_monitored_column c
		WHERE c.monitor_id = m.monitor_id AND c.role = 'score' LIMIT 1) s ON true
	WHERE m.monitor_id = $1 AND o.choice IS NOT NULL
$$;
COMMENT ON FUNCTION datamon._outcome_columns(int) IS 'internal';

/* A baseline set by itself: of hours, two days, so that every hour of the day is in it. */
CREATE FUNCTION datamon._least_baseline_buckets(bucket interval) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 >= '1 hour' THEN greatest(14, 2 * 86400 / date_part('epoch', $1))::int ELSE 14 END
$$;
COMMENT ON FUNCTION datamon._least_baseline_buckets(interval) IS 'internal';

/* Of a long history: 60 buckets, of hours two weeks. */
CREATE FUNCTION datamon._most_baseline_buckets(bucket interval) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 >= '1 hour' THEN greatest(60, 14 * 86400 / date_part('epoch', $1))::int ELSE 60 END
$$;
COMMENT ON FUNCTION datamon._most_baseline_buckets(interval) IS 'internal';

CREATE FUNCTION datamon.watch(source regclass, labels regclass DEFAULT NULL, baseline tstzrange DEFAULT NULL,
	time_column name DEFAULT NULL, prediction name DEFAULT NULL, score name DEFAULT NULL, label name DEFAULT NULL,
	id name DEFAULT NULL, dimensions name[] DEFAULT NULL, features name[] DEFAULT NULL, model_version name DEFAULT NULL,
	bucket interval DEFAULT NULL, lateness interval DEFAULT NULL, label_keys name[] DEFAULT NULL,
	source_keys name[] DEFAULT NULL, label_time name DEFAULT NULL, label_lateness interval DEFAULT NULL,
	bucket_origin timestamptz DEFAULT NULL, threshold float8 DEFAULT NULL, trailing_buckets int DEFAULT NULL,
	notify_text boolean DEFAULT NULL, significant_bits int DEFAULT NULL, keep_buckets interval DEFAULT NULL,
	keep_hours interval DEFAULT NULL, keep_days interval DEFAULT NULL, max_values int DEFAULT NULL, max_cells bigint DEFAULT NULL,
	false_alarms text DEFAULT NULL)
RETURNS TABLE (column_name name, role text, kind text, choice text, reason text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_name text;
	v_time name := watch.time_column;
	v_id name := watch.id;
	v_label name := nullif(watch.label, '');
	v_monitor int;
	v_relkind "char";
	v_rows float8;
	v_first timestamptz;
	v_last timestamptz;
	v_span float8;
	v_bucket interval := watch.bucket;
	v_bucket_reason text := 'as told';
	v_origin timestamptz := coalesce(watch.bucket_origin, '2000-01-03 00:00:00+00');
	v_lateness interval := watch.lateness;
	v_label_lateness interval := watch.label_lateness;
	v_baseline tstzrange := watch.baseline;
	v_baseline_reason text := 'as told';
	v_buckets bigint;
	v_keys name[] := watch.label_keys;
	v_source_keys name[] := watch.source_keys;
	v_label_time name := watch.label_time;
	v_label_reason text;
	v_indexed boolean;
	v_obstacle text;
	v_many boolean;
	v_false_alarms text := regexp_replace(btrim(lower(watch.false_alarms)), '\s+', ' ', 'g');
BEGIN
	IF source IS NULL THEN
		RAISE EXCEPTION 'source must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM datamon._check_watchable(source);
	v_name := datamon._qualified(source);
	IF EXISTS (SELECT FROM datamon._own_monitor m WHERE m.source = watch.source) THEN
		RAISE EXCEPTION '% is already watched', v_name USING ERRCODE = 'duplicate_object',
			HINT = format('To watch it in another way: SELECT datamon.unwatch(%L); and then watch() again.', v_name);
	END IF;
	PERFORM datamon._check_columns(source, array_remove(ARRAY[time_column, prediction, score, id, model_version]
		|| dimensions || features || source_keys || CASE WHEN labels IS NULL THEN ARRAY[label] END, NULL));
	SELECT c.relkind INTO v_relkind FROM pg_class c WHERE c.oid = source;

	-- Time.
	v_time := coalesce(v_time, datamon._guess_time(source, false));
	IF v_time IS NULL THEN
		RAISE EXCEPTION '% has no time column', v_name USING ERRCODE = 'invalid_parameter_value',
			HINT = 'A source needs a column of type timestamptz, timestamp or date that says when a row happened.';
	END IF;
	IF (SELECT c.class FROM datamon._relation_columns(source) c WHERE c.column_name = v_time) <> 'time' THEN
		RAISE EXCEPTION 'column "%" cannot be the time column', v_time USING ERRCODE = 'datatype_mismatch',
			HINT = 'It must be of type timestamptz, timestamp or date.';
	END IF;
	v_indexed := datamon._has_index_on(source, v_time);

	-- How dense, and how long the history.  The planner's estimate is enough, and reads nothing.
	v_rows := datamon._estimated_rows(source);
	EXECUTE format('SELECT (SELECT %1$s FROM (SELECT min(x.%3$I) AS %3$I FROM %2$s) s), (SELECT %1$s FROM (SELECT max(x.%3$I) AS %3$I FROM %2$s) s)',
		datamon._time_expression(source, v_time, 's'),
		format('(SELECT i.%I FROM %s i WHERE i.%1$I > ''-infinity'' AND i.%1$I < %4$s %3$s) x', v_time, v_name,
			CASE WHEN v_indexed OR v_rows < 5e6 THEN '' ELSE 'LIMIT 1000000' END, datamon._time_limit(source, v_time)), v_time)
	INTO v_first, v_last;
	-- Not the epoch of the difference, which an interval may not hold.
	v_span := extract(epoch FROM v_last) - extract(epoch FROM v_first);
	IF v_rows < 20000 AND v_first IS NOT NULL THEN
		EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 100000) s', v_name) INTO v_rows;
	END IF;
	IF v_bucket IS NULL AND coalesce(labels::oid::text, prediction, score, label) IS NULL AND (v_indexed OR v_rows < 5e6) THEN
		v_bucket := datamon._series_width(source, v_time);
		-- Of a model's rows a bucket needs many.
		IF v_bucket IS NOT NULL AND EXISTS (SELECT FROM datamon._guess_roles(source, v_time, prediction, score, label, v_id, model_version, dimensions,
			features) r WHERE r.role IN ('prediction', 'score', 'label', 'dimension', 'model_version')) THEN
			v_bucket := NULL;
		END IF;
		v_bucket_reason := 'one row a bucket: a series of numbers';
	END IF;
	IF v_bucket IS NULL THEN
		SELECT x.width, CASE WHEN v_first IS NULL THEN 'no rows yet to tell' ELSE
				format('about %s rows a bucket', round((v_rows * extract(epoch FROM x.width)
					/ greatest(v_span, extract(epoch FROM x.width)))::numeric)) END
		INTO v_bucket, v_bucket_reason
		FROM unnest('{1 minute,5 minutes,15 minutes,1 hour,6 hours,1 day,7 days}'::interval[]) WITH ORDINALITY x (width, no)
		ORDER BY CASE WHEN v_first IS NULL THEN x.width <> '1 hour'
			ELSE v_rows * extract(epoch FROM x.width) < 300 * greatest(v_span, 1) END,
			CASE WHEN v_rows * 86400 * 7 < 300 * greatest(v_span, 1)
				AND v_first IS NOT NULL THEN abs(extract(epoch FROM x.width) - 86400) ELSE x.no END
		LIMIT 1;
	END IF;
	IF date_part('month', v_bucket) <> 0 OR date_part('year', v_bucket) <> 0 OR v_bucket < '1 second'
		OR date_part('epoch', v_bucket) <> floor(date_part('epoch', v_bucket)) THEN
		RAISE EXCEPTION 'bucket % is not a fixed number of seconds', v_bucket USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Use weeks, days, hours, minutes or seconds; months differ in length.';
	END IF;
	-- Hours, not days: a day of the session's time zone may have 23 or 25 of them.
	v_bucket := make_interval(secs => extract(epoch FROM v_bucket)::float8);
	v_lateness := coalesce(v_lateness, greatest(2 * v_bucket, least(interval '1 day', CASE WHEN v_rows > 0 THEN
		make_interval(secs => least(200000 * v_span::float8 / v_rows, 86400))
		END)));
	v_buckets := floor((extract(epoch FROM datamon._bucket(v_last, v_bucket, v_origin))
		- extract(epoch FROM datamon._bucket(v_first, v_bucket, v_origin))) / extract(epoch FROM v_bucket));
	IF v_baseline IS NOT NULL AND (isempty(v_baseline) OR lower(v_baseline) IS NULL OR upper(v_baseline) IS NULL) THEN
		RAISE EXCEPTION 'baseline must be a window with a beginning and an end' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'For example: baseline => tstzrange(''2025-01-01'', ''2025-03-01'').';
	END IF;
	IF v_baseline IS NULL AND v_buckets >= 14 THEN
		v_baseline := tstzrange(datamon._bucket(v_first, v_bucket, v_origin), datamon._bucket(v_first, v_bucket, v_origin)
			+ v_bucket * least(greatest(v_buckets / 4, 7), datamon._most_baseline_buckets(v_bucket))::int);
		v_baseline_reason := 'none given: the first part of the history';
	ELSIF v_baseline IS NULL THEN
		v_baseline_reason := format('none given and little history: set by itself to the first %s complete buckets',
			datamon._least_baseline_buckets(v_bucket));
	END IF;

	IF significant_bits NOT BETWEEN 8 AND 53 THEN
		RAISE EXCEPTION 'significant_bits must be between 8 and 53, not %', significant_bits USING ERRCODE = 'invalid_parameter_value',
			HINT = '53 keeps every digit; 24 is what float4 keeps, in half the room.';
	END IF;
	IF max_values NOT BETWEEN 1 AND 10000000 OR max_cells < 1 THEN
		RAISE EXCEPTION 'max_values must be between 1 and 10000000, and max_cells above 0' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Values of a dimension beyond max_values are counted together; above max_cells, fewer combinations are kept.';
	END IF;
	IF v_false_alarms !~ '^[0-9]{1,6}([.][0-9]{1,6})? per (day|week|month)$' OR v_false_alarms ~ '^0*[.]?0* ' THEN
		RAISE EXCEPTION 'not a number of false alarms: %', left(false_alarms, 100) USING ERRCODE = 'invalid_parameter_value',
			HINT = 'N per day, week or month, more than none. For example: false_alarms => ''1 per week''.';
	END IF;
	IF least(keep_buckets, keep_hours, keep_days) <= '0' THEN
		RAISE EXCEPTION 'what is kept must be kept for a time above 0' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'For example: keep_buckets => ''3 days'', keep_hours => ''90 days''.';
	END IF;

	-- Labels in another table.
	IF labels IS NOT NULL THEN
		PERFORM datamon._check_watchable(labels);
		PERFORM datamon._check_columns(labels, array_remove(ARRAY[label_time, label] || label_keys, NULL));
		v_keys := coalesce(v_keys, v_source_keys, datamon._guess_label_keys(source, labels, v_id));
		IF v_keys IS NULL OR cardinality(v_keys) = 0 THEN
			RAISE EXCEPTION 'nothing joins % to %', datamon._qualified(labels), v_name
				USING ERRCODE = 'invalid_parameter_value',
				HINT = 'Name the columns: label_keys => ''{prediction_id}'', source_keys => ''{id}''.';
		END IF;
		v_source_keys := coalesce(v_source_keys, v_keys);
		IF cardinality(v_keys) <> cardinality(v_source_keys) THEN
			RAISE EXCEPTION 'label_keys and source_keys differ in length' USING ERRCODE = 'invalid_parameter_value',
				HINT = 'The first of one is compared with the first of the other, and so on.';
		END IF;
		PERFORM datamon._check_columns(source, v_source_keys);
		v_label_time := CASE WHEN v_label_time = '' THEN NULL ELSE coalesce(v_label_time, datamon._guess_time(labels, true)) END;
		IF (SELECT c.class FROM datamon._relation_columns(labels) c WHERE c.column_name = v_label_time) <> 'time' THEN
			RAISE EXCEPTION 'column "%" cannot say when a label came', v_label_time USING ERRCODE = 'datatype_mismatch',
				HINT = 'It must be of type timestamptz, timestamp or date.';
		END IF;
		IF v_label IS NULL AND label IS NULL THEN
			SELECT s.column_name INTO v_label
			FROM datamon._sample(labels, v_label_time) s
			WHERE s.column_name <> ALL (v_keys) AND s.class IN ('boolean', 'number', 'text')
			ORDER BY s.column_name ~* '^(label|actual|target|truth|ground_truth|outcome|late|y|y_true|is_.*)$' DESC,
				s.class = 'boolean' DESC, s.zero_one DESC, s.column_no
			LIMIT 1;
		END IF;
		v_label_lateness := coalesce(v_label_lateness, greatest(interval '30 days', 2 * v_bucket));
		v_label_reason := CASE WHEN datamon._is_unique(labels, v_keys) THEN 'unique index on the key'
			ELSE 'no unique index on the key: where a row has several labels, the newest counts' END;
	END IF;

	INSERT INTO datamon._own_monitor (source, time_column, bucket, bucket_origin, lateness, labels, label_keys, source_keys,
		label_time_column, label_lateness, threshold, baseline, trailing_buckets, notify_text, significant_bits, keep_buckets,
		keep_hours, keep_days, max_values, max_cells, false_alarms)
	VALUES (source, v_time, v_bucket, v_origin, v_lateness, labels, v_keys, v_source_keys, v_label_time, v_label_lateness,
		threshold, v_baseline, coalesce(trailing_buckets, 28), coalesce(notify_text, false), coalesce(significant_bits, 53),
		coalesce(keep_buckets, CASE WHEN datamon._tier_width(v_bucket, 1) IS NOT NULL THEN interval '3 days'
			WHEN datamon._tier_width(v_bucket, 2) IS NOT NULL THEN interval '90 days' END),
		coalesce(keep_hours, interval '90 days'), keep_days, coalesce(max_values, 10000), coalesce(max_cells, 300000),
		coalesce(v_false_alarms, '1 per week'))
	RETURNING _own_monitor.monitor_id INTO v_monitor;
	INSERT INTO datamon._own_state (monitor_id, next_due) VALUES (v_monitor, now());

	-- One number in the profile for each column with a kind; labels come last.
	INSERT INTO datamon._own_monitored_column (monitor_id, column_name, from_labels, column_no, role, kind, two_valued, reason)
	SELECT v_monitor, g.column_name, g.from_labels,
		CASE WHEN g.kind IS NOT NULL THEN count(g.kind) OVER (ORDER BY g.from_labels, g.column_no) END, g.role, g.kind, g.two_valued, g.reason
	FROM (
		SELECT r.column_no, r.column_name, false AS from_labels, r.role, r.kind, r.two_valued, r.reason
		FROM datamon._guess_roles(source, v_time, prediction, score, CASE WHEN labels IS NULL THEN label ELSE '' END,
			coalesce(v_id, CASE WHEN cardinality(v_source_keys) = 1 THEN v_source_keys[1] END),
			model_version, dimensions, features) r
		UNION ALL
		SELECT s.column_no, s.column_name, true, x.role,
			CASE WHEN x.role = 'label' THEN CASE WHEN s.class = 'number' AND NOT s.zero_one AND s.values_seen > 20
				THEN 'number' ELSE 'category' END END,
			x.role = 'label' AND (s.class = 'boolean' OR s.class = 'number' AND (s.zero_one OR s.nonnull = 0)),
			CASE x.role WHEN 'label' THEN CASE WHEN label IS NOT NULL THEN 'as told' ELSE 'best name and type for a label' END
				WHEN 'time' THEN 'when the label came' WHEN 'id' THEN 'finds the row it belongs to' ELSE 'not used' END
		FROM datamon._sample(labels, v_label_time) s
		CROSS JOIN LATERAL (SELECT CASE WHEN s.column_name = v_label THEN 'label' WHEN s.column_name = v_label_time THEN 'time'
			WHEN s.column_name = ANY (v_keys) THEN 'id' ELSE 'ignored' END AS role) x
		WHERE labels IS NOT NULL) g;

	PERFORM datamon._choose_cuboids(v_monitor);
	SELECT c.obstacle INTO v_obstacle FROM datamon._heap_columns(v_monitor) c;
	v_many := datamon._backfill_rows() > 0 AND v_rows >= 2 * datamon._backfill_rows() AND NOT datamon._reads_distributed(source);

	RETURN QUERY
		SELECT c.column_name, c.role, c.kind, CASE WHEN c.from_labels THEN datamon._qualified(labels) ELSE v_name END, c.reason
		FROM datamon._own_monitored_column c
		WHERE c.monitor_id = v_monitor
		ORDER BY c.from_labels, c.column_no NULLS LAST, c.role, c.column_name;
	RETURN QUERY
		SELECT NULL::name, x.role, NULL::text, x.choice, x.reason
		FROM (VALUES
			(1, 'bucket', justify_hours(v_bucket)::text, v_bucket_reason),
			(2, 'lateness', justify_hours(v_lateness)::text, CASE WHEN lateness IS NOT NULL THEN 'as told'
				ELSE 'rows may come this late and still count' END),
			(3, 'baseline', v_baseline::text, v_baseline_reason),
			(4, 'label join', CASE WHEN labels IS NOT NULL THEN array_to_string(v_keys, ', ') || ' = '
				|| array_to_string(v_source_keys, ', ') END, v_label_reason),
			(5, 'label lateness', v_label_lateness::text, CASE WHEN labels IS NULL THEN NULL WHEN label_lateness IS NOT NULL THEN 'as told'
				ELSE 'labels may come this long after their row' END),
			(6, 'performance', (SELECT p.choice FROM datamon._outcome(v_monitor) p), (SELECT p.reason FROM datamon._outcome(v_monitor) p)),
			(7, 'segments', (SELECT CASE WHEN count(*) > 1 THEN format('%s pairs of dimensions', count(*))
				ELSE nullif(array_to_string(ARRAY(SELECT d.column_name FROM datamon._own_dimension d WHERE d.monitor_id = v_monitor
					ORDER BY d.dimension_no), ' x '), '') END
				FROM datamon._own_cuboid k WHERE k.monitor_id = v_monitor),
				(SELECT CASE WHEN cardinality(k.dimensions) > 0 THEN k.reason END
				FROM datamon._own_cuboid k WHERE k.monitor_id = v_monitor AND k.cuboid_no = 1)),
			(8, 'reading', CASE WHEN v_obstacle IS NULL THEN 'changed pages' ELSE 'queries' END,
				CASE WHEN v_obstacle IS NULL THEN 'a tick reads only the pages that changed since the last one, without index or trigger'
					ELSE v_obstacle END),
			(9, 'history', CASE WHEN v_many THEN CASE WHEN v_indexed THEN format('%s rows a tick', datamon._backfill_rows()) ELSE 'one read' END END,
				CASE WHEN NOT v_many THEN NULL WHEN v_indexed THEN 'the first tick reads what is newest, further ones what is older; datamon.backfills tells how far'
					ELSE format('no index leads with the time column: the first tick reads everything; newest first with CREATE INDEX ON %s (%I)',
						v_name, v_time) END),
			(10, 'index', CASE WHEN v_obstacle IS NULL OR v_indexed OR v_relkind IN ('v', 'f') THEN NULL
				ELSE format('CREATE INDEX ON %s (%I)', v_name, v_time) END,
				CASE WHEN v_relkind IN ('v', 'f') THEN 'not a table: every tick reads the open buckets again'
					WHEN v_obstacle IS NOT NULL AND NOT v_indexed THEN 'no index leads with the time column: every tick reads the whole table' END),
			(11, 'index', CASE WHEN labels IS NOT NULL AND NOT datamon._is_unique(labels, v_keys)
				THEN format('CREATE UNIQUE INDEX ON %s (%s)', datamon._qualified(labels),
					(SELECT string_agg(quote_ident(k), ', ') FROM unnest(v_keys) k)) END,
				CASE WHEN labels IS NOT NULL AND NOT datamon._is_unique(labels, v_keys)
					THEN 'labels are found by reading their whole table' END)
		) x (no, role, choice, reason)
		WHERE x.reason IS NOT NULL
		ORDER BY x.no;
END
$$;
COMMENT ON FUNCTION datamon.watch(regclass, regclass, tstzrange, name, name, name, name, name, name[], name[], name,
	interval, interval, name[], name[], name, interval, timestamptz, float8, int, boolean, int, interval, interval, interval, int, bigint, text)
	IS 'watch a table or view; says what it chose for every column, and why';

CREATE FUNCTION datamon.unwatch(source regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM datamon._own_monitor m WHERE m.source = unwatch.source;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'you do not watch %', unwatch.source USING ERRCODE = 'undefined_object',
			HINT = coalesce((SELECT format('Its monitor belongs to %s: SET ROLE %1$s;', m.owner)
				FROM datamon._member_monitor m WHERE m.source = unwatch.source LIMIT 1), 'datamon.monitors lists what is watched.');
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.unwatch(regclass) IS 'stop watching: removes the monitor with its cells and alerts';
