/*
 * Any window, by merging the cells whose buckets lie in it; and the proof that
 * cells equal their rows.
 */

/* The monitor of a source that the caller may read: his own, else the oldest. */
CREATE FUNCTION datamon._monitor_of(source regclass) RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v int;
BEGIN
	SELECT m.monitor_id INTO v FROM datamon._readable_monitor m
	WHERE m.source = $1
	ORDER BY m.owner <> to_regrole(quote_ident(current_user)), m.monitor_id LIMIT 1;
	IF v IS NULL THEN
		RAISE EXCEPTION 'nothing watches % that you may read', coalesce(datamon._qualified(source), source::oid::text)
			USING ERRCODE = 'undefined_object', HINT = 'datamon.monitors lists what is watched.';
	END IF;
	RETURN v;
END
$$;
COMMENT ON FUNCTION datamon._monitor_of(regclass) IS 'internal';

CREATE FUNCTION datamon.summarize(source regclass, during tstzrange, segment jsonb DEFAULT '{}',
	OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state, OUT buckets bigint)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(sum(c.n), 0)::bigint, datamon.merge(c.profile), datamon.merge(c.performance), count(*)
	FROM (SELECT datamon._monitor_of($1) AS monitor_id) m
	JOIN datamon._readable_segment g ON g.monitor_id = m.monitor_id AND g.key = $3
	JOIN datamon._readable_cell c ON c.monitor_id = g.monitor_id AND c.segment_id = g.segment_id
	WHERE c.bucket <@ $2
		AND c.bucket >= coalesce(lower($2), '-infinity') AND c.bucket <= coalesce(upper($2), 'infinity')
$$;
COMMENT ON FUNCTION datamon.summarize(regclass, tstzrange, jsonb) IS 'the buckets that begin in a window, merged';

CREATE FUNCTION datamon.window_quality(source regclass, during tstzrange, segment jsonb DEFAULT '{}')
RETURNS TABLE (column_name name, kind text, n bigint, null_count bigint, nan_count bigint, infinity_count bigint, null_rate float8,
	mean float8, stddev float8, min float8, max float8, distinct_count bigint, histogram datamon.histogram,
	value_counts datamon.value_counts)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT w.column_name, x.kind, s.n, x.null_count, x.nan_count, x.infinity_count, x.null_count::float8 / nullif(s.n, 0),
		x.mean, x.stddev, x.min, x.max, x.distinct_count, x.histogram, x.value_counts
	FROM datamon.summarize($1, $2, $3) s
	CROSS JOIN LATERAL datamon.columns(s.profile) x
	JOIN datamon._readable_monitored_column w ON w.monitor_id = datamon._monitor_of($1) AND w.column_no = x.column_no
	ORDER BY w.column_no
$$;
COMMENT ON FUNCTION datamon.window_quality(regclass, tstzrange, jsonb) IS 'each column over a window';

CREATE FUNCTION datamon.window_drift(source regclass, during tstzrange, segment jsonb DEFAULT '{}', reference tstzrange DEFAULT NULL)
RETURNS TABLE (column_name name, kind text, n_used bigint, n_unused bigint, n_reference bigint, wasserstein_distance float8,
	wasserstein_distance_normed float8, ks_statistic float8, ks_p_value float8, total_variation float8, l_infinity float8,
	hellinger float8, chi_square float8, chi_square_df float8, chi_square_p_value float8, psi float8, js_distance float8,
	excess float8, p_value float8)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	-- The counts are told, too, where one side has no cell and hence no distance.
	SELECT w.column_name, w.kind, u.n_used, s.n - u.n_used,
		coalesce(datamon.count(datamon.histogram(r.profile, w.column_no)), datamon.count(datamon.value_counts(r.profile, w.column_no)), 0),
		d.wasserstein_distance, d.wasserstein_distance_normed, d.ks_statistic, d.ks_p_value,
		k.total_variation, k.l_infinity, k.hellinger, k.chi_square, k.chi_square_df, k.chi_square_p_value, coalesce(d.psi, k.psi),
		coalesce(d.js_distance, k.js_distance), coalesce(d.excess, k.excess), coalesce(d.p_value, k.p_value)
	FROM (SELECT datamon._monitor_of($1) AS monitor_id) m
	JOIN datamon._readable_segment g ON g.monitor_id = m.monitor_id AND g.key = $3
	CROSS JOIN LATERAL datamon.summarize($1, $2, $3) s
	CROSS JOIN LATERAL (
		SELECT b.profile FROM datamon._readable_baseline b
		WHERE $4 IS NULL AND b.monitor_id = g.monitor_id AND b.segment_id = g.segment_id
		UNION ALL
		SELECT x.profile FROM datamon.summarize($1, $4, $3) x WHERE $4 IS NOT NULL) r
	JOIN datamon._readable_monitored_column w ON w.monitor_id = m.monitor_id AND w.column_no IS NOT NULL
	CROSS JOIN LATERAL (SELECT coalesce(datamon.count(datamon.histogram(s.profile, w.column_no)),
		datamon.count(datamon.value_counts(s.profile, w.column_no)), 0) AS n_used) u
	LEFT JOIN LATERAL datamon.drift_summary(datamon.histogram(r.profile, w.column_no), datamon.histogram(s.profile, w.column_no)) d
		ON w.kind = 'number'
	LEFT JOIN LATERAL datamon.drift_summary(datamon.value_counts(r.profile, w.column_no), datamon.value_counts(s.profile, w.column_no)) k
		ON w.kind = 'category'
	ORDER BY w.column_no
