/* Whether a foreign key says that a column's values name rows of another table. */
CREATE FUNCTION datamon._is_reference(relation regclass, column_name name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
		WHERE k.conrelid = $1 AND k.contype = 'f' AND a.attname = $2 AND k.confrelid <> $1)
$$;
COMMENT ON FUNCTION datamon._is_reference(regclass, name) IS 'internal';

/*
 * Whether a column is named like a code: by what it ends in, or what it names,
 * and by no word of a measure.
 */
CREATE FUNCTION datamon._is_code_name(column_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT (x.n ~ '(^|_)(p?class|id|code|cd|key|no|nr|type|kind|category|cat|categ|group|grp|bucket_id|segment|cluster|status|state|region|zone|district|sector|store|shop|branch|outlet|site|plant|warehouse|terminal|client|customer|cust|merchant|vendor|supplier|seller|partner|tenant|product|item|sku|brand|channel|campaign|device|sensor|machine|host|server|node|model|carrier|airline|airport|origin|dest|country|city|county|province|zip|zipcode|postcode|department|dept|team|agent|colou?r|gender|sex|race|season|weather|weathersit|weather_?code|language|lang|currency|plan|variant|version)$'
		OR x.n ~ '[a-z](ID|Id)$')
		AND x.n !~ '(^|_)(n|num|count|cnt|number_of|nof|total|sum|avg|mean|amount|amt|qty|quantity|price|cost|fare|fee|age|years?|months?|days?|hours?|minutes?|seconds?|duration|distance|length|height|weight|size|score|rate|ratio|pct|percent|balance|income|delay|temp|speed|rank)(_|$)'
	FROM (SELECT CASE WHEN $1 ~ '[a-z](ID|Id)$' THEN $1::text ELSE lower($1::text) END AS n) x
$$;
COMMENT ON FUNCTION datamon._is_code_name(name) IS 'internal';

/*
 * The role of every column.  Named columns win; an empty name says "there is
 * none"; the rest is guessed, each with its reason.
 */
CREATE FUNCTION datamon._guess_roles(source regclass, time_column name, prediction name, score name, label name, id name,
	model_version name, dimensions name[], features name[])
RETURNS TABLE (column_no int, column_name name, role text, kind text, two_valued boolean, reason text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH sample AS MATERIALIZED (
		SELECT s.*, s.values_seen::float8 / greatest(s.nonnull, 1) AS variety,
			s.class = 'boolean' OR s.class = 'number' AND (s.zero_one OR s.nonnull = 0) AS two_valued,
			CASE WHEN s.class = 'number' AND NOT s.zero_one THEN 'number' WHEN s.class = 'other' THEN NULL ELSE 'category' END
				AS own_kind
		FROM (
			-- A code: whole numbers that a name or a foreign key says mean something else, and no measure.
			SELECT s.*, s.total_rows / nullif(s.estimated_values, 0) AS rows_per_value,
				s.whole AND NOT s.zero_one AND s.lo >= -1 AND s.values_seen >= 2 AND s.calendar IS NULL AND (s.values_seen <= 20 OR s.trend IS NULL OR s.trend < 0.9)
					AND (datamon._is_reference($1, s.column_name) OR datamon._is_code_name(s.column_name)) AS code,
				datamon._is_reference($1, s.column_name) OR datamon._is_code_name(s.column_name) AS named
			FROM datamon._sample($1, $2) s) s
	), free AS (
		SELECT s.* FROM sample s
		WHERE s.column_name IS DISTINCT FROM $2 AND s.class NOT IN ('time', 'other')
			AND s.column_name <> ALL (coalesce($8, '{}') || coalesce($9, '{}')
				|| array_remove(ARRAY[$3, $4, $5, $6, $7], NULL))
	), pick_id AS (
		SELECT coalesce($6, (
			SELECT f.column_name FROM free f
			WHERE datamon._is_unique($1, ARRAY[f.column_name])
				OR f.column_name ~* '(^|_)(id|uuid|guid|key)$' AND (f.variety >= 0.95 OR f.nonnull = 0)
			ORDER BY datamon._is_unique($1, ARRAY[f.column_name]) DESC, f.column_name ~* '(^|_)(id|uuid|guid|key)$' DESC,
				f.column_no
			LIMIT 1)) AS name
	), pick_version AS (
		SELECT coalesce($7, (
			SELECT f.column_name FROM free f
			WHERE f.class = 'text' AND f.column_name ~* '(model.*version|version.*model|^model(_name)?$|^version$)'
			ORDER BY f.column_no LIMIT 1)) AS name
	), pick_score AS (
		SELECT coalesce($4, (
			SELECT f.column_name FROM free f
			WHERE f.class = 'number' AND f.column_name ~* '(score|prob|confidence|likelihood)'
				AND coalesce(f.lo >= 0 AND f.hi <= 1, true) AND NOT (f.zero_one AND f.nonnull > 20)
			ORDER BY f.column_name ~* '^(score|prob|probability|proba)$' DESC, f.column_no LIMIT 1)) AS name
	), pick_prediction AS (
		SELECT coalesce($3, (
			SELECT f.column_name FROM free f CROSS JOIN pick_score p
			WHERE f.column_name IS DISTINCT FROM p.name AND f.column_name ~* '(^pred|_pred$|predict|^y_?hat$|^decision$|classified)'
				AND f.column_name !~* '(id|version)$'
			ORDER BY f.two_valued DESC, f.column_no LIMIT 1)) AS name
	), pick_label AS (
		SELECT coalesce($5, (
			SELECT f.column_name FROM free f CROSS JOIN pick_prediction p
			WHERE f.column_name IS DISTINCT FROM p.name
				AND f.column_name ~* '^(label|actual|target|truth|ground_truth|outcome|y|y_true|.*_label|actual_.*|is_correct_label)$'
			ORDER BY f.two_valued DESC, f.column_no LIMIT 1)) AS name
	), decided AS (
		SELECT s.*, d.role, d.reason
		FROM sample s
		CROSS JOIN pick_id i CROSS JOIN pick_version v CROSS JOIN pick_score c CROSS JOIN pick_prediction p
		CROSS JOIN pick_label l
		CROSS JOIN LATERAL (
			SELECT * FROM (VALUES
				(1, s.column_name = $2, 'time', 'time of the event'),
				(2, s.column_name = i.name, 'id', CASE WHEN $6 IS NOT NULL THEN 'names a row: not profiled'
					WHEN datamon._is_unique($1, ARRAY[s.column_name]) THEN 'unique index: names a row, not profiled'
					ELSE 'named like an id, a value of its own in every row: not profiled' END),
				(3, s.column_name = p.name, 'prediction', CASE WHEN $3 IS NOT NULL THEN 'as told' ELSE 'named like a prediction' END),
				(4, s.column_name = c.name, 'score', CASE WHEN $4 IS NOT NULL THEN 'as told'
					ELSE 'named like a score, between 0 and 1' END),
				(5, s.column_name = l.name, 'label', CASE WHEN $5 IS NOT NULL THEN 'as told' ELSE 'named like a label' END),
				(6, s.column_name = v.name, 'model_version', CASE WHEN $7 IS NOT NULL THEN 'as told'
					ELSE 'named like a model version' END),
				(7, s.column_name = ANY ($8), 'dimension', 'as told'),
				(8, s.column_name = ANY ($9), 'feature', 'as told'),
				(9, s.class = 'other', 'ignored', 'its type is not one that is profiled'),
				(10, s.class = 'time', 'ignored', 'another time than the event''s'),
				(11, s.calendar IS NOT NULL, 'calendar', format('follows the calendar (%s of %s): not profiled', s.calendar, $2)),
				(12, s.column_name ~* '^(year|quarter|month|week|day|dow|weekday|day_of_week|day_of_month|day_of_year|hour|minute)$'
					AND s.width <= 9, 'calendar', 'named like a part of a date: not profiled'),
				(12.5, $8 IS NULL AND s.nonnull >= 20 AND (s.code OR s.class = 'text' AND s.values_seen > 200 AND s.width <= 40 AND s.spaces <= 3)
					AND s.estimated_values <= 50000 AND s.rows_per_value >= CASE WHEN s.named THEN 20 ELSE 100 END, 'dimension',
					format('%s%s values in a sample of %s rows, some %s rows each: numbers are kept for each',
						CASE WHEN s.code THEN 'a code: ' ELSE '' END, s.values_seen, s.n, round(s.rows_per_value))),
				(13, s.class = 'text' AND s.nonnull >= 20 AND s.variety > 0.5, 'ignored',
					format('free text or an id: %s values in %s rows, not profiled', s.values_seen, s.nonnull)),
				(14, s.column_name ~* '(^|_)(id|uuid|guid)$' AND s.class = 'number' AND s.values_seen > 200, 'ignored',
					'named like an id: not profiled'),
				(15, s.class = 'text' AND s.values_seen > 1000, 'ignored',
					format('%s values in a sample of %s rows: too many to count', s.values_seen, s.n)),
				(16, $8 IS NULL AND s.class IN ('text', 'boolean') AND s.values_seen BETWEEN 2 AND 200
					AND s.values_seen <= s.nonnull / 20.0, 'dimension',
					format('%s values in a sample of %s rows: numbers are kept for each', s.values_seen, s.n)),
				(17, $9 IS NOT NULL, 'ignored', 'not among the features named'),
				(18, s.class = 'number', 'feature', CASE WHEN s.nonnull = 0 THEN 'number'
					ELSE format('number from %s to %s', s.lo::numeric, s.hi::numeric) END),
				(19, true, 'feature', CASE WHEN s.nonnull = 0 THEN 'no rows to tell: taken as a category'
					ELSE format('%s value%s in a sample of %s rows', s.values_seen, CASE s.values_seen WHEN 1 THEN '' ELSE 's' END, s.n) END)
			) x (rank, applies, role, reason)
			WHERE x.applies
			ORDER BY x.rank LIMIT 1) d
	)
	SELECT d.column_no, d.column_name,
		CASE WHEN d.role = 'dimension' AND $8 IS NULL AND d.place > 12 THEN 'feature' ELSE d.role END,
		CASE WHEN d.role IN ('time', 'id', 'calendar', 'ignored') THEN NULL
			-- Of that many values no profile counts each.
			WHEN d.role = 'dimension' AND d.estimated_values > 1000 AND d.nonnull > 0 THEN NULL
			WHEN d.role IN ('dimension', 'model_version') THEN 'category'
			WHEN d.role IN ('prediction', 'label') AND d.own_kind = 'number' AND d.values_seen BETWEEN 1 AND 20 THEN 'category'
			WHEN d.class = 'time' THEN NULL
			WHEN d.role IN ('prediction', 'label') AND d.two_valued THEN 'category'
			ELSE d.own_kind END,
		d.role IN ('prediction', 'label') AND d.two_valued,
		CASE WHEN d.role = 'dimension' AND $8 IS NULL AND d.place > 12
			THEN d.reason || ', but twelve others have fewer values' ELSE d.reason END
	FROM (SELECT *, row_number() OVER (PARTITION BY decided.role ORDER BY nonnull < 0.5 * n, estimated_values, decided.column_no) AS place
		FROM decided) d
	ORDER BY d.column_no
$$;
COMMENT ON FUNCTION datamon._guess_roles(regclass, name, name, name, name, name, name, name[], name[]) IS 'internal';

/* Raises 42703 for names that are not columns of the relation. */
CREATE FUNCTION datamon._check_columns(relation regclass, column_names name[]) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	missing name;
BEGIN
	SELECT x INTO missing
	FROM unnest(column_names) x
	WHERE x <> '' AND x NOT IN (SELECT c.column_name FROM datamon._relation_columns(relation) c)
	LIMIT 1;
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION 'column "%" of % does not exist', missing, datamon._qualified(relation)
			USING ERRCODE = 'undefined_column',
			HINT = (SELECT 'Its columns: ' || string_agg(c.column_name, ', ' ORDER BY c.column_no)
				FROM datamon._relation_columns(relation) c);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._check_columns(regclass, name[]) IS 'internal';
