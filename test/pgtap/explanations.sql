-- Every breakdown of an explanation adds up, on random data with missing values, missing dimensions, empty windows and single rows.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, pg_catalog;
SET LOCAL timezone = 'UTC';
SELECT plan(31);

CREATE FUNCTION uniform(a int, b int, c int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
	$$ SELECT ('x' || left(md5(format('%s/%s/%s', a, b, c)), 8))::bit(32)::bigint / 4294967296.0 $$;

-- An alert about every rule and column of every segment, over a window of its own.
CREATE FUNCTION pg_temp.invent_alerts(source regclass, from_bucket timestamptz, to_bucket timestamptz, at_most int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO datamon.alert (monitor_id, segment_id, rule, column_no, column_name, topic, state, severity, first_bucket, last_bucket,
		checked_bucket, worst_bucket, worst_p_value, worst_effect_size, value, reference_value, n_current, n_reference, opened_at,
		opened_bucket, logged_state, title)
	SELECT m.monitor_id, g.segment_id, r.rule, coalesce(c.column_no, 0), c.column_name, r.rule, 'open', 'warning', from_bucket, to_bucket, to_bucket,
		from_bucket, 0, 1, 1, 0, 100, 100, now(), from_bucket, 'open', 'a finding'
	FROM datamon.monitor m
	JOIN (SELECT s.*, row_number() OVER (PARTITION BY s.monitor_id ORDER BY s.key <> '{}', s.key::text) AS place FROM datamon.segment s) g
		ON g.monitor_id = m.monitor_id AND g.place <= at_most
	CROSS JOIN datamon.rules r
	LEFT JOIN datamon.monitored_column c ON c.monitor_id = m.monitor_id AND c.column_no IS NOT NULL
		AND (r.rule = 'drift' AND c.kind = 'number' OR r.rule IN ('category_drift', 'new_values') AND c.kind = 'category' OR r.rule IN ('missing', 'anomaly', 'missing_anomaly'))
	WHERE m.source = $1 AND (c.column_no IS NOT NULL) = (r.rule IN ('drift', 'category_drift', 'new_values', 'missing', 'anomaly', 'missing_anomaly'))
	ON CONFLICT DO NOTHING
$$;
CREATE TABLE told (source text, alert_id bigint, rule text, column_name name, kind text, breakdown text, parts bigint, shares bigint, total float8, contribution float8);
CREATE FUNCTION pg_temp.tell(source regclass) RETURNS void LANGUAGE sql AS $$
	INSERT INTO told
	SELECT $1::text, a.alert_id, a.rule, a.column_name, e.kind, e.breakdown, count(*), count(e.share), sum(e.share), sum(e.contribution)
	FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE m.source = $1 GROUP BY a.alert_id, a.rule, a.column_name, e.kind, e.breakdown
$$;

-- Random tables of three dimensions, one of them with a hundred values; what happens in the alert's days differs.
CREATE FUNCTION pg_temp.one(seed int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t text := 'random_' || seed;
BEGIN
	EXECUTE format('CREATE TABLE %I AS
		SELECT ''2025-01-01''::timestamptz + d * interval ''1 day'' + i * interval ''7 minutes'' AS at,
			(ARRAY[''a'', ''b'', NULL])[1 + floor(3 * uniform(%s, i, d) ^ CASE WHEN d >= 20 THEN 2 ELSE 1 END)::int] AS one,
			CASE WHEN uniform(%2$s, i, d + 1000) < 0.3 THEN NULL ELSE ''v'' || floor(6 * uniform(%2$s, i, d + 2000))::int END AS two,
			CASE WHEN d < 20 OR i %% 3 > 0 THEN ''w'' || floor(100 * uniform(%2$s, i, d + 3000) ^ 3)::int END AS three,
			CASE WHEN uniform(%2$s, i, d + 4000) < 0.1 THEN NULL WHEN i %% 50 = 0 THEN ''nan'' WHEN i %% 51 = 0 THEN ''infinity''
				ELSE exp(5 * uniform(%2$s, i, d + 5000)) * CASE WHEN d >= 20 AND i %% 2 = 0 THEN 3 ELSE 1 END END::float8 AS x,
			NULL::float8 AS nothing, 7::float8 AS same,
			CASE WHEN d >= 20 THEN ''new'' ELSE (ARRAY[''p'', ''q''])[1 + i %% 2] END AS c,
			uniform(%2$s, i, d + 6000) < 0.3 AS pred, CASE WHEN i %% 9 > 0 THEN uniform(%2$s, i, d + CASE WHEN d < 20 THEN 6000 ELSE 7000 END) < 0.35 END AS label
		FROM generate_series(0, 24) d, generate_series(0, (99 * uniform(%2$s, d, 8000))::int) i WHERE d <> 22', t, seed);
	PERFORM FROM datamon.watch(t::regclass, bucket => '1 day', baseline => '[2025-01-01,2025-01-15)', dimensions => '{one,two,three}', time_column => 'at',
		prediction => 'pred', label => 'label', features => '{x,nothing,same,c}');
	PERFORM FROM datamon.tick(t::regclass, '2025-01-27');
	PERFORM pg_temp.invent_alerts(t::regclass, '2025-01-21', '2025-01-24', 3);
	PERFORM pg_temp.tell(t::regclass);
	-- A window without a row, and one within the baseline.
	DELETE FROM datamon.alert a USING datamon.monitor m WHERE m.monitor_id = a.monitor_id AND m.source = t::regclass;
	PERFORM pg_temp.invent_alerts(t::regclass, '2025-01-23', '2025-01-23', 2);
	PERFORM pg_temp.tell(t::regclass);
	DELETE FROM datamon.alert a USING datamon.monitor m WHERE m.monitor_id = a.monitor_id AND m.source = t::regclass;
	PERFORM pg_temp.invent_alerts(t::regclass, '2025-01-05', '2025-01-06', 2);
	PERFORM pg_temp.tell(t::regclass);
END
$$;
SELECT lives_ok(format('SELECT pg_temp.one(%s)', i), 'random data, ' || i) FROM generate_series(1, 3) i;
SELECT cmp_ok((SELECT count(*) FROM told WHERE total IS NOT NULL), '>', 300::bigint, 'there are breakdowns');
SELECT is((SELECT count(DISTINCT kind) FROM told WHERE total IS NOT NULL), 7::bigint, 'of all kinds');
SELECT is_empty('SELECT * FROM told WHERE shares > 0 AND (shares <> parts OR abs(total - 1) > 1e-9)', 'and every one adds up to 1');
SELECT is_empty($$SELECT * FROM told WHERE shares = 0 AND kind <> 'since' AND abs(contribution) > 1e-3$$, 'or has nothing to share');

-- Segments, with mix and rate, are what the definition says, by a query of the rows.
CREATE FUNCTION pg_temp.wanted(t regclass) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE r float8;
BEGIN
	EXECUTE format('SELECT avg((x IS NULL)::int) FILTER (WHERE at >= ''2025-01-21'' AND at < ''2025-01-25'')
		- avg((x IS NULL)::int) FILTER (WHERE at < ''2025-01-15'') FROM %s', t) INTO r;
	RETURN r;
END
$$;
DELETE FROM datamon.alert;
SELECT pg_temp.invent_alerts(('random_' || i)::regclass, '2025-01-21', '2025-01-24', 1) FROM generate_series(1, 3) i;
SELECT is_empty($$SELECT m.source, e.kind FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE a.rule = 'missing' AND a.column_name = 'x' AND e.kind IN ('cause', 'dimension')
	GROUP BY m.source, e.kind HAVING abs(sum(e.contribution) - pg_temp.wanted(m.source)) > 1e-12$$, 'the change that is explained is that of the rows');
SELECT is((SELECT count(*) FROM (SELECT m.source, e.kind FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE a.rule = 'missing' AND a.column_name = 'x' AND e.kind IN ('cause', 'dimension') GROUP BY 1, 2) s), 6::bigint, 'of each table, by segments and by dimensions');

-- Which input moved the score: the bound model's own attributions, else a surrogate's where it fits.
CREATE TABLE scored AS
SELECT '2025-01-01'::timestamptz + i * interval '20 minutes' AS at, uniform(i, 1, 1) AS a, uniform(i, 2, 1) + CASE WHEN i >= 1440 THEN 0.8 ELSE 0 END AS b, uniform(i, 3, 1) AS c,
	0::float8 AS score, 0::float8 AS other_score
FROM generate_series(1, 2000) i;
UPDATE scored SET score = 1 / (1 + exp(-(2 * a - 1.5 * b + 0.3 * c - 0.5))), other_score = CASE WHEN (a < 0.5) = (c < 0.5) THEN 0.9 ELSE 0.1 END * CASE WHEN at >= '2025-01-21' THEN 0.6 ELSE 1 END;
SELECT lives_ok($$SELECT * FROM datamon.watch('scored', time_column => 'at', bucket => '1 day', baseline => '[2025-01-01,2025-01-15)', score => 'score', features => '{a,b,c}', dimensions => '{}')$$, 'a source of scores');
SELECT is((SELECT error FROM datamon.tick('scored', '2025-01-27')), NULL, 'is ticked');
DELETE FROM datamon.alert;
SELECT pg_temp.invent_alerts('scored', '2025-01-22', '2025-01-25', 1);
CREATE FUNCTION pg_temp.inputs() RETURNS TABLE (breakdown text, name text, contribution float8, share float8, detail text) LANGUAGE sql AS $$
	SELECT e.breakdown, e.name, e.contribution, e.share, e.detail
	FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE m.source = 'scored'::regclass AND a.rule = 'drift' AND a.column_name = 'score' AND e.kind = 'input'
$$;
SELECT matches((SELECT max(breakdown) FROM pg_temp.inputs()), '^linear surrogate, R2 0.9', 'without a model: a surrogate, and how well it fits');
SELECT ok((SELECT share > 0.9 FROM pg_temp.inputs() WHERE name = 'b'), 'b moved the score');
SELECT ok((SELECT abs(sum(share) - 1) < 1e-9 FROM pg_temp.inputs()), 'shares add up to 1');
SELECT throws_ok($$SELECT datamon.bind_model('scored', 'nothing', '1')$$, '42704', NULL, 'a model that there is not');
SELECT datamon.import_model('churn', '1', '{"intercept": -0.5, "coef": [2, -1.5, 0.3], "mean": [0.5, 0.5, 0.5], "feature_names": ["a", "b", "c"], "link": "logistic"}'::text);
SELECT datamon.import_model('other', '1', '{"intercept": 0, "coef": [1], "mean": [0], "feature_names": ["z"]}'::text);
SELECT throws_ok($$SELECT datamon.bind_model('scored', 'other', '1')$$, '42703', NULL, 'a model whose features are no columns');
SELECT throws_ok($$SELECT datamon.bind_model('told', 'churn', '1')$$, '42704', NULL, 'a table that nothing watches');
SELECT lives_ok($$SELECT datamon.bind_model('scored', 'churn')$$, 'a model is bound');
SELECT matches((SELECT max(detail) FROM pg_temp.inputs()), 'R2 1.00 with the score', 'it is the model of these scores');
-- Linear: coefficient times shift of the mean, of the rows themselves.
SELECT is_empty($$SELECT i.*, w.shift FROM pg_temp.inputs() i CROSS JOIN LATERAL (
	SELECT CASE i.name WHEN 'a' THEN 2 * (avg(a) FILTER (WHERE n) - avg(a) FILTER (WHERE NOT n)) WHEN 'b' THEN -1.5 * (avg(b) FILTER (WHERE n) - avg(b) FILTER (WHERE NOT n))
		ELSE 0.3 * (avg(c) FILTER (WHERE n) - avg(c) FILTER (WHERE NOT n)) END AS shift
	FROM (SELECT *, at >= '2025-01-22' AS n FROM scored WHERE at < '2025-01-15' OR at >= '2025-01-22' AND at < '2025-01-26') s) w
	WHERE abs(i.contribution - w.shift) > 1e-9$$, 'what it adds is what the definition says');
SELECT lives_ok($$SELECT datamon.bind_model('scored', NULL)$$, 'a binding is undone');
SELECT datamon.unwatch('scored');
SELECT datamon.watch('scored', time_column => 'at', bucket => '1 day', baseline => '[2025-01-01,2025-01-15)', score => 'other_score', features => '{a,b,c}', dimensions => '{}');
SELECT datamon.tick('scored', '2025-01-27');
DELETE FROM datamon.alert;
SELECT pg_temp.invent_alerts('scored', '2025-01-22', '2025-01-25', 1);
SELECT matches((SELECT max(e.detail) FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id) CROSS JOIN LATERAL datamon.explain(a.alert_id) e
	WHERE m.source = 'scored'::regclass AND a.rule = 'drift' AND a.column_name = 'other_score' AND e.kind = 'input'), 'explains only .* not told', 'a surrogate that does not fit is not told');

-- Rights: who may see the alert has its report; rows are read as the monitor's owner, for members only.
CREATE ROLE dm_alice;
CREATE ROLE dm_mallory;
CREATE ROLE dm_reader;
GRANT CREATE ON SCHEMA public TO PUBLIC;
SET LOCAL ROLE dm_alice;
CREATE TABLE hers (at timestamptz, a float8, score float8);
INSERT INTO hers SELECT '2025-01-01'::timestamptz + i * interval '20 minutes', i % 7, i % 7 / 10.0 FROM generate_series(1, 2000) i;
GRANT SELECT ON hers TO dm_reader;
SELECT datamon.watch('hers', time_column => 'at', bucket => '1 day', baseline => '[2025-01-01,2025-01-15)', score => 'score', features => '{a}', dimensions => '{}');
SELECT datamon.tick('hers', '2025-01-27');
SELECT isnt(datamon.add_event('hers', 'mine'), NULL, 'an owner tells events');
RESET ROLE;
SELECT pg_temp.invent_alerts('hers', '2025-01-22', '2025-01-25', 1);
SELECT max(a.alert_id) AS alert, max(a.monitor_id) AS monitor FROM datamon.alert a JOIN datamon.monitor m USING (monitor_id)
WHERE m.source = 'hers'::regclass AND a.rule = 'drift' AND a.column_name = 'score' \gset
SET LOCAL ROLE dm_reader;
SELECT matches(datamon.alert_report(:alert), '^ALERT', 'a reader of the source reads the report');
SELECT is((SELECT count(*) FROM datamon.explain(:alert) WHERE kind = 'input'), 0::bigint, 'without what only members may have read');
SELECT is((SELECT count(*) FROM datamon.events), 1::bigint, 'and its events');
SELECT throws_ok($$SELECT datamon.add_event('hers', 'not mine')$$, '42704', NULL, 'but tells none');
RESET ROLE;
SET LOCAL ROLE dm_mallory;
SELECT is(datamon.alert_report(:alert), NULL, 'others have no report');
SELECT is((SELECT count(*) FROM datamon.events) + (SELECT count(*) FROM datamon.explain(:alert)), 0::bigint, 'no explanation, and no events');
SELECT throws_ok(format('SELECT datamon._score_shift_as_owner(%s, %s)', :monitor, :alert), '42501', NULL, 'and do not act as the owner');
-- A table becomes a trap: who is no member of its owner, such as a superuser that asks why, does not run it as himself.
RESET ROLE;
SET LOCAL ROLE dm_alice;
CREATE FUNCTION trap() RETURNS float8 LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped %', current_user; END$$;
ALTER TABLE hers ENABLE ROW LEVEL SECURITY;
ALTER TABLE hers FORCE ROW LEVEL SECURITY;
CREATE POLICY trapped ON hers USING (trap() > 0);
RESET ROLE;
SELECT matches((SELECT detail FROM datamon.explain(:alert) WHERE kind = 'input'), 'trapped dm_alice', 'a policy runs as the owner, not as a superuser who asks');

SELECT * FROM finish();
ROLLBACK;
