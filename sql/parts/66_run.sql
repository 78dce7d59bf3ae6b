/*
 * tick(): ingest, roll up, evaluate, notify.
 */

/* One pass over one monitor, as its owner. */
CREATE FUNCTION datamon._tick(monitor_id int, as_of timestamptz) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	i record;
	e record;
	v_begin timestamptz := clock_timestamp();
	v_opened int := 0;
	v_resolved int := 0;
	v_at timestamptz;
	v_root bigint;
	v_has_labels boolean;
	v_waits boolean;
BEGIN
	-- The row lock makes ticks of one monitor wait for one another; nobody else can take it.
	PERFORM FROM datamon._own_state s WHERE s.monitor_id = _tick.monitor_id FOR UPDATE;
	-- After a restore there is no state yet: it begins again from the rows.
	IF NOT FOUND THEN
		INSERT INTO datamon._own_state (monitor_id)
		SELECT x.monitor_id FROM datamon._own_monitor x WHERE x.monitor_id = _tick.monitor_id
		ON CONFLICT DO NOTHING;
		PERFORM FROM datamon._own_state s WHERE s.monitor_id = _tick.monitor_id FOR UPDATE;
	END IF;
	SELECT x.* INTO m FROM datamon._own_monitor x WHERE x.monitor_id = _tick.monitor_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'monitor % is not yours', monitor_id USING ERRCODE = 'insufficient_privilege';
	END IF;
	PERFORM datamon._check_watchable(m.source);
	IF m.labels IS NOT NULL THEN
		PERFORM datamon._check_watchable(m.labels);
	END IF;
	PERFORM datamon._note_columns(monitor_id);
	SELECT * INTO i FROM datamon._ingest(monitor_id, as_of);
	PERFORM datamon._revise_forecasts(monitor_id, i.revised, i.filled, i.clock);
	IF i.clock IS NOT NULL AND datamon._refresh_baseline(monitor_id, i.revised, i.clock) THEN
		PERFORM datamon._follow_series(monitor_id, i.clock);
		SELECT g.segment_id INTO v_root FROM datamon._own_segment g WHERE g.monitor_id = _tick.monitor_id AND g.key = '{}';
		SELECT greatest(s.evaluated_until, datamon._bucket(i.clock, m.bucket, m.bucket_origin) - 1000 * m.bucket) INTO v_at
		FROM datamon._own_state s WHERE s.monitor_id = _tick.monitor_id;
		WHILE v_at + m.bucket <= i.clock LOOP
			v_resolved := v_resolved + datamon._look_ahead(monitor_id, v_at, false, i.clock);
			SELECT * INTO e FROM datamon._evaluate(monitor_id, v_at, false);
			v_opened := v_opened + e.opened;
			v_resolved := v_resolved + e.resolved;
			v_at := v_at + m.bucket;
		END LOOP;
		UPDATE datamon._own_state s SET evaluated_until = v_at WHERE s.monitor_id = _tick.monitor_id;

		-- What needs labels waits until as many have come as the baseline has.
		SELECT EXISTS (SELECT FROM datamon._own_monitored_column c WHERE c.monitor_id = _tick.monitor_id AND c.role = 'label')
		INTO v_has_labels;
		SELECT greatest(s.performance_until, datamon._bucket(i.clock, m.bucket, m.bucket_origin) - 1000 * m.bucket) INTO v_at
		FROM datamon._own_state s WHERE s.monitor_id = _tick.monitor_id;
		WHILE v_has_labels AND v_at + m.bucket <= i.clock LOOP
			EXIT WHEN v_at + m.bucket + coalesce(m.label_lateness, m.lateness) > i.clock AND EXISTS (
				SELECT FROM datamon._own_cell c
				JOIN datamon._own_baseline b ON b.monitor_id = c.monitor_id AND b.segment_id = c.segment_id
				WHERE c.monitor_id = _tick.monitor_id AND c.segment_id = v_root AND c.bucket = v_at
					AND datamon.count(c.performance)::float8 / c.n < 0.97 * datamon.count(b.performance)::float8 / b.n);
			PERFORM datamon._series_step(monitor_id, v_at + m.bucket, true);
			v_resolved := v_resolved + datamon._look_ahead(monitor_id, v_at, true, i.clock);
			SELECT * INTO e FROM datamon._evaluate(monitor_id, v_at, true);
			v_opened := v_opened + e.opened;
			v_resolved := v_resolved + e.resolved;
			v_at := v_at + m.bucket;
		END LOOP;
		UPDATE datamon._own_state s SET performance_until = v_at WHERE s.monitor_id = _tick.monitor_id;
	END IF;
	IF i.clock IS NOT NULL THEN
		SELECT * INTO e FROM datamon._evaluate_rules(monitor_id, i.clock);
		v_opened := v_opened + e.opened;
		v_resolved := v_resolved + e.resolved;
	END IF;
	v_waits := datamon._waits(monitor_id, '-infinity', 'infinity');
	PERFORM datamon._drop_cells(monitor_id, i.clock, i.filled);
	UPDATE datamon._own_state s
	SET last_tick_at = now(), last_duration = clock_timestamp() - v_begin, failures = 0, last_error = NULL, last_error_at = NULL,
		-- History is read at most half of the time.
		next_due = CASE WHEN v_waits THEN clock_timestamp() + greatest(interval '1 second', clock_timestamp() - v_begin)
			ELSE now() + greatest(interval '5 seconds', least(m.bucket / 4, interval '1 minute')) END
	WHERE s.monitor_id = _tick.monitor_id;
	RETURN jsonb_build_object('buckets_revised', coalesce(cardinality(i.revised), 0), 'alerts_opened', v_opened,
		'alerts_resolved', v_resolved, 'clock', i.clock);
