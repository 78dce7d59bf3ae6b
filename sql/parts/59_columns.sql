/*
 * Columns that were dropped, renamed, or given a type that cannot be read since
 * watch(): told before anything is read.
 */

/* The first such column, and as what it cannot be read; type is NULL where it is gone. */
CREATE FUNCTION datamon._unreadable_column(monitor_id int, OUT relation regclass, OUT column_name name, OUT reading text, OUT type regtype)
RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH used AS MATERIALIZED (
		SELECT CASE WHEN c.from_labels THEN m.labels ELSE m.source END AS relation, c.from_labels, c.column_name, c.column_no,
			CASE WHEN c.column_name = CASE WHEN c.from_labels THEN m.label_time_column ELSE m.time_column END THEN 'time'
				WHEN c.kind = 'number' THEN 'number'
				-- What performance is made of.
				WHEN c.two_valued THEN 'class'
				ELSE 'category' END AS reading,
			array_position(CASE WHEN c.from_labels THEN m.label_keys ELSE m.source_keys END, c.column_name) AS key_no,
			c.column_no IS NOT NULL OR c.column_name = CASE WHEN c.from_labels THEN m.label_time_column ELSE m.time_column END
				OR d.dimension_no IS NOT NULL AS is_read,
			d.type AS dimension_type
		FROM datamon._own_monitored_column c
		JOIN datamon._own_monitor m USING (monitor_id)
		LEFT JOIN datamon._own_dimension d ON d.monitor_id = c.monitor_id AND d.column_name = c.column_name AND NOT c.from_labels
		WHERE c.monitor_id = $1
	), found AS MATERIALIZED (
		SELECT u.*, t.oid AS type_oid, t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype, 'float8'::regtype,
				'numeric'::regtype) AS is_number,
			CASE WHEN t.oid IN ('varchar'::regtype, 'bpchar'::regtype, 'name'::regtype) THEN 'text'::regtype::oid ELSE t.oid END AS compared_as
		FROM used u
		LEFT JOIN pg_attribute a ON a.attrelid = u.relation AND a.attname = u.column_name AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_type d ON d.oid = a.atttypid
		LEFT JOIN pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
		WHERE u.is_read OR u.key_no IS NOT NULL
	)
	SELECT f.relation, f.column_name, x.reading, f.type_oid::regtype
	FROM found f
	CROSS JOIN LATERAL (SELECT CASE
		WHEN f.type_oid IS NULL THEN ''
		WHEN f.is_read AND (f.reading = 'time' AND f.type_oid NOT IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
			OR f.reading = 'number' AND NOT f.is_number
			OR f.reading = 'class' AND NOT f.is_number AND f.type_oid <> 'bool'::regtype) THEN f.reading
		-- The same number of another type would be numbered once more, as another value.
		WHEN f.is_number AND f.type_oid <> f.dimension_type AND f.dimension_type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
				'float4'::regtype, 'float8'::regtype, 'numeric'::regtype)
			AND NOT (f.type_oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
				AND f.dimension_type IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)) THEN 'dimension of type ' || f.dimension_type
		WHEN EXISTS (SELECT FROM found o WHERE o.from_labels <> f.from_labels AND o.key_no = f.key_no
			AND o.compared_as <> f.compared_as AND NOT (o.is_number AND f.is_number)) THEN 'key' END AS reading) x
	WHERE x.reading IS NOT NULL
	ORDER BY f.from_labels, f.column_no NULLS FIRST, f.column_name
	LIMIT 1;
END
$$;
COMMENT ON FUNCTION datamon._unreadable_column(int) IS 'internal';

CREATE FUNCTION datamon._check_monitored_columns(monitor_id int) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c record;
	v_source regclass;
BEGIN
	SELECT * INTO c FROM datamon._unreadable_column(monitor_id);
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT m.source INTO v_source FROM datamon._own_monitor m WHERE m.monitor_id = _check_monitored_columns.monitor_id;
	IF c.type IS NULL THEN
		RAISE EXCEPTION 'column "%" of % does not exist any more', c.column_name, datamon._qualified(c.relation)
			USING ERRCODE = 'undefined_column',
				HINT = format('It was dropped or renamed. Give it its name back, or begin again: SELECT datamon.unwatch(%L); and then watch() again.',
					datamon._qualified(v_source));
	END IF;
	RAISE EXCEPTION 'column "%" of % is of type % now and cannot be read as a %', c.column_name, datamon._qualified(c.relation), c.type, c.reading
		USING ERRCODE = 'datatype_mismatch',
			HINT = format('Give it its type back, or begin again: SELECT datamon.unwatch(%L); and then watch() again.', datamon._qualified(v_source));
END
$$;
COMMENT ON FUNCTION datamon._check_monitored_columns(int) IS 'internal';
