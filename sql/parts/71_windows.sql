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

/*
 * Where the cells of a segment lie: the cuboid, the part, and the key to look
 * for.  No row: a value was never seen, or its dimensions are not kept together.
 */
CREATE FUNCTION datamon._find_segment(monitor_id int, segment jsonb, OUT cuboid_no int, OUT part bigint, OUT key bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	f record;
	k record;
	v_dimensions int[] := '{}';
	v_ids bigint[] := '{}';
	v_id bigint;
BEGIN
	IF segment IS NULL OR jsonb_typeof(segment) <> 'object' THEN
		RAISE EXCEPTION 'segment must be a JSON object' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It names dimensions and values: ''{"origin": "JFK", "carrier": "UA"}''; ''{}'' is the whole source.';
	END IF;
	FOR f IN SELECT e.key AS name, e.value FROM jsonb_each(segment) e LOOP
		SELECT d.dimension_no INTO k FROM datamon._readable_dimension d
		WHERE d.monitor_id = _find_segment.monitor_id AND d.column_name = f.name;
		IF NOT FOUND THEN
			RAISE EXCEPTION '"%" is not a dimension', f.name USING ERRCODE = 'undefined_column',
				HINT = coalesce((SELECT 'Dimensions: ' || string_agg(d.column_name, ', ' ORDER BY d.dimension_no)
					FROM datamon._readable_dimension d WHERE d.monitor_id = _find_segment.monitor_id), 'The source has none.');
		END IF;
		IF f.value = 'null' THEN
			v_id := 0;
		ELSE
			SELECT v.value_id INTO v_id FROM datamon._readable_dimension_value v
			WHERE v.monitor_id = _find_segment.monitor_id AND v.dimension_no = k.dimension_no
				AND md5(v.value::text) = md5(f.value::text) AND v.value = f.value;
			IF NOT FOUND THEN
				RETURN;
			END IF;
		END IF;
		v_dimensions := v_dimensions || k.dimension_no;
		v_ids := v_ids || v_id;
	END LOOP;
	SELECT c.cuboid_no, c.dimensions,
			CASE WHEN c.part_dimension = ANY (v_dimensions)
				THEN v_ids[array_position(v_dimensions, c.part_dimension)] >> c.part_bits ELSE -1 END AS part INTO k
	FROM datamon._readable_cuboid c
	WHERE c.monitor_id = _find_segment.monitor_id AND c.dimensions @> v_dimensions
	ORDER BY c.part_dimension = ANY (v_dimensions) DESC NULLS LAST, cardinality(c.dimensions), c.cuboid_no
	LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'combinations of these dimensions are not kept' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'datamon.dimensions says which are; profile_table() makes any from the rows.';
	END IF;
	cuboid_no := k.cuboid_no;
	part := k.part;
	key := ARRAY(SELECT coalesce(v_ids[array_position(v_dimensions, d.d)], -1) FROM unnest(k.dimensions) WITH ORDINALITY d (d, place)
		ORDER BY d.place);
END
$$;
COMMENT ON FUNCTION datamon._find_segment(int, jsonb) IS 'internal';

CREATE FUNCTION datamon._summarize(monitor_id int, during tstzrange, segment jsonb,
	OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state, OUT buckets bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int := monitor_id;
	f record;
BEGIN
	SELECT * INTO f FROM datamon._find_segment(v_monitor, segment);
	-- One range of the primary key for each tier: OFFSET 0 keeps the planner from reading all tiles once and joining.
	SELECT coalesce(sum(c.n), 0)::bigint, datamon.merge(c.profile), datamon.merge(c.performance), count(DISTINCT (t.tier, t.bucket))
	INTO n, profile, performance, buckets
	FROM datamon._window_tiers(v_monitor, during) w
	CROSS JOIN LATERAL (
		SELECT t.tier, t.bucket, t.cells FROM datamon._readable_tile t
		WHERE t.monitor_id = v_monitor AND t.cuboid_no = f.cuboid_no AND t.tier = w.tier AND t.part = f.part
			AND t.bucket >= w.from_start AND t.bucket < w.to_start
		OFFSET 0) t
	CROSS JOIN LATERAL datamon.cell(t.cells, f.key) c
	WHERE c.n > 0;
END
$$;
COMMENT ON FUNCTION datamon._summarize(int, tstzrange, jsonb) IS 'internal';

CREATE FUNCTION datamon.summarize(source regclass, during tstzrange, segment jsonb DEFAULT '{}',
	OUT n bigint, OUT profile datamon.profile, OUT performance datamon.f_beta_state, OUT buckets bigint)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT s.n, s.profile, s.performance, s.buckets FROM datamon._summarize(datamon._monitor_of($1), $2, $3) s
$$;
COMMENT ON FUNCTION datamon.summarize(regclass, tstzrange, jsonb)
	IS 'any segment over the buckets that begin in a window, from the fewest tiles';

CREATE FUNCTION datamon.segments(source regclass, during tstzrange, dimensions name[])
RETURNS TABLE (segment jsonb, n bigint, profile datamon.profile, performance datamon.f_beta_state)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_monitor int := datamon._monitor_of(source);
	v_cuboid record;
	v_wanted int[];
	v_unknown name;
BEGIN
	SELECT x INTO v_unknown FROM unnest(segments.dimensions) x
	WHERE x NOT IN (SELECT d.column_name FROM datamon._readable_dimension d WHERE d.monitor_id = v_monitor) LIMIT 1;
	IF v_unknown IS NOT NULL OR segments.dimensions IS NULL THEN
		RAISE EXCEPTION '"%" is not a dimension', v_unknown USING ERRCODE = 'undefined_column',
			HINT = coalesce((SELECT 'Dimensions: ' || string_agg(d.column_name, ', ' ORDER BY d.dimension_no)
				FROM datamon._readable_dimension d WHERE d.monitor_id = v_monitor), 'The source has none.');
	END IF;
	SELECT coalesce(array_agg(d.dimension_no ORDER BY d.dimension_no), '{}') INTO v_wanted
	FROM datamon._readable_dimension d WHERE d.monitor_id = v_monitor AND d.column_name = ANY (segments.dimensions);
	SELECT c.* INTO v_cuboid FROM datamon._readable_cuboid c
	WHERE c.monitor_id = v_monitor AND c.dimensions @> v_wanted
	ORDER BY cardinality(c.dimensions), c.part_dimension = ANY (v_wanted), c.cuboid_no LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'combinations of these dimensions are not kept' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'datamon.dimensions says which are; profile_table() makes any from the rows.';
	END IF;
	RETURN QUERY
		WITH merged AS MATERIALIZED (
			SELECT datamon.merge(datamon.roll_up(t.cells, x.places)) AS cells
			FROM (SELECT coalesce(array_agg(array_position(v_cuboid.dimensions, d)), '{}') AS places FROM unnest(v_wanted) d) x
			CROSS JOIN datamon._window_tiers(v_monitor, during) w
			CROSS JOIN LATERAL (
				SELECT t.part, t.cells FROM datamon._readable_tile t
				WHERE t.monitor_id = v_monitor AND t.cuboid_no = v_cuboid.cuboid_no AND t.tier = w.tier
					AND t.bucket >= w.from_start AND t.bucket < w.to_start
					AND (t.part = -1) <> (v_cuboid.part_dimension IS NOT NULL AND v_cuboid.part_dimension = ANY (v_wanted))
				OFFSET 0) t
			GROUP BY CASE WHEN v_cuboid.part_dimension = ANY (v_wanted) THEN t.part ELSE -1 END)
		SELECT (SELECT coalesce(jsonb_object_agg(d.column_name, coalesce(v.value, 'null')), '{}')
				FROM datamon._readable_dimension d
				LEFT JOIN datamon._readable_dimension_value v ON v.monitor_id = v_monitor AND v.dimension_no = d.dimension_no
					AND v.value_id = c.key[array_position(v_cuboid.dimensions, d.dimension_no)]
				WHERE d.monitor_id = v_monitor AND d.dimension_no = ANY (v_wanted)),
			c.n, c.profile, c.performance
		FROM merged g
		CROSS JOIN LATERAL datamon.cells(g.cells) c;
END
$$;
COMMENT ON FUNCTION datamon.segments(regclass, tstzrange, name[])
	IS 'every combination of some dimensions over the buckets that begin in a window';

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
	SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex'
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
	-- All cells are made again, also those that were dropped.
	DELETE FROM datamon._own_past_volume v WHERE v.monitor_id = v_monitor;
	UPDATE datamon._own_state s SET cells_from = '-infinity' WHERE s.monitor_id = v_monitor;
	SELECT * INTO r FROM datamon._ingest(v_monitor, nullif(v_horizon, 'infinity'), true);
	PERFORM datamon._refresh_baseline(v_monitor, r.revised, r.clock);
	PERFORM datamon._drop_cells(v_monitor, r.clock);
	RETURN coalesce(cardinality(r.revised), 0);
END
$$;
COMMENT ON FUNCTION datamon.recompute(regclass)
	IS 'profile every bucket again from its rows, however old; returns how many buckets changed';

/*
 * What a full recompute by GROUP BY finds: the judged cells and the leaves of
 * every cuboid, of all buckets that the source has rows for.
 */
CREATE FUNCTION datamon._recount_query(monitor_id int, known_until timestamptz) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_columns text;
	v_dimensions text;
	v_leaf text;
	v_other text;
	v_far boolean;
	v_performance text;
	v_merged text;
	v_sets text;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _recount_query.monitor_id;
	PERFORM datamon._check_monitored_columns(monitor_id);
	v_far := datamon._reads_distributed(m.source) OR m.labels IS NOT NULL AND datamon._reads_distributed(m.labels);
	-- The form with arrays is the one that Citus splits.
	SELECT CASE WHEN count(*) = 0 THEN 'r.c1' WHEN v_far THEN format('%L, ARRAY[%s]::float8[], ARRAY[%s]::text[]',
				string_agg(left(c.kind, 1), '' ORDER BY c.column_no), string_agg('r.c' || c.column_no, ', ' ORDER BY c.column_no) FILTER (WHERE c.kind = 'number'),
				string_agg('r.c' || c.column_no, ', ' ORDER BY c.column_no) FILTER (WHERE c.kind <> 'number'))
			ELSE string_agg('r.c' || c.column_no, ', ' ORDER BY c.column_no) END INTO v_columns
	FROM datamon._own_monitored_column c WHERE c.monitor_id = _recount_query.monitor_id AND c.column_no IS NOT NULL;
	SELECT CASE WHEN o.choice IS NULL THEN 'NULL::datamon.f_beta_state' ELSE 'datamon.f_beta_state(r.actual, r.predicted)' END,
		CASE WHEN o.choice IS NULL THEN 'NULL::datamon.f_beta_state' ELSE 'datamon.merge(r.performance)' END
	INTO v_performance, v_merged FROM datamon._outcome(monitor_id) o;
	-- One grouping for each cuboid, and each judged set of dimensions.
	SELECT string_agg(format('SELECT r.bucket, %s AS key, sum(r.n)::bigint AS n, datamon.merge(r.profile) AS profile, %s AS performance FROM leaf r GROUP BY r.bucket%s',
			CASE WHEN g.dimensions = '{}' THEN '''{}''::jsonb' ELSE 'jsonb_build_object(' || (SELECT string_agg(format('%L, r.d%s', d.column_name, d.dimension_no), ', ' ORDER BY d.dimension_no)
				FROM datamon._own_dimension d WHERE d.monitor_id = _recount_query.monitor_id AND d.dimension_no = ANY (g.dimensions)) || ')' END,
			v_merged, (SELECT string_agg(', r.d' || d, '') FROM unnest(g.dimensions) d)), ' UNION ALL ')
	INTO v_sets
	FROM (SELECT k.dimensions FROM datamon._own_cuboid k WHERE k.monitor_id = _recount_query.monitor_id
		UNION SELECT '{}' UNION SELECT ARRAY[d.dimension_no] FROM datamon._own_dimension d
			WHERE d.monitor_id = _recount_query.monitor_id AND d.known_values <= d.judged_values) g;
	v_leaf := format('SELECT %s AS bucket%s, count(*) AS n, datamon.profile(%s) AS profile, %s AS performance FROM (%s) r WHERE isfinite(r.at) GROUP BY 1 %s',
		datamon._bucket_expression('r.at', m.bucket, m.bucket_origin),
		(SELECT string_agg(format(', r.d%s', d.dimension_no), '' ORDER BY d.dimension_no) FROM datamon._own_dimension d
			WHERE d.monitor_id = _recount_query.monitor_id),
		v_columns, v_performance,
		datamon._rows_query(monitor_id, '-infinity', coalesce(known_until, 'infinity'), coalesce(known_until, 'infinity')),
		(SELECT string_agg(', ' || (g + 1), '') FROM generate_series(1, (SELECT count(*) FROM datamon._own_dimension d
			WHERE d.monitor_id = _recount_query.monitor_id)) g));
	IF v_far THEN
		SELECT coalesce(string_agg(format('d%s %s, ', d.dimension_no,
			CASE WHEN r.class IN ('boolean', 'number') THEN format_type(r.type_oid, NULL) ELSE 'text' END), '' ORDER BY d.dimension_no), '')
		INTO v_dimensions
		FROM datamon._own_dimension d JOIN datamon._relation_columns(m.source) r USING (column_name)
		WHERE d.monitor_id = _recount_query.monitor_id;
		v_leaf := format('SELECT * FROM datamon._rows_of(%L, NULL, NULL, NULL, NULL)
			r (bucket timestamptz, %s n bigint, profile datamon.profile, performance datamon.f_beta_state)', v_leaf, v_dimensions);
	END IF;
	-- What has no number of its own is counted together.
	SELECT string_agg(format('CASE WHEN r.d%1$s IS NULL THEN NULL WHEN to_jsonb(r.d%1$s) IN (SELECT v.value FROM datamon._own_dimension_value v
			WHERE v.monitor_id = %2$s AND v.dimension_no = %1$s AND v.value_id <= %3$s) THEN to_jsonb(r.d%1$s) ELSE datamon._other() END AS d%1$s',
			d.dimension_no, d.monitor_id, d.max_values), ', ' ORDER BY d.dimension_no) FILTER (WHERE d.known_values > d.max_values),
		string_agg(format('r.d%s', d.dimension_no), ', ' ORDER BY d.dimension_no) FILTER (WHERE d.known_values <= d.max_values)
	INTO v_other, v_dimensions
	FROM datamon._own_dimension d WHERE d.monitor_id = _recount_query.monitor_id;
	IF v_other IS NOT NULL THEN
		RETURN format('WITH counted AS MATERIALIZED (%s), leaf AS MATERIALIZED (SELECT %s FROM counted r) %s', v_leaf,
			concat_ws(', ', 'r.bucket', v_dimensions, v_other, 'r.n, r.profile, r.performance'), v_sets);
	END IF;
	RETURN format('WITH leaf AS MATERIALIZED (%s) %s', v_leaf, v_sets);
END
$$;
COMMENT ON FUNCTION datamon._recount_query(int, timestamptz) IS 'internal';

/* What is stored of the same buckets. */
CREATE FUNCTION datamon._stored_cells(monitor_id int)
RETURNS TABLE (bucket timestamptz, key jsonb, n bigint, profile datamon.profile, performance datamon.f_beta_state)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.bucket, g.key, x.n, x.profile, x.performance
	FROM datamon._own_cell x JOIN datamon._own_segment g USING (monitor_id, segment_id)
	WHERE x.monitor_id = $1 AND (g.key = '{}' OR EXISTS (SELECT FROM datamon._own_dimension d
		WHERE d.monitor_id = $1 AND g.key ? d.column_name::text AND d.known_values <= d.judged_values))
	UNION ALL
	-- Every combination; a cuboid of one dimension or none says what a judged cell does.
	SELECT t.bucket, (SELECT jsonb_object_agg(d.column_name, coalesce(v.value, 'null'))
			FROM datamon._own_dimension d
			LEFT JOIN datamon._own_dimension_value v ON v.monitor_id = $1 AND v.dimension_no = d.dimension_no
				AND v.value_id = c.key[array_position(t.dimensions, d.dimension_no)]
			WHERE d.monitor_id = $1 AND d.dimension_no = ANY (t.dimensions)), c.n, c.profile, c.performance
	FROM (SELECT t.bucket, t.part, k.cuboid_no, k.dimensions, datamon.merge(t.cells) AS cells
		FROM datamon._own_tile t JOIN datamon._own_cuboid k USING (monitor_id, cuboid_no)
		WHERE t.monitor_id = $1 AND t.tier = 0 AND t.part >= 0 AND (cardinality(k.dimensions) > 1
			OR NOT EXISTS (SELECT FROM datamon._own_dimension d WHERE d.monitor_id = $1 AND d.dimension_no = ANY (k.dimensions)
				AND d.known_values <= d.judged_values))
		GROUP BY t.bucket, t.part, k.cuboid_no, k.dimensions) t
	CROSS JOIN LATERAL datamon.cells(t.cells) c
$$;
COMMENT ON FUNCTION datamon._stored_cells(int) IS 'internal';

/* Tiles that are not the merge of those below them. */
CREATE FUNCTION datamon._wrong_tiles(monitor_id int) RETURNS TABLE (bucket timestamptz, n_stored bigint, n_merged bigint, difference text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH m AS (
		SELECT x.bucket AS width, x.bucket_origin, s.buckets_from, s.hours_from, s.hours_until, s.days_until,
			datamon._tier_width(x.bucket, 1) AS hour, datamon._tier_width(x.bucket, 2) AS day
		FROM datamon._own_monitor x JOIN datamon._own_state s USING (monitor_id) WHERE x.monitor_id = $1
	), kept AS (
		SELECT t.cuboid_no, t.tier, t.part, t.bucket, t.n, t.cells FROM datamon._own_tile t WHERE t.monitor_id = $1
	), pair AS (
		SELECT 'not the parts together' AS difference, t.tier, t.bucket, t.cuboid_no,
			sum(t.n) FILTER (WHERE t.part = -1) AS n_stored, sum(t.n) FILTER (WHERE t.part >= 0) AS n_merged,
			datamon.merge(t.cells) FILTER (WHERE t.part = -1) AS stored,
			datamon.merge(datamon.roll_up(t.cells, ARRAY(SELECT p FROM generate_series(1, cardinality(k.dimensions)) p
				WHERE k.dimensions[p] <> k.part_dimension))) FILTER (WHERE t.part >= 0) AS merged
		FROM kept t JOIN datamon._own_cuboid k ON k.monitor_id = $1 AND k.cuboid_no = t.cuboid_no AND k.part_dimension IS NOT NULL
		GROUP BY t.tier, t.bucket, t.cuboid_no
		UNION ALL
		SELECT 'not the buckets together', 1, b.start, b.cuboid_no, b.n_stored, b.n_merged, b.stored, b.merged
		FROM (SELECT datamon._bucket(t.bucket, m.hour, m.bucket_origin) AS start, t.cuboid_no,
				sum(t.n) FILTER (WHERE t.tier = 1) AS n_stored, sum(t.n) FILTER (WHERE t.tier = 0) AS n_merged,
				datamon.merge(t.cells) FILTER (WHERE t.tier = 1) AS stored, datamon.merge(t.cells) FILTER (WHERE t.tier = 0) AS merged
			FROM kept t CROSS JOIN m
			WHERE m.hour IS NOT NULL AND t.tier <= 1 AND t.bucket >= m.buckets_from AND t.bucket < m.hours_until
			GROUP BY 1, 2, t.part) b
		UNION ALL
		SELECT 'not the hours together', 2, b.start, b.cuboid_no, b.n_stored, b.n_merged, b.stored, b.merged
		FROM (SELECT datamon._bucket(t.bucket, m.day, m.bucket_origin) AS start, t.cuboid_no,
				sum(t.n) FILTER (WHERE t.tier = 2) AS n_stored, sum(t.n) FILTER (WHERE t.tier < 2) AS n_merged,
				datamon.merge(t.cells) FILTER (WHERE t.tier = 2) AS stored, datamon.merge(t.cells) FILTER (WHERE t.tier < 2) AS merged
			FROM kept t CROSS JOIN m
			WHERE m.day IS NOT NULL AND t.tier IN (CASE WHEN m.hour IS NULL THEN 0 ELSE 1 END, 2)
				AND t.bucket >= CASE WHEN m.hour IS NULL THEN m.buckets_from ELSE m.hours_from END AND t.bucket < m.days_until
			GROUP BY 1, 2, t.part) b
	)
	SELECT p.bucket, p.n_stored::bigint, p.n_merged::bigint, p.difference
	FROM pair p
	WHERE p.stored IS NULL OR p.merged IS NULL OR p.stored OPERATOR(datamon.<>) p.merged
$$;
COMMENT ON FUNCTION datamon._wrong_tiles(int) IS 'internal';

CREATE FUNCTION datamon.check(source regclass)
RETURNS TABLE (bucket timestamptz, segment jsonb, n_stored bigint, n_rows bigint, difference text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
#variable_conflict use_column
DECLARE
	v_horizon timestamptz;
	m record;
BEGIN
	SELECT x.* INTO m FROM datamon._own_monitor x WHERE x.source = "check".source;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'you do not watch %', datamon._qualified(source) USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched, and who owns it.';
	END IF;
	PERFORM datamon._check_watchable(source);
	SELECT s.horizon INTO v_horizon FROM datamon._own_state s WHERE s.monitor_id = m.monitor_id;
	RETURN QUERY EXECUTE format($q$
		SELECT x.* FROM (SELECT coalesce(r.bucket, c.bucket) AS bucket, coalesce(r.key, c.key) AS segment, c.n AS n_stored, r.n AS n_rows,
			CASE WHEN c.n IS NULL THEN 'not stored' WHEN r.n IS NULL THEN 'has no rows' WHEN c.n <> r.n THEN 'rows'
				WHEN c.profile OPERATOR(datamon.<>) r.profile THEN 'profile' ELSE 'performance' END
		FROM (%s) r
		FULL JOIN datamon._stored_cells(%s) c ON c.bucket = r.bucket AND c.key = r.key
		WHERE c.n IS DISTINCT FROM r.n OR c.profile OPERATOR(datamon.<>) r.profile
			OR (c.performance IS NULL) <> (r.performance IS NULL) OR c.performance OPERATOR(datamon.<>) r.performance) x
		-- Both are kept for a time only: combinations, and what the rules look at.
		WHERE x.n_stored IS NOT NULL OR NOT EXISTS (SELECT FROM datamon._own_backfill w WHERE w.monitor_id = %2$s AND x.bucket >= w.from_start
				AND x.bucket < w.read_from) AND (x.bucket >= (SELECT s.buckets_from FROM datamon._own_state s WHERE s.monitor_id = %2$s)
			OR x.bucket >= (SELECT s.cells_from FROM datamon._own_state s WHERE s.monitor_id = %2$s) AND EXISTS (SELECT FROM datamon._own_segment g WHERE g.monitor_id = %2$s AND g.key = x.segment))
		ORDER BY 1, 2$q$, datamon._recount_query(m.monitor_id, v_horizon), m.monitor_id);
	RETURN QUERY
		SELECT w.bucket, NULL::jsonb, w.n_stored, w.n_merged, w.difference FROM datamon._wrong_tiles(m.monitor_id) w ORDER BY 1;
END
$$;
COMMENT ON FUNCTION datamon.check(regclass) IS 'cells that differ from a full recompute up to the last tick; no row means exact';
