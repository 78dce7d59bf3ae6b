/*
 * Why a prediction is what it is, when the model itself is not at hand: a
 * linear model of the predictions of rows like it (src/stats/local_linear.h).
 */

CREATE FUNCTION datamon._local_linear(y float8[], x float8[], at float8[], is_category boolean[], width float8, ridge float8)
RETURNS TABLE (place int, coefficient float8, contribution float8, base_value float8, local_prediction float8, fidelity float8,
	effective_rows float8)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 20
AS 'MODULE_PATHNAME', 'datamon_local_linear';
COMMENT ON FUNCTION datamon._local_linear(float8[], float8[], float8[], boolean[], float8, float8) IS 'internal';

/* The columns that explain_instance() takes where the caller names none: those of a monitor that he may see. */
CREATE FUNCTION datamon._explained_columns(source regclass, INOUT prediction name, INOUT features name[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_monitor int := (SELECT max(m.monitor_id) FROM datamon._readable_monitor m WHERE m.source = $1);
BEGIN
	IF v_monitor IS NULL AND (prediction IS NULL OR features IS NULL) THEN
		RAISE EXCEPTION 'nothing tells which columns of % are prediction and features', source
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name them: prediction => ''score'', features => ''{age,income}''; or datamon.watch() it first.';
	END IF;
	$2 := coalesce($2, (SELECT c.column_name FROM datamon._readable_monitored_column c
		WHERE c.monitor_id = v_monitor AND NOT c.from_labels AND c.role IN ('score', 'prediction')
		ORDER BY c.role = 'prediction', c.column_no LIMIT 1));
	IF $2 IS NULL THEN
		RAISE EXCEPTION '% has no prediction or score', source USING ERRCODE = 'undefined_column',
			HINT = 'Name the column: prediction => ''score''.';
	END IF;
	$3 := coalesce($3, ARRAY(SELECT c.column_name FROM datamon._readable_monitored_column c
		WHERE c.monitor_id = v_monitor AND NOT c.from_labels AND c.role IN ('feature', 'dimension') AND c.column_name <> $2
		ORDER BY c.column_no LIMIT 100));
END
$$;
COMMENT ON FUNCTION datamon._explained_columns(regclass, name, name[]) IS 'internal';

CREATE FUNCTION datamon.explain_instance(source regclass, "row" jsonb, prediction name DEFAULT NULL, features name[] DEFAULT NULL,
	max_rows int DEFAULT 5000, kernel_width float8 DEFAULT NULL, ridge float8 DEFAULT 1, min_fidelity float8 DEFAULT 0.5)
RETURNS TABLE (feature name, value text, contribution float8, coefficient float8, base_value float8, local_prediction float8,
	prediction_value float8, fidelity float8, n_used bigint, n_unused bigint, reason text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
	v_bad text;
	v_target text;
	v_names name[];
	v_category boolean[];
	v_values text[];
BEGIN
	IF source IS NULL OR "row" IS NULL OR max_rows IS NULL OR ridge IS NULL OR min_fidelity IS NULL THEN
		RAISE EXCEPTION 'source, row, max_rows, ridge and min_fidelity must not be null' USING ERRCODE = 'null_value_not_allowed';
	ELSIF jsonb_typeof("row") <> 'object' THEN
		RAISE EXCEPTION 'row must be a JSON object' USING ERRCODE = 'invalid_parameter_value', HINT = 'Such as to_jsonb(t) of a row t.';
	ELSIF max_rows NOT BETWEEN 1 AND 50000 OR NOT ridge BETWEEN 0 AND 1e100 OR NOT coalesce(kernel_width, 1) BETWEEN 1e-3 AND 1e6 THEN
		RAISE EXCEPTION 'max_rows is 1 to 50000, ridge 0 to 1e100, kernel_width 0.001 to 1e6' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'kernel_width is in standard deviations; the default is 0.75 times the root of the number of features.';
	END IF;
	SELECT c.prediction, c.features INTO prediction, features FROM datamon._explained_columns(source, prediction, features) c;
	SELECT x INTO v_bad FROM unnest(features || prediction) x
	WHERE NOT EXISTS (SELECT FROM datamon._relation_columns(source) c WHERE c.column_name = x) LIMIT 1;
	IF v_bad IS NOT NULL THEN
		RAISE EXCEPTION '% has no column "%"', source, v_bad USING ERRCODE = 'undefined_column', HINT = 'Name columns as the table has them.';
	ELSIF cardinality(features) NOT BETWEEN 1 AND 100 THEN
		RAISE EXCEPTION 'there must be 1 to 100 features, and not %', cardinality(features) USING ERRCODE = 'invalid_parameter_value',
			HINT = 'features => names the ones that matter.';
	END IF;
	SELECT CASE c.class WHEN 'number' THEN format('s.%I::float8', prediction) WHEN 'boolean' THEN format('s.%I::int::float8', prediction) END
	INTO v_target FROM datamon._relation_columns(source) c WHERE c.column_name = prediction;
	SELECT x INTO v_bad FROM unnest(features) x JOIN datamon._relation_columns(source) c ON c.column_name = x WHERE c.class IN ('time', 'other') LIMIT 1;
	IF v_target IS NULL OR v_bad IS NOT NULL THEN
		RAISE EXCEPTION 'column "%" is neither a number nor %', coalesce(v_bad, prediction), CASE WHEN v_target IS NULL THEN 'boolean' ELSE 'a category' END
			USING ERRCODE = 'datatype_mismatch', HINT = 'Of several classes, explain the score of one.';
	END IF;
	-- What the row has no value of explains nothing of it.
	SELECT array_agg(x.name ORDER BY x.no), array_agg(c.class <> 'number' ORDER BY x.no), array_agg("row" ->> x.name::text ORDER BY x.no)
	INTO v_names, v_category, v_values
	FROM unnest(features) WITH ORDINALITY x (name, no) JOIN datamon._relation_columns(source) c ON c.column_name = x.name
	WHERE "row" ->> x.name::text IS NOT NULL AND (c.class <> 'number' OR "row" ->> x.name::text NOT IN ('NaN', 'Infinity', '-Infinity'));
	RETURN QUERY EXECUTE format($q$
		WITH drawn AS (
			SELECT %s AS y, ARRAY[%s]::float8[] AS x FROM %s
		), good AS (
			SELECT array_agg(d.y) FILTER (WHERE d.fits) AS y, array_agg(d.x) FILTER (WHERE d.fits) AS x,
				count(*) FILTER (WHERE d.fits) AS n, count(*) FILTER (WHERE d.fits IS NOT TRUE) AS unused
			FROM (SELECT d.*, abs(d.y) < 1e100 AND (SELECT bool_and(coalesce(abs(v) < 1e100, false)) FROM unnest(d.x) v) AS fits FROM drawn d) d
		), model AS (
			SELECT f.* FROM good g, datamon._local_linear(g.y, g.x, $3, $2, $5, $6) f
		)
		SELECT f.name, $7 ->> f.name::text, CASE WHEN m.fidelity >= $8 THEN m.contribution END, CASE WHEN m.fidelity >= $8 THEN m.coefficient END,
			m.base_value, m.local_prediction, $9, m.fidelity, g.n, g.unused,
			CASE WHEN m.place IS NULL AND f.no IS NULL THEN 'the row has no value of it'
				WHEN m.fidelity IS NULL THEN 'too few rows are like it, or their predictions do not vary'
				WHEN m.fidelity < $8 THEN 'no linear model predicts its neighbourhood: fidelity is below ' || $8 END
		FROM (SELECT a.name, array_position($1, a.name) AS no, a.o FROM unnest($4) WITH ORDINALITY a (name, o)) f
		CROSS JOIN good g
		LEFT JOIN model m ON m.place = f.no
		ORDER BY abs(CASE WHEN m.fidelity >= $8 THEN m.contribution END) DESC NULLS LAST, f.o$q$,
		v_target, (SELECT string_agg(CASE WHEN c THEN format('(to_jsonb(s.%I) #>> ''{}'' IS NOT DISTINCT FROM %L)::int', n, v) ELSE format('s.%I', n) END, ', ' ORDER BY o)
			FROM unnest(v_names, v_category, v_values) WITH ORDINALITY u (n, c, v, o)), datamon._sampled(source, max_rows))
	USING v_names, v_category, ARRAY(SELECT CASE WHEN c THEN 1 ELSE v::float8 END FROM unnest(v_category, v_values) WITH ORDINALITY u (c, v, o) ORDER BY o),
		features, coalesce(kernel_width, 0.75 * sqrt(cardinality(v_names))), ridge, "row", min_fidelity,
		CASE WHEN "row" ->> prediction::text IN ('true', 'false') THEN ("row" ->> prediction::text)::boolean::int::float8
			ELSE ("row" ->> prediction::text)::float8 END;
END
$$;
COMMENT ON FUNCTION datamon.explain_instance(regclass, jsonb, name, name[], int, float8, float8, float8)
	IS 'what each feature adds to the prediction of a row, by a linear model of the predictions of rows like it (LIME)';
