/*
 * What people do with alerts (docs/alerts.md): acknowledge, assign, resolve,
 * reopen, silence.  Each function locks the alert's row and looks at its state
 * under the lock, so that it and a tick see one another's changes.
 */

/* What became of an alert; rows are added, never changed.  Who did it is the database's word. */
CREATE TABLE datamon.alert_event (
	event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	monitor_id int NOT NULL,
	alert_id bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	who name NOT NULL DEFAULT current_user,
	is_automatic boolean NOT NULL DEFAULT false,
	action text NOT NULL CHECK (action IN ('opened', 'acknowledged', 'assigned', 'resolved', 'returned', 'reopened')),
	from_state text NOT NULL,
	to_state text NOT NULL,
	note text CHECK (length(note) <= 2000),
	FOREIGN KEY (monitor_id, alert_id) REFERENCES datamon.alert (monitor_id, alert_id) ON DELETE CASCADE
);
CREATE INDEX alert_event_alert_id_idx ON datamon.alert_event (alert_id);
CREATE INDEX alert_event_monitor_id_idx ON datamon.alert_event (monitor_id, alert_id);
COMMENT ON TABLE datamon.alert_event IS 'what became of each alert, when, and by whom';

CREATE TABLE datamon.silence (
	silence_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	monitor_id int NOT NULL REFERENCES datamon.monitor ON DELETE CASCADE,
	rule text CHECK (length(rule) <= 63),
	column_name name,
	segment jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(segment) = 'object'),
	from_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	until_at timestamptz NOT NULL CHECK (isfinite(until_at)),
	note text CHECK (length(note) <= 2000),
	created_by name NOT NULL DEFAULT current_user,
	created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
	ended_by name
);
CREATE INDEX silence_monitor_id_idx ON datamon.silence (monitor_id, until_at);
COMMENT ON TABLE datamon.silence IS 'alerts that are not to be told for a time';

SELECT pg_catalog.pg_extension_config_dump('datamon.silence', '');
SELECT pg_catalog.pg_extension_config_dump('datamon.silence_silence_id_seq', '');

CREATE VIEW datamon._member_alert_event WITH (security_barrier) AS
	SELECT event_id, monitor_id, alert_id, at, who, is_automatic, action, from_state, to_state, note
	FROM datamon.alert_event
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._member_alert_event IS 'internal';

CREATE VIEW datamon._readable_alert_event WITH (security_barrier) AS
	SELECT event_id, monitor_id, alert_id, at, who, is_automatic, action, from_state, to_state, note
	FROM datamon.alert_event
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_alert_event IS 'internal';

CREATE VIEW datamon._member_silence WITH (security_barrier) AS
	SELECT silence_id, monitor_id, rule, column_name, segment, from_at, until_at, note, created_by, created_at, ended_by
	FROM datamon.silence
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._member_silence IS 'internal';

CREATE VIEW datamon._readable_silence WITH (security_barrier) AS
	SELECT silence_id, monitor_id, rule, column_name, segment, from_at, until_at, note, created_by, created_at, ended_by
	FROM datamon.silence
	WHERE monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_silence IS 'internal';

GRANT SELECT, INSERT (monitor_id, alert_id, is_automatic, action, from_state, to_state, note) ON datamon._member_alert_event TO PUBLIC;
GRANT SELECT, INSERT (monitor_id, rule, column_name, segment, from_at, until_at, note), UPDATE (until_at, ended_by)
	ON datamon._member_silence TO PUBLIC;
GRANT SELECT ON datamon._readable_alert_event, datamon._readable_silence TO PUBLIC;

