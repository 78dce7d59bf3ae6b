/*
 * domain_classifier(): are the rows of now and those of before told apart by all
 * columns together (docs/explanations.md)?  A logistic regression of a bounded
 * sample of each side, judged on rows that it has not seen.
 */

CREATE FUNCTION datamon._fit_rows(numbers float8[], number_columns int, codes int[], code_columns int, is_current boolean[],
	OUT quality float8, OUT quality_low float8, OUT quality_high float8, OUT attribution float8[], OUT mean_abs_reference float8[],
	OUT mean_abs_current float8[])
	AS 'MODULE_PATHNAME', 'datamon_fit_rows' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION datamon._fit_rows(float8[], int, int[], int, boolean[]) IS 'internal';
CREATE FUNCTION datamon._fit_rows(numbers float8[], number_columns int, codes int[], code_columns int, is_current boolean[], target float8[],
	OUT quality float8, OUT quality_low float8, OUT quality_high float8, OUT attribution float8[], OUT mean_abs_reference float8[],
	OUT mean_abs_current float8[])
	AS 'MODULE_PATHNAME', 'datamon_fit_rows' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION datamon._fit_rows(float8[], int, int[], int, boolean[], float8[]) IS 'internal';

/*
 * A sample of the rows of two times, as arrays: of each side those whose text has the
 * least hashes, so that it is the same rows whatever the plan, and in no order
 * that means anything.  Categories are coded by frequency: 0 the most frequent, up to 7, then 8 for
 * all others; -1 is missing.  reference_rows and current_rows are items of FROM that the rows of each side lie in.
 */
