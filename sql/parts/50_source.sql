/*
 * watch() and unwatch(): what a column is for, guessed from its name, its type
 * and a bounded sample, and said with the reason.
 */

CREATE FUNCTION datamon._qualified(relation regclass) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('%I.%I', n.nspname, c.relname)
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.oid = $1
$$;
COMMENT ON FUNCTION datamon._qualified(regclass) IS 'internal';

/* Whether Citus keeps the rows of a table in shards; see src/base/citus.c. */
CREATE FUNCTION datamon._is_distributed(relation regclass) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_is_distributed';
COMMENT ON FUNCTION datamon._is_distributed(regclass) IS 'internal';

/* The same of a table, or of any table that a view reads. */
CREATE FUNCTION datamon._reads_distributed(relation regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE reads (oid) AS (
		SELECT $1::oid
		UNION
		SELECT d.refobjid
		FROM reads r
		JOIN pg_rewrite w ON w.ev_class = r.oid
		JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
	)
	SELECT bool_or(datamon._is_distributed(r.oid)) FROM reads r
$$;
COMMENT ON FUNCTION datamon._reads_distributed(regclass) IS 'internal';

/* Bytes of a table, wherever they are. */
CREATE FUNCTION datamon._table_size(relation regclass) RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_size bigint;
BEGIN
	IF datamon._is_distributed(relation) THEN
		EXECUTE 'SELECT citus_relation_size($1)' INTO v_size USING relation;
		RETURN v_size;
	END IF;
	RETURN pg_relation_size(relation);
END
$$;
COMMENT ON FUNCTION datamon._table_size(regclass) IS 'internal';

/* About how many rows: the planner's estimate, which reads nothing; on Citus, the sum of what the nodes' planners say. */
CREATE FUNCTION datamon._estimated_rows(relation regclass) RETURNS float8
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_plan jsonb;
	v_distributed boolean := datamon._reads_distributed(relation);
	v_before text := current_setting('citus.explain_all_tasks', true);
	v_rows float8;
BEGIN
	IF v_distributed THEN
		PERFORM set_config('citus.explain_all_tasks', 'on', true);
	END IF;
	EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s', datamon._qualified(relation)) INTO v_plan;
	IF v_distributed THEN
		PERFORM set_config('citus.explain_all_tasks', v_before, true);
		SELECT sum(x::float8) INTO v_rows FROM jsonb_path_query(v_plan, 'strict $.**."Remote Plan"[*][*].Plan."Plan Rows"') x;
	END IF;
	RETURN coalesce(v_rows, (v_plan #>> '{0,Plan,Plan Rows}')::float8);
END
$$;
COMMENT ON FUNCTION datamon._estimated_rows(regclass) IS 'internal';

/* Start of the bucket that holds t; date_bin, which PostgreSQL 13 lacks. */
CREATE FUNCTION datamon._bucket(t timestamptz, width interval, origin timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT pg_catalog.to_timestamp(
		pg_catalog.floor((pg_catalog.date_part('epoch', t) OPERATOR(pg_catalog.-) pg_catalog.date_part('epoch', origin))
			OPERATOR(pg_catalog./) pg_catalog.date_part('epoch', width))
		OPERATOR(pg_catalog.*) pg_catalog.date_part('epoch', width)
		OPERATOR(pg_catalog.+) pg_catalog.date_part('epoch', origin))
$$;
COMMENT ON FUNCTION datamon._bucket(timestamptz, interval, timestamptz) IS 'internal';

/* The columns of a relation; class: number, text, boolean, time or other. */
CREATE FUNCTION datamon._relation_columns(relation regclass)
RETURNS TABLE (column_no int, column_name name, class text, type_oid oid, not_null boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT a.attnum::int, a.attname,
		CASE WHEN t.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float4'::regtype, 'float8'::regtype,
				'numeric'::regtype) THEN 'number'
			WHEN t.oid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'uuid'::regtype)
				OR t.typtype = 'e' THEN 'text'
			WHEN t.oid = 'bool'::regtype THEN 'boolean'
			WHEN t.oid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN 'time'
			ELSE 'other' END,
		t.oid, a.attnotnull
	FROM pg_attribute a
	JOIN pg_type d ON d.oid = a.atttypid
	JOIN pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
	WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
$$;
COMMENT ON FUNCTION datamon._relation_columns(regclass) IS 'internal';

/*
 * A time column as timestamptz; without a time zone it is read as UTC.  A date
 * that no timestamp holds is no time.
 */
CREATE FUNCTION datamon._time_expression(relation regclass, column_name name, alias text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(CASE c.type_oid WHEN 'timestamptz'::regtype THEN '%1$I.%2$I::timestamptz'
		WHEN 'date'::regtype THEN '(CASE WHEN %1$I.%2$I < %3$s THEN %1$I.%2$I::timestamp END AT TIME ZONE ''UTC'')'
		ELSE '(%1$I.%2$I::timestamp AT TIME ZONE ''UTC'')' END, $3, $2, datamon._time_limit($1, $2))
	FROM datamon._relation_columns($1) c WHERE c.column_name = $2
$$;
COMMENT ON FUNCTION datamon._time_expression(regclass, name, text) IS 'internal';

/* What is not below it has no time: a bound that an index can use. */
CREATE FUNCTION datamon._time_limit(relation regclass, column_name name) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE c.type_oid WHEN 'date'::regtype THEN 'DATE ''294277-01-01''' ELSE '''infinity''' END
	FROM datamon._relation_columns($1) c WHERE c.column_name = $2
$$;
COMMENT ON FUNCTION datamon._time_limit(regclass, name) IS 'internal';

/*
 * Raises unless the current user may watch the relation.  A superuser watches
 * what superusers own: somebody else's view runs its functions with his rights,
 * a table those of its index expressions, and until it is locked its owner can
 * put a view in its place.
 */
CREATE FUNCTION datamon._check_watchable(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	c record;
	v_propagates text := current_setting('citus.enable_ddl_propagation', true);
	v_super boolean := (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user);
BEGIN
	IF v_super AND EXISTS (SELECT FROM pg_class k WHERE k.oid = relation AND k.relkind IN ('r', 'p', 'v') AND k.relpersistence <> 't') THEN
		-- Here only: Citus would lock it on every node, and end the transaction where one cannot be reached.
		IF datamon._reads_distributed(relation) THEN
			PERFORM set_config('citus.enable_ddl_propagation', 'off', true);
		END IF;
		-- A wait for the lock ends with whatever has that name then.
		EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', datamon._qualified(relation));
		IF v_propagates IS NOT NULL THEN
			PERFORM set_config('citus.enable_ddl_propagation', v_propagates, true);
		END IF;
		IF to_regclass(datamon._qualified(relation)) IS DISTINCT FROM relation THEN
			RAISE EXCEPTION 'source was replaced just now' USING ERRCODE = 'object_in_use', HINT = 'Try again.';
		END IF;
	END IF;
	SELECT k.relkind, k.relpersistence, k.relnamespace, k.relowner, o.rolname, o.rolsuper AS safe_owner INTO c
	FROM pg_class k JOIN pg_roles o ON o.oid = k.relowner
	WHERE k.oid = relation;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'source does not exist any more' USING ERRCODE = 'undefined_table',
			HINT = 'Remove its monitor with datamon.unwatch().';
	END IF;
	IF c.relkind NOT IN ('r', 'p', 'v', 'm', 'f') THEN
		RAISE EXCEPTION '% cannot be watched', relation USING ERRCODE = 'wrong_object_type',
			HINT = 'Watch a table, a partitioned table, a foreign table or a view.';
	END IF;
	IF c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'datamon'::regnamespace)
		OR c.relnamespace = 'pg_toast'::regnamespace THEN
		RAISE EXCEPTION '% is a system table and cannot be watched', relation USING ERRCODE = 'feature_not_supported',
			HINT = 'Make a view over it in a schema of your own and watch that.';
	END IF;
	IF c.relpersistence = 't' THEN
		RAISE EXCEPTION '% is temporary and cannot be watched', relation USING ERRCODE = 'feature_not_supported',
			HINT = 'Ticks run in other sessions, which do not see it. Use a permanent table.';
	END IF;
	IF NOT has_table_privilege(relation, 'SELECT') THEN
		RAISE EXCEPTION 'permission denied for %', relation USING ERRCODE = 'insufficient_privilege',
			HINT = format('datamon reads as you: GRANT SELECT ON %s TO %I;', datamon._qualified(relation), current_user);
	END IF;
	IF v_super AND NOT c.safe_owner THEN
		RAISE EXCEPTION 'a superuser cannot watch %, which belongs to %', relation, c.rolname
			USING ERRCODE = 'insufficient_privilege',
			HINT = 'Functions behind it would run with your rights. Let its owner watch it, in a session of his own: not after SET ROLE, which a function can undo.';
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._check_watchable(regclass) IS 'internal';

/*
 * At most so many rows of a relation, as an item of FROM named s: drawn by page
 * where the relation has pages, else the first rows.
 */
CREATE FUNCTION datamon._sampled(relation regclass, row_limit int) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	pages bigint;
BEGIN
	-- Not every access method can be sampled.
	SELECT CASE WHEN bool_and(c.relkind IN ('r', 'm') AND a.amname = 'heap') THEN sum(datamon._table_size(c.oid)) / 8192 ELSE 0 END INTO pages
	FROM pg_class c LEFT JOIN pg_am a ON a.oid = c.relam
	WHERE c.oid IN (SELECT t.relid FROM pg_partition_tree(relation) t WHERE t.isleaf) OR c.oid = relation AND c.relkind <> 'p';
	RETURN format('(SELECT s.* FROM %s s %s %s LIMIT %s) s', datamon._qualified(relation),
		CASE WHEN pages > 400 THEN format('TABLESAMPLE SYSTEM (%s) REPEATABLE (1)', round(100.0 * 300 / pages, 6)) ELSE '' END,
		-- The first rows would be those of one shard.
		CASE WHEN datamon._is_distributed(relation) THEN 'ORDER BY random()' ELSE '' END, row_limit);
END
$$;
COMMENT ON FUNCTION datamon._sampled(regclass, int) IS 'internal';

/* Rows of a relation as the last ANALYZE, VACUUM or index build found them, NULL if none did; reads nothing. */
CREATE FUNCTION datamon._known_rows(relation regclass) RETURNS float8
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	-- As the planner does: rows of a page then, pages now.
	SELECT nullif(sum(c.reltuples * CASE WHEN c.relpages > 0 THEN datamon._table_size(c.oid) / 8192.0 / c.relpages ELSE 1 END)
		FILTER (WHERE c.reltuples > 0), 0)
	FROM pg_class c
	WHERE c.relkind IN ('r', 'm') AND (c.oid = $1 OR c.oid IN (SELECT t.relid FROM pg_partition_tree($1) t WHERE t.isleaf))
$$;
COMMENT ON FUNCTION datamon._known_rows(regclass) IS 'internal';

/*
 * Distinct values of a column of total rows, of which n were drawn and showed
 * so many values, some of them once: Haas and Stokes 1998, Duj1, as ANALYZE has it.
 */
CREATE FUNCTION datamon._distinct_estimate(n float8, values_seen float8, seen_once float8, total float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 <= 0 THEN 0 ELSE least(greatest($1, $4), greatest($2, $1 * $2 / ($1 - $3 + $3 * $1 / greatest($1, $4)))) END
$$;
COMMENT ON FUNCTION datamon._distinct_estimate(float8, float8, float8, float8) IS 'internal';

/* Rows of a relation, of which so many were drawn under a limit. */
CREATE FUNCTION datamon._total_rows(relation regclass, drawn float8, row_limit float8) RETURNS float8
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT greatest($2, datamon._known_rows($1),
		-- Never analysed: rows of its pages, at 100 bytes each.
		CASE WHEN $2 >= $3 THEN (SELECT coalesce(sum(datamon._table_size(c.oid)) / 100, 0) FROM pg_class c
			WHERE c.relkind IN ('r', 'm') AND (c.oid = $1 OR c.oid IN (SELECT p.relid FROM pg_partition_tree($1) p WHERE p.isleaf))) END)
$$;
COMMENT ON FUNCTION datamon._total_rows(regclass, float8, float8) IS 'internal';

/*
 * What a sample of at most 10,000 rows says of each column, or of some.
 */
CREATE FUNCTION datamon._sample(relation regclass, time_column name, wanted name[] DEFAULT NULL)
RETURNS TABLE (column_no int, column_name name, class text, n bigint, nonnull bigint, values_seen bigint, lo float8,
	hi float8, zero_one boolean, width float8, calendar text, whole boolean, trend float8, spaces float8, total_rows float8,
	estimated_values float8)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	row_limit int;
	time_text text := coalesce(datamon._time_expression(relation, time_column, 's'), 'NULL::timestamptz');
	parts text;
BEGIN
	SELECT string_agg(format(CASE c.class
			WHEN 'number' THEN '(%s, s.%I::text, s.%2$I::float8)'
			WHEN 'other' THEN '(%s, CASE WHEN s.%I IS NOT NULL THEN ''other'' END, NULL::float8)'
			ELSE '(%s, s.%I::text, NULL::float8)' END, c.column_no, c.column_name), ', '),
		greatest(100, least(10000, 1000000 / greatest(count(*), 1)))
	INTO parts, row_limit
	FROM datamon._relation_columns(relation) c
	WHERE wanted IS NULL OR c.column_name = ANY (wanted);
	IF parts IS NULL THEN
		RETURN;
	END IF;
	RETURN QUERY EXECUTE format($q$
		WITH drawn AS MATERIALIZED (
			SELECT v.no, v.val, v.num, clock.at
			FROM %s
			CROSS JOIN LATERAL (VALUES %s) v (no, val, num)
			CROSS JOIN LATERAL (SELECT %s AT TIME ZONE 'UTC' AS at) clock
		), of_value AS (
			SELECT x.no, count(*) AS values_seen, count(*) FILTER (WHERE x.c = 1) AS seen_once
			FROM (SELECT d.no, count(*) AS c FROM drawn d WHERE d.val IS NOT NULL GROUP BY d.no, left(d.val, 100)) x GROUP BY x.no
		), of_column AS (
			SELECT v.no, count(*) AS n, count(v.val) AS nonnull,
				min(v.num) AS lo, max(v.num) AS hi, avg(length(v.val))::float8 AS width,
				avg(length(v.val) - length(replace(v.val, ' ', '')))::float8 AS spaces,
				bool_and(v.val IN ('0', '1', 'true', 'false')) AS zero_one,
				abs(corr(v.num, date_part('epoch', v.at)) FILTER (WHERE isfinite(v.at) AND abs(v.num) < 1e100)) AS trend,
				count(*) FILTER (WHERE v.num = date_part('month', v.at)) AS months,
				count(*) FILTER (WHERE v.num = date_part('year', v.at)) AS years,
				count(*) FILTER (WHERE v.num = date_part('hour', v.at)) AS hours,
				count(*) FILTER (WHERE v.num = date_part('day', v.at)) AS days,
				greatest(count(*) FILTER (WHERE v.num = date_part('dow', v.at)),
					count(*) FILTER (WHERE v.num = date_part('isodow', v.at))) AS weekdays
			FROM drawn v GROUP BY v.no
		)
		SELECT c.column_no, c.column_name, c.class, coalesce(f.n, 0), coalesce(f.nonnull, 0), coalesce(g.values_seen, 0),
			f.lo, f.hi, coalesce(f.zero_one, false), f.width,
			CASE WHEN c.class <> 'number' OR f.nonnull < 20 OR g.values_seen < 2 THEN NULL
				WHEN f.months >= 0.8 * f.nonnull AND f.hi <= 12 THEN 'month'
				WHEN f.years >= 0.9 * f.nonnull THEN 'year'
				WHEN f.hours >= 0.9 * f.nonnull THEN 'hour'
				WHEN f.days >= 0.7 * f.nonnull THEN 'day of the month'
				WHEN f.weekdays >= 0.7 * f.nonnull THEN 'day of the week' END,
			c.type_oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype), f.trend, f.spaces, t.rows,
			datamon._distinct_estimate(f.nonnull, coalesce(g.values_seen, 0), coalesce(g.seen_once, 0), t.rows * f.nonnull / greatest(f.n, 1))
		FROM datamon._relation_columns(%L) c
		LEFT JOIN of_column f ON f.no = c.column_no
		LEFT JOIN of_value g ON g.no = c.column_no
		CROSS JOIN (SELECT datamon._total_rows(%4$L, (SELECT max(n) FROM of_column), %5$s) AS rows) t
		WHERE %6$L::name[] IS NULL OR c.column_name = ANY (%6$L)$q$,
		datamon._sampled(relation, row_limit), parts, time_text, relation::oid, row_limit, wanted);
END
$$;
COMMENT ON FUNCTION datamon._sample(regclass, name, name[]) IS 'internal';

/* Best time column by name and type; of labels, the one that says when the label came. */
CREATE FUNCTION datamon._guess_time(relation regclass, of_labels boolean) RETURNS name
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.column_name
	FROM datamon._relation_columns($1) c
	WHERE c.class = 'time'
	ORDER BY CASE WHEN c.column_name ~* '(birth|expir|valid|deleted|updated|modified)' THEN 2
			WHEN c.column_name ~* '(label|truth|outcome|resolved|actual)' THEN CASE WHEN $2 THEN 0 ELSE 2 END
			WHEN c.column_name ~* '(predict|score|infer|event|request|occur|observ)' THEN CASE WHEN $2 THEN 1 ELSE 0 END
			WHEN c.column_name ~* '(^|_)(ts|time|timestamp|at|datetime|created|inserted|date|day)($|_)' THEN 0.5
			ELSE 1 END,
		c.type_oid = 'date'::regtype, NOT c.not_null, c.column_no
	LIMIT 1
$$;
COMMENT ON FUNCTION datamon._guess_time(regclass, boolean) IS 'internal';

/* Whether a unique index holds exactly these columns, in any order. */
CREATE FUNCTION datamon._is_unique(relation regclass, column_names name[]) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (
		SELECT FROM pg_index i
		WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
			AND (SELECT count(*) = cardinality($2) AND bool_and(a.attname = ANY ($2))
				FROM generate_series(0, i.indnkeyatts - 1) k
				JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]))
$$;
COMMENT ON FUNCTION datamon._is_unique(regclass, name[]) IS 'internal';

/* Columns of labels that find the row they belong to in the source. */
CREATE FUNCTION datamon._guess_label_keys(source regclass, labels regclass, id name) RETURNS name[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH common AS (
		SELECT l.column_name, l.column_no
		FROM datamon._relation_columns($2) l JOIN datamon._relation_columns($1) s USING (column_name)
		WHERE l.class <> 'time' AND s.class <> 'time'
	), by_index AS (
		SELECT array_agg(a.attname ORDER BY k) AS keys, i.indisprimary
		FROM pg_index i
		CROSS JOIN LATERAL generate_series(0, i.indnkeyatts - 1) k
		LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k]
		WHERE i.indrelid = $2 AND i.indisunique AND i.indpred IS NULL
		GROUP BY i.indexrelid, i.indisprimary
		HAVING bool_and(a.attname IN (SELECT column_name FROM common))
	)
	SELECT coalesce(
		(SELECT b.keys FROM by_index b ORDER BY b.indisprimary DESC, cardinality(b.keys) LIMIT 1),
		(SELECT ARRAY[c.column_name] FROM common c WHERE c.column_name = $3),
		(SELECT ARRAY[c.column_name] FROM common c WHERE c.column_name ~* '(^|_)(id|uuid|key)$' ORDER BY c.column_no LIMIT 1))
$$;
COMMENT ON FUNCTION datamon._guess_label_keys(regclass, regclass, name) IS 'internal';