/* Notes what a tick has done to the alerts of a monitor since this was last called. */
CREATE FUNCTION datamon._log_alerts(monitor_id int) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH changed AS (
		SELECT a.alert_id, coalesce(a.logged_state, 'pending') AS from_state
		FROM datamon._own_alert a
		WHERE a.monitor_id = $1 AND a.opened_at IS NOT NULL AND a.logged_state IS DISTINCT FROM a.state
		FOR UPDATE
	), logged AS (
		UPDATE datamon._own_alert a SET logged_state = a.state FROM changed c WHERE a.alert_id = c.alert_id
		RETURNING a.monitor_id, a.alert_id, a.reopened, c.from_state, a.state, a.resolution
	)
	INSERT INTO datamon._member_alert_event (monitor_id, alert_id, is_automatic, action, from_state, to_state, note)
	SELECT l.monitor_id, l.alert_id, true,
		CASE l.state WHEN 'resolved' THEN 'resolved' WHEN 'pending' THEN 'returned' WHEN 'acknowledged' THEN 'acknowledged'
			ELSE CASE WHEN l.reopened > 0 THEN 'reopened' ELSE 'opened' END END,
		l.from_state, l.state, CASE WHEN l.state = 'resolved' THEN left(l.resolution, 2000) END
	FROM logged l ORDER BY l.alert_id
$$;
COMMENT ON FUNCTION datamon._log_alerts(int) IS 'internal';