$$;
COMMENT ON FUNCTION datamon.window_drift(regclass, tstzrange, jsonb, tstzrange)
	IS 'each column over a window against the training baseline, or against another window';

CREATE FUNCTION datamon.window_performance(source regclass, during tstzrange, segment jsonb DEFAULT '{}',
	OUT tp bigint, OUT fp bigint, OUT fn bigint, OUT tn bigint, OUT "precision" float8, OUT precision_stderr float8, OUT recall float8,
	OUT recall_stderr float8, OUT f1 float8, OUT f1_stderr float8, OUT accuracy float8, OUT accuracy_stderr float8, OUT n_used bigint,
	OUT n_unused bigint)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon.true_positives(s.performance), datamon.false_positives(s.performance), datamon.false_negatives(s.performance),
		datamon.true_negatives(s.performance), datamon.precision_score(s.performance), datamon.precision_stderr(s.performance),
		datamon.recall_score(s.performance), datamon.recall_stderr(s.performance), datamon.f1_score(s.performance),
		datamon.f1_stderr(s.performance), datamon.accuracy_score(s.performance), datamon.accuracy_stderr(s.performance),
		coalesce(datamon.count(s.performance), 0), s.n - coalesce(datamon.count(s.performance), 0)
	FROM datamon.summarize($1, $2, $3) s
$$;
COMMENT ON FUNCTION datamon.window_performance(regclass, tstzrange, jsonb) IS 'precision, recall, F1 and accuracy over a window';

CREATE FUNCTION datamon.recompute(source regclass) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int;
	v_horizon timestamptz;
	r record;
BEGIN
	SELECT m.monitor_id INTO v_monitor FROM datamon._own_monitor m WHERE m.source = recompute.source;
	IF v_monitor IS NULL THEN
		RAISE EXCEPTION 'you do not watch %', datamon._qualified(source) USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched, and who owns it.';
	END IF;
	SELECT s.horizon INTO v_horizon FROM datamon._own_state s WHERE s.monitor_id = v_monitor FOR UPDATE;
	PERFORM datamon._check_watchable(source);
	SELECT * INTO r FROM datamon._ingest(v_monitor, nullif(v_horizon, 'infinity'), true);
	PERFORM datamon._refresh_baseline(v_monitor, r.revised, r.clock);
	RETURN coalesce(cardinality(r.revised), 0);
END
$$;
COMMENT ON FUNCTION datamon.recompute(regclass)
	IS 'profile every bucket again from its rows, however old; returns how many buckets changed';

CREATE FUNCTION datamon.check(source regclass)
RETURNS TABLE (bucket timestamptz, segment jsonb, n_stored bigint, n_rows bigint, difference text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_monitor int;
	v_horizon timestamptz;
	q record;
	m record;
	v_buckets timestamptz[];
BEGIN
	SELECT x.* INTO m FROM datamon._own_monitor x WHERE x.source = "check".source;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'you do not watch %', datamon._qualified(source) USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched, and who owns it.';
	END IF;
	PERFORM datamon._check_watchable(source);
	SELECT s.horizon INTO v_horizon FROM datamon._own_state s WHERE s.monitor_id = m.monitor_id;
	SELECT * INTO q FROM datamon._ingest_queries(m.monitor_id);
	EXECUTE format('SELECT array_agg(DISTINCT %s) FROM %s s WHERE s.%I < ''infinity'' AND s.%3$I > ''-infinity''',
		datamon._bucket_expression(datamon._time_expression(m.source, m.time_column, 's'), m.bucket, m.bucket_origin),
		datamon._qualified(m.source), m.time_column) INTO v_buckets;
	RETURN QUERY EXECUTE format($q$
		SELECT coalesce(r.bucket, c.bucket), coalesce(r.key, c.key), c.n, r.n,
			CASE WHEN c.n IS NULL THEN 'not stored' WHEN r.n IS NULL THEN 'has no rows' WHEN c.n <> r.n THEN 'rows'
				WHEN c.profile OPERATOR(datamon.<>) r.profile THEN 'profile' ELSE 'performance' END
		FROM (%s) r
		FULL JOIN (SELECT x.bucket, g.key, x.n, x.profile, x.performance FROM datamon._own_cell x
			JOIN datamon._own_segment g USING (monitor_id, segment_id) WHERE x.monitor_id = %s) c ON c.bucket = r.bucket AND c.key = r.key
		WHERE c.n IS DISTINCT FROM r.n OR c.profile OPERATOR(datamon.<>) r.profile
			OR (c.performance IS NULL) <> (r.performance IS NULL) OR c.performance OPERATOR(datamon.<>) r.performance
		ORDER BY 1, 2$q$, q.recount, m.monitor_id)
		USING v_buckets, '-infinity'::timestamptz, v_horizon, v_horizon;
END
$$;
COMMENT ON FUNCTION datamon.check(regclass) IS 'cells that differ from a full recompute up to the last tick; no row means exact';
