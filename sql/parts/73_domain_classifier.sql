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
 * all others; -1 is missing.  NULL counts where a side is short.
 */
CREATE FUNCTION datamon._sample_two(source regclass, time_column name, number_columns name[], code_columns name[], target name,
	reference tstzrange, current tstzrange, sample_rows int,
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
		FROM %6$s s WHERE %7$s AND (%4$s) IS DISTINCT FROM 'nan'::float8
		ORDER BY h, tie LIMIT %8$s $q$, v_row,
		coalesce((SELECT string_agg(format('coalesce(s.%I::float8, ''nan'')', c), ', ' ORDER BY i) FROM unnest(number_columns) WITH ORDINALITY x (c, i)), ''),
		coalesce((SELECT string_agg(format('left(s.%I::text, 200)', c), ', ' ORDER BY i) FROM unnest(code_columns) WITH ORDINALITY x (c, i)), ''),
		CASE WHEN target IS NULL THEN '0::float8' ELSE format('coalesce(s.%I::float8, ''nan'')', target) END, '%s', datamon._qualified(source), '%s', sample_rows);
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
		FROM placed p $q$, format(v_flat, 'false', split_part(v_in, E'\n', 1)), format(v_flat, 'true', split_part(v_in, E'\n', 2)))
	INTO numbers, codes, is_current, targets, n_reference, n_current, read_reference, read_current;
	numbers := coalesce(numbers, '{}');
	codes := coalesce(codes, '{}');
END
$$;
COMMENT ON FUNCTION datamon._sample_two(regclass, name, name[], name[], name, tstzrange, tstzrange, int) IS 'internal';

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
	SELECT * INTO s FROM datamon._sample_two(source, v_time, v_numbers, v_codes, NULL, reference, current, sample_rows);
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