/* One change by a person; pending alerts are nobody's business yet. */
CREATE FUNCTION datamon._change_alert(alert_id bigint, action text, from_states text[], to_state text, note text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a record;
BEGIN
	IF alert_id IS NULL THEN
		RAISE EXCEPTION 'alert_id must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF length(note) > 2000 THEN
		RAISE EXCEPTION 'a note has at most 2000 characters, and not %', length(note) USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Shorten it, or note where the rest is.';
	END IF;
	SELECT x.* INTO a FROM datamon._member_alert x WHERE x.alert_id = _change_alert.alert_id FOR UPDATE;
	IF NOT FOUND OR a.state = 'pending' AND a.opened_at IS NULL THEN
		IF EXISTS (SELECT FROM datamon._readable_alert x WHERE x.alert_id = _change_alert.alert_id AND x.state <> 'pending') THEN
			RAISE EXCEPTION 'permission denied for alert %', alert_id USING ERRCODE = 'insufficient_privilege',
				HINT = 'Only members of the role that owns the monitor change its alerts.';
		END IF;
		RAISE EXCEPTION 'there is no alert % that you may see', alert_id USING ERRCODE = 'undefined_object',
			HINT = 'datamon.alerts lists them.';
	END IF;
	IF a.state <> ALL (from_states) THEN
		RAISE EXCEPTION 'alert % is %', alert_id, a.state USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('It would have to be %s; datamon.alert_history tells what became of it.', array_to_string(from_states, ' or '));
	END IF;
	IF a.part_of IS NOT NULL THEN
		RAISE EXCEPTION 'alert % is part of alert %', alert_id, a.part_of USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Parts go with what they are part of: name alert %s.', a.part_of);
	END IF;
	-- What is over can only come back while nothing newer was found there: a tick goes on with the newest.
	IF a.state = 'resolved' AND EXISTS (SELECT FROM datamon._member_alert x WHERE x.monitor_id = a.monitor_id
		AND x.segment_id = a.segment_id AND x.rule = a.rule AND x.column_no = a.column_no AND x.alert_id > a.alert_id) THEN
		RAISE EXCEPTION 'alert % has a successor', alert_id USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('Reopen alert %s, the newest of its kind.', (SELECT max(x.alert_id) FROM datamon._member_alert x
				WHERE x.monitor_id = a.monitor_id AND x.segment_id = a.segment_id AND x.rule = a.rule AND x.column_no = a.column_no));
	END IF;
	BEGIN
		UPDATE datamon._member_alert x
		SET state = to_state, logged_state = to_state,
			-- Persistence counts anew: what was resolved by hand comes back only if it stays bad.
			buckets_good = CASE WHEN action IN ('resolved', 'reopened') THEN 0 ELSE x.buckets_good END,
			streak = CASE WHEN action = 'resolved' THEN 0 ELSE x.streak END,
			resolved_at = CASE action WHEN 'resolved' THEN now() WHEN 'reopened' THEN NULL ELSE x.resolved_at END,
			resolution = CASE action WHEN 'resolved' THEN left(coalesce(note, format('resolved by %s', current_user)), 500)
				WHEN 'reopened' THEN NULL ELSE x.resolution END,
			reopened = x.reopened + (a.state = 'resolved' AND action = 'reopened')::int
		WHERE x.alert_id = _change_alert.alert_id;
	EXCEPTION WHEN unique_violation THEN
		-- A tick found it again at the same moment.
		RAISE EXCEPTION 'alert % has a successor', alert_id USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = 'Look at datamon.alerts: the newest of its kind is open.';
	END;
	INSERT INTO datamon._member_alert_event (monitor_id, alert_id, action, from_state, to_state, note)
	VALUES (a.monitor_id, a.alert_id, action, a.state, to_state, note);
	-- Parts of what is over are over.  Those that stay bad open it again.
	IF action = 'resolved' THEN
		WITH part AS (
			SELECT p.alert_id, p.state FROM datamon._member_alert p
			WHERE p.part_of = _change_alert.alert_id AND p.state <> 'resolved' FOR UPDATE
		), over AS (
			UPDATE datamon._member_alert x
			SET state = 'resolved', logged_state = 'resolved', buckets_good = 0, streak = 0, resolved_at = now(),
				resolution = format('resolved with alert %s', a.alert_id)
			FROM part p WHERE x.alert_id = p.alert_id
			RETURNING x.alert_id, p.state
		)
		INSERT INTO datamon._member_alert_event (monitor_id, alert_id, action, from_state, to_state, note)
		SELECT a.monitor_id, o.alert_id, 'resolved', o.state, 'resolved', format('resolved with alert %s', a.alert_id)
		FROM over o ORDER BY o.alert_id;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._change_alert(bigint, text, text[], text, text) IS 'internal';

CREATE FUNCTION datamon.acknowledge(alert_id bigint, note text DEFAULT NULL) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon._change_alert($1, 'acknowledged', '{open}', 'acknowledged', $2)
$$;
COMMENT ON FUNCTION datamon.acknowledge(bigint, text) IS 'somebody looks after an open alert; it resolves by itself as before';

CREATE FUNCTION datamon.resolve(alert_id bigint, note text DEFAULT NULL) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon._change_alert($1, 'resolved', '{open,acknowledged}', 'resolved', $2)
$$;
COMMENT ON FUNCTION datamon.resolve(bigint, text) IS 'an alert is over; it comes back if its finding persists';

CREATE FUNCTION datamon.reopen(alert_id bigint, note text DEFAULT NULL) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon._change_alert($1, 'reopened', '{acknowledged,resolved}', 'open', $2)
$$;
COMMENT ON FUNCTION datamon.reopen(bigint, text) IS 'an acknowledged or resolved alert is open again';

CREATE FUNCTION datamon.assign(alert_id bigint, to_role regrole, note text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	a record;
BEGIN
	SELECT x.alert_id, x.state, x.part_of, x.monitor_id, m.owner INTO a
	FROM datamon._member_alert x JOIN datamon._member_monitor m ON m.monitor_id = x.monitor_id
	WHERE x.alert_id = assign.alert_id FOR UPDATE OF x;
	IF FOUND AND a.state IN ('open', 'acknowledged') AND a.part_of IS NULL THEN
		IF to_role IS NOT NULL AND NOT pg_has_role(to_role, a.owner, 'USAGE') THEN
			RAISE EXCEPTION 'role % could do nothing about alert %', to_role, alert_id USING ERRCODE = 'invalid_parameter_value',
				HINT = format('Only members of %s change this alert.', a.owner);
		END IF;
		UPDATE datamon._member_alert x SET assigned_to = to_role WHERE x.alert_id = assign.alert_id;
		INSERT INTO datamon._member_alert_event (monitor_id, alert_id, action, from_state, to_state, note)
		VALUES (a.monitor_id, a.alert_id, 'assigned', a.state, a.state,
			left(concat_ws(': ', coalesce('to ' || to_role::text, 'to nobody'), note), 2000));
	ELSE
		-- Says what is wrong.
		PERFORM datamon._change_alert(assign.alert_id, 'assigned', '{open,acknowledged}', a.state, note);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon.assign(bigint, regrole, text) IS 'gives an alert to a role that may act on it; NULL: to nobody';

/* Whether a silence (NULL and {}: anything) is about an alert; a segment stands for all that lie in it. */
CREATE FUNCTION datamon._matches(rule text, column_name name, segment jsonb, alert_rule text, alert_column name, alert_segment jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
	SELECT ($1 IS NULL OR $1 OPERATOR(pg_catalog.=) $4) AND ($2 IS NULL OR $5 IS NOT NULL AND $2 OPERATOR(pg_catalog.=) $5)
		AND $6 OPERATOR(pg_catalog.@>) $3
$$;
COMMENT ON FUNCTION datamon._matches(text, name, jsonb, text, name, jsonb) IS 'internal';

/* Active silences that match an alert. */
CREATE VIEW datamon._matched_silence AS
	SELECT a.monitor_id, a.alert_id, s.silence_id, s.until_at
	FROM datamon.alert a
	JOIN datamon.silence s ON s.monitor_id = a.monitor_id AND s.from_at <= now() AND s.until_at > now()
	JOIN datamon.segment g ON g.monitor_id = a.monitor_id AND g.segment_id = a.segment_id
	WHERE datamon._matches(s.rule, s.column_name, s.segment, a.rule, a.column_name, g.key);
COMMENT ON VIEW datamon._matched_silence IS 'internal';

/* An alert with a part that nobody has silenced is told. */
CREATE VIEW datamon._silenced AS
	SELECT x.monitor_id, x.alert_id, x.silence_id, x.until_at
	FROM datamon._matched_silence x
	WHERE NOT EXISTS (SELECT FROM datamon.alert p WHERE p.part_of = x.alert_id AND p.state <> 'resolved'
		AND NOT EXISTS (SELECT FROM datamon._matched_silence t WHERE t.alert_id = p.alert_id));
COMMENT ON VIEW datamon._silenced IS 'internal';

CREATE VIEW datamon._member_silenced WITH (security_barrier) AS
	SELECT s.alert_id, s.silence_id
	FROM datamon._silenced s
	WHERE s.monitor_id IN (SELECT o.monitor_id FROM datamon._member_monitor o);
COMMENT ON VIEW datamon._member_silenced IS 'internal';

CREATE VIEW datamon._readable_silenced WITH (security_barrier) AS
	SELECT s.alert_id, s.silence_id, s.until_at
	FROM datamon._silenced s
	WHERE s.monitor_id IN (SELECT r.monitor_id FROM datamon._readable_monitor r);
COMMENT ON VIEW datamon._readable_silenced IS 'internal';
GRANT SELECT ON datamon._member_silenced, datamon._readable_silenced TO PUBLIC;

/* What opened and was over while it was silenced is never told. */
CREATE FUNCTION datamon._forget_silenced() RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE datamon._member_alert a SET notified_state = 'resolved'
	WHERE a.alert_id IN (
		SELECT x.alert_id FROM datamon._member_alert x
		WHERE x.state = 'resolved' AND x.notified_state IS NULL
			AND EXISTS (SELECT FROM datamon._member_silenced s WHERE s.alert_id = x.alert_id)
		FOR UPDATE SKIP LOCKED)
$$;
COMMENT ON FUNCTION datamon._forget_silenced() IS 'internal';

CREATE FUNCTION datamon.silence(source regclass, rule text DEFAULT NULL, column_name name DEFAULT NULL, segment jsonb DEFAULT NULL,
	until timestamptz DEFAULT NULL, for_interval interval DEFAULT NULL, note text DEFAULT NULL, from_time timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	v_monitor int;
	v_from timestamptz := coalesce(from_time, now());
	v_until timestamptz := coalesce(until, v_from + for_interval);
	v_silence bigint;
BEGIN
	SELECT m.monitor_id INTO v_monitor FROM datamon._member_monitor m
	WHERE m.source = silence.source
	ORDER BY m.owner = to_regrole(quote_ident(current_user)) DESC, m.monitor_id LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'nothing watches % whose alerts you may silence', silence.source USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched: members of the owner silence its alerts.';
	END IF;
	IF (until IS NULL) = (for_interval IS NULL) OR NOT isfinite(v_until) OR NOT isfinite(v_from) OR v_until <= greatest(v_from, now()) THEN
		RAISE EXCEPTION 'a silence has one end, in the future' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Say until => a time, or for_interval => a length.';
	END IF;
	IF rule IS NOT NULL AND NOT EXISTS (SELECT FROM datamon.rules r WHERE r.rule = silence.rule)
		AND NOT EXISTS (SELECT FROM datamon._member_user_rule r WHERE r.monitor_id = v_monitor AND r.rule = silence.rule) THEN
		RAISE EXCEPTION 'there is no rule "%"', rule USING ERRCODE = 'undefined_object',
			HINT = 'datamon.rules lists the automatic ones, datamon.user_rules yours.';
	END IF;
	IF column_name IS NOT NULL AND NOT EXISTS (SELECT FROM datamon._readable_monitored_column c
		WHERE c.monitor_id = v_monitor AND c.column_name = silence.column_name) THEN
		RAISE EXCEPTION '% has no column "%"', silence.source, column_name USING ERRCODE = 'undefined_column',
			HINT = 'datamon.columns lists them.';
	END IF;
	IF (CASE jsonb_typeof(segment) WHEN 'object' THEN EXISTS (SELECT FROM jsonb_object_keys(segment) k
			WHERE k NOT IN (SELECT d.column_name FROM datamon._readable_dimension d WHERE d.monitor_id = v_monitor))
		ELSE segment IS NOT NULL END) THEN
		RAISE EXCEPTION 'no segment of %: %', silence.source, segment USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Name dimensions and values, such as {"origin": "JFK"}; datamon.dimensions lists them.';
	END IF;
	IF length(note) > 2000 THEN
		RAISE EXCEPTION 'a note has at most 2000 characters, and not %', length(note) USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Shorten it, or note where the rest is.';
	END IF;
	INSERT INTO datamon._member_silence (monitor_id, rule, column_name, segment, from_at, until_at, note)
	VALUES (v_monitor, rule, column_name, coalesce(segment, '{}'), v_from, v_until, note)
	RETURNING silence_id INTO v_silence;
	RETURN v_silence;
END
$$;
COMMENT ON FUNCTION datamon.silence(regclass, text, name, jsonb, timestamptz, interval, text, timestamptz)
	IS 'alerts that match are not told for a time: they open, resolve and show as ever';

CREATE FUNCTION datamon.unsilence(silence_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_until timestamptz;
BEGIN
	SELECT s.until_at INTO v_until
	FROM datamon._member_silence s WHERE s.silence_id = unsilence.silence_id FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'there is no silence % that you may end', silence_id USING ERRCODE = 'undefined_object',
			HINT = 'datamon.silences lists them; members of the monitor''s owner end them.';
	ELSIF v_until <= now() THEN
		RAISE EXCEPTION 'silence % is over', silence_id USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = 'datamon.silences tells which are active.';
	END IF;
	UPDATE datamon._member_silence s SET until_at = now(), ended_by = current_user WHERE s.silence_id = unsilence.silence_id;
END
$$;
COMMENT ON FUNCTION datamon.unsilence(bigint) IS 'ends a silence: what is still open is told';

CREATE VIEW datamon.silences AS
	SELECT s.silence_id, m.source, s.rule, s.column_name, s.segment, s.from_at, s.until_at,
		CASE WHEN s.until_at <= now() THEN 'over' WHEN s.from_at > now() THEN 'to come' ELSE 'active' END AS state,
		s.note, s.created_by, s.created_at, s.ended_by, s.monitor_id
	FROM datamon._readable_silence s
	JOIN datamon._readable_monitor m ON m.monitor_id = s.monitor_id;
COMMENT ON VIEW datamon.silences IS 'which alerts are not told, until when, and why';

CREATE VIEW datamon.alert_history AS
	SELECT e.alert_id, e.at, CASE WHEN NOT e.is_automatic THEN e.who END AS who, e.action, e.from_state, e.to_state, e.note, m.source,
		e.monitor_id, e.event_id
	FROM datamon._readable_alert_event e
	JOIN datamon._readable_monitor m ON m.monitor_id = e.monitor_id
	ORDER BY e.event_id;
COMMENT ON VIEW datamon.alert_history IS 'every change of every alert: when, by whom (NULL: by itself), from and to which state';

GRANT SELECT ON datamon.silences, datamon.alert_history TO PUBLIC;