CREATE FUNCTION datamon._sample_two(source regclass, time_column name, number_columns name[], code_columns name[], target name,
	reference tstzrange, current tstzrange, sample_rows int, reference_rows text, current_rows text,
	OUT numbers float8[], OUT codes int[], OUT is_current boolean[], OUT targets float8[], OUT n_reference bigint, OUT n_current bigint,
	OUT read_reference bigint, OUT read_current bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET jit = off
	SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1 SET bytea_output = 'hex'
AS $$
DECLARE
	v_at text := datamon._time_expression(source, time_column, 's');
	v_row text := (SELECT string_agg(format('s.%I', c), ', ' ORDER BY i) FROM unnest(time_column || number_columns || code_columns || target) WITH ORDINALITY x (c, i)
		WHERE c IS NOT NULL);
	v_flat text;
	v_in text := (SELECT string_agg(concat_ws(' AND ', CASE WHEN NOT lower_inf(r) THEN format('%s %s %L::timestamptz', v_at, CASE WHEN lower_inc(r) THEN '>=' ELSE '>' END, lower(r)) END,
			CASE WHEN NOT upper_inf(r) THEN format('%s %s %L::timestamptz', v_at, CASE WHEN upper_inc(r) THEN '<=' ELSE '<' END, upper(r)) END, 'true'), E'\n' ORDER BY i)
		FROM unnest(ARRAY[reference, current]) WITH ORDINALITY x (r, i));
BEGIN
	v_flat := format($q$
		SELECT %5$s AS is_current, hashtextextended(ROW(%1$s)::text, 0) AS h, ROW(%1$s)::text AS tie, count(*) OVER () AS total,
			ARRAY[%2$s]::float8[] AS x, ARRAY[%3$s]::text[] AS c, %4$s AS y
		FROM %6$s WHERE %7$s AND (%4$s) IS DISTINCT FROM 'nan'::float8
		ORDER BY h, tie LIMIT %8$s $q$, v_row,
		coalesce((SELECT string_agg(format('coalesce(s.%I::float8, ''nan'')', c), ', ' ORDER BY i) FROM unnest(number_columns) WITH ORDINALITY x (c, i)), ''),
		coalesce((SELECT string_agg(format('left(s.%I::text, 200)', c), ', ' ORDER BY i) FROM unnest(code_columns) WITH ORDINALITY x (c, i)), ''),
		CASE WHEN target IS NULL THEN '0::float8' ELSE format('coalesce(s.%I::float8, ''nan'')', target) END, '%s', '%s', '%s', sample_rows);
	EXECUTE format($q$
		WITH picked AS MATERIALIZED ((%s) UNION ALL (%s)),
		-- Numbered by the hash: both sides mixed.
		placed AS MATERIALIZED (SELECT p.*, row_number() OVER (ORDER BY p.h, p.tie, p.is_current) AS place FROM picked p),
		flat AS (SELECT p.place, u.i, u.v FROM placed p CROSS JOIN LATERAL unnest(p.c) WITH ORDINALITY u (v, i)),
		known AS (
			SELECT f.i, f.v, least(row_number() OVER (PARTITION BY f.i ORDER BY count(*) DESC, f.v COLLATE "C") - 1, 8)::int AS code
			FROM flat f WHERE f.v IS NOT NULL GROUP BY f.i, f.v
		)
		SELECT (SELECT array_agg(u.v ORDER BY p.place, u.i) FROM placed p CROSS JOIN LATERAL unnest(p.x) WITH ORDINALITY u (v, i)),
			(SELECT array_agg(coalesce(k.code, -1) ORDER BY f.place, f.i) FROM flat f LEFT JOIN known k ON k.i = f.i AND k.v = f.v),
			array_agg(p.is_current ORDER BY p.place), array_agg(p.y ORDER BY p.place), count(*) FILTER (WHERE NOT p.is_current), count(*) FILTER (WHERE p.is_current),
			coalesce(max(p.total) FILTER (WHERE NOT p.is_current), 0), coalesce(max(p.total) FILTER (WHERE p.is_current), 0)
		FROM placed p $q$, format(v_flat, 'false', reference_rows, split_part(v_in, E'\n', 1)),
		format(v_flat, 'true', current_rows, split_part(v_in, E'\n', 2)))
	INTO numbers, codes, is_current, targets, n_reference, n_current, read_reference, read_current;
	numbers := coalesce(numbers, '{}');
	codes := coalesce(codes, '{}');
END
$$;
COMMENT ON FUNCTION datamon._sample_two(regclass, name, name[], name[], name, tstzrange, tstzrange, int, text, text) IS 'internal';

CREATE FUNCTION datamon.domain_classifier(source regclass, columns name[], reference tstzrange, current tstzrange, sample_rows int DEFAULT 2000,
	time_column name DEFAULT NULL)
RETURNS TABLE (column_name name, kind text, attribution float8, share float8, auc float8, auc_low float8, auc_high float8, is_drift boolean,
	n_reference bigint, n_current bigint, rows_reference bigint, rows_current bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_monitor int;
	v_time name := time_column;
	v_columns name[] := columns;
	v_numbers name[];
	v_codes name[];
	v_other name;
	s record;
	f record;
BEGIN
	IF source IS NULL THEN
		RAISE EXCEPTION 'source must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF reference IS NULL OR current IS NULL OR isempty(reference) OR isempty(current) OR reference && current THEN
		RAISE EXCEPTION 'reference and current must be two times that do not overlap' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Such as ''[2025-01-01,2025-02-01)'' and ''[2025-03-01,2025-03-08)''.';
	END IF;
	IF sample_rows IS NULL OR sample_rows NOT BETWEEN 20 AND 20000 THEN
		RAISE EXCEPTION 'sample_rows must be between 20 and 20000, not %', sample_rows USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is the number of rows of each side that are looked at.';
	END IF;
	-- What is not told is as the monitor has it.
	IF v_time IS NULL OR v_columns IS NULL THEN
		v_monitor := datamon._monitor_of(source);
		SELECT coalesce(v_time, m.time_column) INTO v_time FROM datamon._readable_monitor m WHERE m.monitor_id = v_monitor;
	END IF;
	IF v_columns IS NULL THEN
		SELECT array_agg(c.column_name ORDER BY c.column_no) INTO v_columns FROM datamon._readable_monitored_column c
		WHERE c.monitor_id = v_monitor AND NOT c.from_labels AND c.kind IS NOT NULL AND c.role IN ('feature', 'dimension', 'score', 'prediction', 'metric');
	END IF;
	PERFORM datamon._check_columns(source, v_columns || v_time);
	SELECT array_agg(c.column_name ORDER BY x.i) FILTER (WHERE c.class = 'number'),
		array_agg(c.column_name ORDER BY x.i) FILTER (WHERE c.class IN ('text', 'boolean')),
		min(c.column_name::text) FILTER (WHERE c.class IN ('time', 'other'))
	INTO v_numbers, v_codes, v_other
	FROM unnest(v_columns) WITH ORDINALITY x (name, i) JOIN datamon._relation_columns(source) c ON c.column_name = x.name;
	IF v_other IS NOT NULL OR v_numbers IS NULL AND v_codes IS NULL OR cardinality(v_columns) > 100
		OR cardinality(v_columns) <> (SELECT count(DISTINCT x) FROM unnest(v_columns) x) OR v_time = ANY (v_columns) THEN
		RAISE EXCEPTION 'columns must be 1 to 100 different numbers, texts or booleans%', coalesce(', and not ' || quote_ident(v_other), '')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Times are read from time_column.';
	END IF;
	v_numbers := coalesce(v_numbers, '{}');
	v_codes := coalesce(v_codes, '{}');
	SELECT * INTO s FROM datamon._sample_two(source, v_time, v_numbers, v_codes, NULL, reference, current, sample_rows,
		datamon._qualified(source) || ' s', datamon._qualified(source) || ' s');
	SELECT * INTO f FROM datamon._fit_rows(s.numbers, cardinality(v_numbers), s.codes, cardinality(v_codes), s.is_current);
	RETURN QUERY
		SELECT x.name::name, CASE WHEN x.i <= cardinality(v_numbers) THEN 'number' ELSE 'category' END, f.attribution[x.i], f.attribution[x.i] / nullif(t.total, 0),
			f.quality, f.quality_low, f.quality_high, f.quality > 0.55 AND f.quality - 0.5 > 3 * (f.quality_high - f.quality_low) / 3.92,
			s.n_reference, s.n_current, s.read_reference, s.read_current
		FROM unnest(v_numbers || v_codes) WITH ORDINALITY x (name, i)
		CROSS JOIN (SELECT CASE WHEN abs(sum(a)) > 1e-6 * sum(abs(a)) THEN sum(a) END AS total FROM unnest(f.attribution) a) t
		ORDER BY abs(f.attribution[x.i]) DESC NULLS LAST, x.i;
END
$$;
COMMENT ON FUNCTION datamon.domain_classifier(regclass, name[], tstzrange, tstzrange, int, name)
	IS 'are the rows of two times told apart by all columns together: held-out AUC of a logistic regression, and what each column adds to it';

/*
 * Which input moved the score (docs/explanations.md): the model that a source's
 * scores come from, or a surrogate of it, asked about rows of both sides.
 */
CREATE TABLE datamon.bound_model (
	monitor_id int PRIMARY KEY REFERENCES datamon.monitor ON DELETE CASCADE,
	name text NOT NULL,
	version text
);
COMMENT ON TABLE datamon.bound_model IS 'which model the scores of a source come from';
SELECT pg_catalog.pg_extension_config_dump('datamon.bound_model', '');
CREATE VIEW datamon._own_bound_model WITH (security_barrier) AS
	SELECT monitor_id, name, version FROM datamon.bound_model
	WHERE monitor_id IN (SELECT o.monitor_id FROM datamon._own_monitor o)
	WITH CHECK OPTION;
COMMENT ON VIEW datamon._own_bound_model IS 'internal';
GRANT SELECT, INSERT, UPDATE, DELETE ON datamon._own_bound_model TO PUBLIC;

CREATE FUNCTION datamon.bind_model(source regclass, name text, version text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_monitor int;
	v_missing text;
BEGIN
	SELECT m.monitor_id INTO v_monitor FROM datamon._own_monitor m WHERE m.source = bind_model.source;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'you do not watch %', coalesce(datamon._qualified(source), source::oid::text, 'NULL') USING ERRCODE = 'undefined_object',
			HINT = 'datamon.monitors lists what is watched, and who owns it.';
	END IF;
	IF name IS NULL THEN
		DELETE FROM datamon._own_bound_model b WHERE b.monitor_id = v_monitor;
		RETURN;
	END IF;
	SELECT min(f) INTO v_missing FROM unnest(datamon.feature_names(datamon.get_model(name, version))) f
	WHERE f NOT IN (SELECT c.column_name FROM datamon._relation_columns(source) c);
	IF v_missing IS NOT NULL THEN
		RAISE EXCEPTION '% has no column "%", which is a feature of the model', datamon._qualified(source), v_missing USING ERRCODE = 'undefined_column',
			HINT = 'Features are columns of the same names: watch a view that gives them these.';
	END IF;
	INSERT INTO datamon._own_bound_model (monitor_id, name, version) VALUES (v_monitor, bind_model.name, bind_model.version)
	ON CONFLICT (monitor_id) DO UPDATE SET name = excluded.name, version = excluded.version;
END
$$;
COMMENT ON FUNCTION datamon.bind_model(regclass, text, text)
	IS 'says which imported model a source''s scores come from; without a version the one imported last, without a name none';

/*
 * Some rows of a time as an item of FROM named s, without reading many: all of few
 * rows, else runs of rows at 50 times spread over it.  NULL without an index that leads with time, unless the
 * table is small.
 */
CREATE FUNCTION datamon._spread_rows(source regclass, time_column name, during tstzrange, last_bucket timestamptz, n bigint, sample_rows int) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_at text := datamon._time_expression(source, time_column, 's');
	v_from text := datamon._qualified(source);
	v_span interval := last_bucket - lower(during);
	v_indexed boolean := datamon._has_index_on(source, time_column);
	v_small boolean;
BEGIN
	SELECT bool_and(c.relkind IN ('r', 'm')) AND sum(datamon._table_size(c.oid)) < 67108864 INTO v_small
	FROM pg_class c WHERE c.oid IN (SELECT t.relid FROM pg_partition_tree(source) t WHERE t.isleaf) OR c.oid = source AND c.relkind <> 'p';
	IF NOT v_indexed AND v_small IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	IF NOT v_indexed OR n <= 2 * sample_rows THEN
		RETURN v_from || ' s';
	END IF;
	RETURN format($q$(SELECT r.* FROM generate_series(0, 49) i CROSS JOIN LATERAL (SELECT s.* FROM %s s WHERE %s >= %L::timestamptz + %L::interval * ((i * 2 + 1) / 100.0)
			AND %2$s < %3$L::timestamptz + %4$L::interval * ((i * 2 + 3) / 100.0) ORDER BY %2$s LIMIT %5$s) r) s$q$,
		v_from, v_at, lower(during), v_span, ceil(sample_rows / 50.0));
END
$$;
COMMENT ON FUNCTION datamon._spread_rows(regclass, name, tstzrange, timestamptz, bigint, int) IS 'internal';

/*
 * As the monitor's owner (src/worker/as_owner.c): {"model": ..., "rows": [...]} of
 * an alert on a score or prediction, or {"note": why not}.
 */
CREATE FUNCTION datamon._score_shift(alert_id bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	q datamon._question := datamon._alert_question(alert_id);
	m record;
	b record;
	f record;
	s record;
	v_model datamon.model;
	v_before datamon.shap_summary;
	v_now datamon.shap_summary;
	v_rows text[];
	v_in text[];
	v_n bigint[];
	v_numbers name[];
	v_codes name[];
	v_fits float8;
	v_most CONSTANT int := 2000;
BEGIN
	SELECT x.*, c.role, r.type_oid INTO m
	FROM datamon._own_monitor x JOIN datamon._own_monitored_column c ON c.monitor_id = x.monitor_id AND c.column_no = q.column_no
	JOIN datamon._relation_columns(x.source) r ON r.column_name = c.column_name
	WHERE x.monitor_id = q.monitor_id AND c.role IN ('score', 'prediction') AND NOT c.from_labels AND q.rule IN ('drift', 'category_drift');
	-- A surrogate is of numbers.
	IF NOT FOUND OR q.rule <> 'drift' AND NOT EXISTS (SELECT FROM datamon._own_bound_model x WHERE x.monitor_id = q.monitor_id) THEN
		RETURN NULL;
	END IF;
	PERFORM datamon._check_watchable(m.source);
	SELECT array_agg(w.n ORDER BY w.i), array_agg(datamon._spread_rows(m.source, m.time_column, w.during, w.last_at, w.n, v_most) ORDER BY w.i),
		array_agg(format('%1$s >= %2$L::timestamptz AND %1$s < %3$L::timestamptz', datamon._time_expression(m.source, m.time_column, 's'), w.first_at, w.last_at)
			|| coalesce((SELECT string_agg(format(' AND to_jsonb(s.%I) IS NOT DISTINCT FROM %L::jsonb', k.key, nullif(k.value, 'null')), '') FROM jsonb_each(q.key) k), '')
			ORDER BY w.i)
	INTO v_n, v_rows, v_in
	FROM (
		SELECT v.i, v.during, greatest(lower(v.during), '4713-01-01 BC') AS first_at, v.last_at, (SELECT z.n FROM datamon._summarize(q.monitor_id, v.during, '{}') z) AS n
		FROM (VALUES (1, q.reference, upper(q.reference)), (2, q.during, q.last_bucket + q.bucket)) v (i, during, last_at)) w;
	IF v_rows[1] IS NULL OR v_rows[2] IS NULL THEN
		RETURN jsonb_build_object('note', format('inputs were not read: no index leads with %I', m.time_column));
	END IF;
	SELECT x.* INTO b FROM datamon._own_bound_model x WHERE x.monitor_id = q.monitor_id;
	IF FOUND THEN
		v_model := datamon.get_model(b.name, b.version);
		EXECUTE format('SELECT datamon.mean_abs_shap($1, to_jsonb(s)) FROM (SELECT s.* FROM %s WHERE %s LIMIT %s) s', v_rows[1], v_in[1], v_most)
		INTO v_before USING v_model;
		EXECUTE format('SELECT datamon.mean_abs_shap($1, to_jsonb(s)) FROM (SELECT s.* FROM %s WHERE %s LIMIT %s) s', v_rows[2], v_in[2], v_most)
		INTO v_now USING v_model;
		-- Is it the model of these scores?
		IF m.role = 'score' AND datamon._model_outputs(v_model) = 1 THEN
			EXECUTE format('SELECT corr(datamon.predict($1, to_jsonb(s)), s.%I::float8) ^ 2 FROM (SELECT s.* FROM %s WHERE %s LIMIT 500) s', q.column_name, v_rows[2], v_in[2])
			INTO v_fits USING v_model;
		END IF;
		RETURN jsonb_build_object('model', format('model %s%s', b.name, coalesce(' ' || b.version, '')), 'rows', (
			SELECT jsonb_agg(jsonb_build_object('output', d.output, 'feature', d.feature, 'shift', d.shift, 'now', d.mean_abs_current, 'before', d.mean_abs_baseline)
				ORDER BY d.output, abs(d.shift) DESC) FROM datamon.shap_drift(v_before, v_now) d),
			'n', datamon.count(v_now), 'n_before', datamon.count(v_before), 'unused', datamon.unused_count(v_now) + datamon.unused_count(v_before), 'fits', v_fits);
	END IF;
	SELECT array_agg(c.column_name ORDER BY c.column_no) FILTER (WHERE r.class = 'number'), array_agg(c.column_name ORDER BY c.column_no) FILTER (WHERE r.class <> 'number')
	INTO v_numbers, v_codes
	FROM datamon._own_monitored_column c JOIN datamon._relation_columns(m.source) r ON r.column_name = c.column_name
	WHERE c.monitor_id = q.monitor_id AND NOT c.from_labels AND c.role IN ('feature', 'dimension') AND r.class IN ('number', 'text', 'boolean');
	IF v_numbers IS NULL AND v_codes IS NULL THEN
		RETURN NULL;
	END IF;
	v_numbers := coalesce(v_numbers[1:40], '{}');
	v_codes := coalesce(v_codes[1:8], '{}');
	SELECT * INTO s FROM datamon._sample_two(m.source, m.time_column, v_numbers, v_codes, q.column_name, tstzrange(NULL, NULL), tstzrange(NULL, NULL), v_most,
		format('(SELECT s.* FROM %s WHERE %s LIMIT %s) s', v_rows[1], v_in[1], v_most), format('(SELECT s.* FROM %s WHERE %s LIMIT %s) s', v_rows[2], v_in[2], v_most));
	SELECT * INTO f FROM datamon._fit_rows(s.numbers, cardinality(v_numbers), s.codes, cardinality(v_codes), s.is_current, s.targets);
	IF f.quality IS NULL OR f.quality < 0.5 THEN
		RETURN jsonb_build_object('note', format('no model is bound to the source, and a linear surrogate explains only %s %% of the score on rows it has not seen: not told',
			datamon._short(100 * greatest(f.quality, 0))));
	END IF;
	RETURN jsonb_build_object('model', format('linear surrogate, R2 %s on rows it has not seen', round(f.quality::numeric, 2)), 'rows', (
		SELECT jsonb_agg(jsonb_build_object('feature', u.name, 'shift', u.shift, 'now', u.now, 'before', u.before) ORDER BY abs(u.shift) DESC)
		FROM unnest((v_numbers || v_codes)::text[], f.attribution, f.mean_abs_current, f.mean_abs_reference) u (name, shift, now, before)),
		'n', s.n_current, 'n_before', s.n_reference, 'unused', 0);
END
$$;
COMMENT ON FUNCTION datamon._score_shift(bigint) IS 'internal';

CREATE FUNCTION datamon._score_shift_as_owner(monitor_id int, alert_id bigint) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'datamon_score_shift_as_owner' LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION datamon._score_shift_as_owner(int, bigint) IS 'internal';

/* For members of the owner; an error of what is read is told, and stops no explanation. */
CREATE FUNCTION datamon._alert_inputs(q datamon._question)
RETURNS TABLE (breakdown text, name text, contribution float8, detail text)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	j jsonb;
BEGIN
	IF NOT EXISTS (SELECT FROM datamon._member_monitor m WHERE m.monitor_id = q.monitor_id)
		OR NOT EXISTS (SELECT FROM datamon._readable_monitored_column c WHERE c.monitor_id = q.monitor_id AND c.column_no = q.column_no
			AND c.role IN ('score', 'prediction')) THEN
		RETURN;
	END IF;
	BEGIN
		j := datamon._score_shift_as_owner(q.monitor_id, q.alert_id);
	EXCEPTION WHEN OTHERS THEN
		j := jsonb_build_object('note', left('inputs could not be read: ' || SQLERRM, 300));
	END;
	RETURN QUERY
		SELECT 'note', '(not told)', NULL::float8, j ->> 'note' WHERE j ? 'note'
		UNION ALL
		SELECT (j ->> 'model') || CASE WHEN max(r.output) OVER () > 1 THEN ', output ' || r.output ELSE '' END, r.feature, r.shift,
			format('mean |SHAP| %s, %s before; %s rows, %s before%s%s', datamon._short(r.now), datamon._short(r.before), j ->> 'n', j ->> 'n_before',
				CASE WHEN (j ->> 'unused')::bigint > 0 THEN format(', %s left out', j ->> 'unused') ELSE '' END,
				CASE WHEN j -> 'fits' <> 'null' THEN format('; what it predicts has R2 %s with the score', round((j ->> 'fits')::numeric, 2))
					|| CASE WHEN (j ->> 'fits')::float8 < 0.5 THEN ': is it the model of these scores?' ELSE '' END ELSE '' END)
		FROM jsonb_to_recordset(coalesce(j -> 'rows', '[]')) r (output int, feature text, shift float8, now float8, before float8);
END
$$;
COMMENT ON FUNCTION datamon._alert_inputs(datamon._question) IS 'internal';