END
$$;
COMMENT ON FUNCTION datamon._tick(int, timestamptz) IS 'internal';

/*
 * Owners take turns, beginning with the one behind whoever had the last: a role
 * with a thousand monitors, or slow ones, must not keep others' waiting.  Among
 * the monitors of an owner, the one that has been due longest comes first.
 */
CREATE FUNCTION datamon._due(last_monitor_id int DEFAULT NULL) RETURNS SETOF int
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.monitor_id
	FROM (
		SELECT m.monitor_id, m.owner::oid AS owner,
			row_number() OVER (PARTITION BY m.owner::oid ORDER BY s.next_due NULLS FIRST, m.monitor_id) AS turn
		FROM datamon._member_monitor m
		LEFT JOIN datamon._member_state s USING (monitor_id)
		WHERE m.enabled AND coalesce(s.next_due, '-infinity') <= now()) x
	ORDER BY x.turn, x.owner <= coalesce((SELECT l.owner::oid FROM datamon._member_monitor l WHERE l.monitor_id = $1), 0), x.owner
$$;
COMMENT ON FUNCTION datamon._due(int) IS 'monitors that the caller may tick and whose time has come, owners in turn';

/* Keeps the error of a failed tick, and tries again later each time. */
CREATE FUNCTION datamon._tick_failed(monitor_id int, sqlstate text, message text, hint text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE datamon._member_state s
	SET failures = least(greatest(s.failures, 0), 1000000) + 1, last_error = left($2 || ': ' || $3 || coalesce('; hint: ' || nullif($4, ''), ''), 1000), last_error_at = now(),
		next_due = now() + least(interval '1 hour', interval '10 seconds' * 2 ^ least(greatest(s.failures, 0), 10))
	WHERE s.monitor_id = $1
$$;
COMMENT ON FUNCTION datamon._tick_failed(int, text, text, text) IS 'internal';

CREATE FUNCTION datamon.tick(source regclass DEFAULT NULL, as_of timestamptz DEFAULT NULL)
RETURNS TABLE (monitor_id int, source_name text, buckets_revised int, alerts_opened int, alerts_resolved int, duration interval,
	error text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	r jsonb;
	v_begin timestamptz;
	v_hint text;
	v_found boolean := false;
BEGIN
	FOR m IN
		SELECT x.monitor_id, x.source FROM datamon._member_monitor x
		WHERE x.enabled AND (tick.source IS NULL OR x.source = tick.source)
		ORDER BY x.monitor_id
	LOOP
		v_begin := clock_timestamp();
		v_found := true;
		monitor_id := m.monitor_id;
		source_name := coalesce(datamon._qualified(m.source), m.source::oid::text);
		error := NULL;
		r := NULL;
		BEGIN
			r := datamon._tick_as_owner(m.monitor_id, as_of);
		EXCEPTION WHEN OTHERS THEN
			error := SQLERRM;
			GET STACKED DIAGNOSTICS v_hint = PG_EXCEPTION_HINT;
			PERFORM datamon._tick_failed(m.monitor_id, SQLSTATE, SQLERRM, v_hint);
		END;
		buckets_revised := (r ->> 'buckets_revised')::int;
		alerts_opened := (r ->> 'alerts_opened')::int;
		alerts_resolved := (r ->> 'alerts_resolved')::int;
		duration := clock_timestamp() - v_begin;
		RETURN NEXT;
	END LOOP;
	IF source IS NOT NULL AND NOT v_found THEN
		RAISE EXCEPTION 'nothing watches % that you may tick', datamon._qualified(source) USING ERRCODE = 'undefined_object',
			HINT = 'SELECT * FROM datamon.watch(...) starts it.';
	END IF;
	PERFORM datamon.notify_pending();
END
$$;
COMMENT ON FUNCTION datamon.tick(regclass, timestamptz)
	IS 'bring monitors up to date: ingest, roll up, evaluate, notify; errors are told and kept, and do not stop the others';

/*
 * Wakes up listeners.  LISTEN is open to every role, so the message carries
 * no data unless the monitor says notify_text: a listener reads the alert by
 * its id, with his own rights.
 */
CREATE FUNCTION datamon.notify_pending() RETURNS int
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a record;
	v_sent int := 0;
BEGIN
	IF pg_notification_queue_usage() >= 0.5 THEN
		RETURN 0;
	END IF;
	PERFORM datamon._forget_silenced();
	FOR a IN
		-- So many of each owner: one with thousands must not keep the others' waiting.
		SELECT x.*
		FROM (SELECT DISTINCT m.owner FROM datamon._member_monitor m) o
		CROSS JOIN LATERAL (
			SELECT x.alert_id, x.state, x.severity, x.title, m.source, m.notify_text, coalesce((SELECT c.channel
				FROM datamon._member_rule_channel c WHERE c.monitor_id = x.monitor_id AND c.rule = x.rule), 'datamon') AS channel
			FROM datamon._member_alert x JOIN datamon._member_monitor m USING (monitor_id)
			WHERE m.owner = o.owner AND x.state <> 'pending' AND x.part_of IS NULL AND x.notified_state IS DISTINCT FROM x.state
				AND NOT EXISTS (SELECT FROM datamon._member_silenced s WHERE s.alert_id = x.alert_id)
			ORDER BY x.alert_id
			LIMIT 100
			FOR UPDATE OF x SKIP LOCKED) x
		ORDER BY x.alert_id
	LOOP
		PERFORM pg_notify(a.channel, left((jsonb_build_object('v', 1, 'alert_id', a.alert_id, 'state', a.state, 'severity', a.severity)
			|| CASE WHEN a.notify_text THEN jsonb_build_object('source', datamon._qualified(a.source), 'title', a.title)
				ELSE '{}' END)::text, 7900));
		UPDATE datamon._member_alert x SET notified_at = now(), notified_state = a.state WHERE x.alert_id = a.alert_id;
		v_sent := v_sent + 1;
	END LOOP;
	RETURN v_sent;
END
$$;
COMMENT ON FUNCTION datamon.notify_pending()
	IS 'NOTIFY datamon for alerts that opened or resolved; returns how many; none while the queue is half full';

/* No pinned search_path: a procedure that has one cannot commit.  Every name below says its schema. */
CREATE PROCEDURE datamon.backfill(source regclass)
LANGUAGE plpgsql
AS $$
DECLARE
	v_error text;
BEGIN
	IF source IS NULL THEN
		RAISE EXCEPTION 'source must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	LOOP
		SELECT pg_catalog.max(t.error) INTO v_error FROM datamon.tick(backfill.source) t;
		COMMIT;
		IF v_error IS NOT NULL THEN
			RAISE EXCEPTION '%', v_error USING HINT = 'What has been read is kept: call it again.';
		END IF;
		EXIT WHEN NOT EXISTS (SELECT FROM datamon.backfills b
			WHERE b.source OPERATOR(pg_catalog.=) backfill.source AND b.read_from OPERATOR(pg_catalog.>) b.from_start);
	END LOOP;
END
$$;
COMMENT ON PROCEDURE datamon.backfill(regclass) IS 'reads what is left of a history, a transaction for each chunk';
