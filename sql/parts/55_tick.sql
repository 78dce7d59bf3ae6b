/*
 * Ingest: find the buckets whose rows have changed, profile them again from
 * their rows, replace their cells.  Recomputing is idempotent: a crash, a tick
 * done twice or an overlap cannot count a row twice.
 */

/* Start of a row's bucket, as SQL; date_bin, which PostgreSQL 13 lacks, and inlined. */
CREATE FUNCTION datamon._bucket_expression(time_expression text, width interval, origin timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('to_timestamp(floor((date_part(''epoch'', %s) - %s) / %s) * %3$s + %2$s)', $1,
		date_part('epoch', $3), date_part('epoch', $2))
$$;
COMMENT ON FUNCTION datamon._bucket_expression(text, interval, timestamptz) IS 'internal';

/* Whether the rows of a relation have an xmin: heaps, and partitioned tables of nothing else. */
CREATE FUNCTION datamon._is_heap(relation regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN c.relkind IN ('r', 'm') THEN am.amname = 'heap'
			AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid)
		WHEN c.relkind = 'p' THEN (
			SELECT coalesce(bool_and(l.relkind = 'r' AND a.amname = 'heap'), true)
			FROM pg_partition_tree(c.oid) t
			JOIN pg_class l ON l.oid = t.relid
			LEFT JOIN pg_am a ON a.oid = l.relam
			WHERE t.isleaf)
		ELSE false END
	FROM pg_class c LEFT JOIN pg_am am ON am.oid = c.relam
	WHERE c.oid = $1
$$;
COMMENT ON FUNCTION datamon._is_heap(regclass) IS 'internal';

/* Whether xmin tells which rows are new; rows in shards have the transaction ids of their nodes. */
CREATE FUNCTION datamon._has_xmin(relation regclass) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon._is_heap($1) AND NOT datamon._is_distributed($1)
$$;
COMMENT ON FUNCTION datamon._has_xmin(regclass) IS 'internal';

/* Whether it does on the node that has the row: there is one such node for every row. */
CREATE FUNCTION datamon._has_node_xmin(relation regclass) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_single boolean;
BEGIN
	IF NOT (datamon._is_distributed(relation) AND datamon._is_heap(relation)) THEN
		RETURN false;
	END IF;
	EXECUTE $q$
		SELECT p.repmodel <> 't' AND NOT EXISTS (SELECT FROM pg_dist_shard s JOIN pg_dist_placement l USING (shardid)
			WHERE s.logicalrelid = p.logicalrelid GROUP BY s.shardid HAVING count(*) > 1)
		FROM pg_dist_partition p WHERE p.logicalrelid = $1$q$ INTO v_single USING relation;
	RETURN coalesce(v_single, false);
END
$$;
COMMENT ON FUNCTION datamon._has_node_xmin(regclass) IS 'internal';

/*
 * What every node of a Citus cluster has ended: its system identifier, the
 * xmin of its snapshot, and so on.  NULL in a transaction whose own snapshots,
 * on the nodes, may be older than these.
 */
CREATE FUNCTION datamon._node_snapshots() RETURNS bigint[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_seen bigint[];
BEGIN
	IF current_setting('transaction_isolation') = 'read committed' THEN
		EXECUTE $q$
			SELECT array_agg(u.x ORDER BY r.nodeid, u.no)
			FROM run_command_on_all_nodes('SELECT ARRAY[(SELECT c.system_identifier FROM pg_catalog.pg_control_system() c),
				pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8]') r
			CROSS JOIN LATERAL unnest(CASE WHEN r.success THEN r.result::bigint[] END) WITH ORDINALITY u (x, no)$q$ INTO v_seen;
	END IF;
	RETURN v_seen;
END
$$;
COMMENT ON FUNCTION datamon._node_snapshots() IS 'internal';

/* Runs on the node that has the row; see src/base/citus.c. */
CREATE FUNCTION datamon._is_unseen(xmin xid, seen bigint[]) RETURNS boolean
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_is_unseen';
COMMENT ON FUNCTION datamon._is_unseen(xid, bigint[]) IS 'internal';

/*
 * Whether labels can be joined where they are: always without Citus; with it,
 * if every node has them, or every shard the labels of its own rows.
 */
CREATE FUNCTION datamon._join_in_shards(source regclass, labels regclass, source_keys name[], label_keys name[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	v_together boolean;
BEGIN
	IF NOT (datamon._reads_distributed(source) OR datamon._reads_distributed(labels)) THEN
		RETURN true;
	END IF;
	EXECUTE $q$
		SELECT EXISTS (
			SELECT FROM pg_dist_partition s JOIN pg_dist_partition l ON l.logicalrelid = $2
			WHERE s.logicalrelid = $1
				AND (l.partmethod = 'n' AND l.repmodel = 't'
					OR s.partmethod = 'h' AND l.partmethod = 'h' AND s.colocationid = l.colocationid
						AND (column_to_column_name(s.logicalrelid, s.partkey), column_to_column_name(l.logicalrelid, l.partkey)) IN (
							SELECT k.source_key::text, k.label_key::text FROM unnest($3, $4) k (source_key, label_key))))$q$
		INTO v_together USING source, labels, source_keys, label_keys;
	RETURN v_together;
END
$$;
COMMENT ON FUNCTION datamon._join_in_shards(regclass, regclass, name[], name[]) IS 'internal';

/*
 * The rows of a query that is planned and run by itself.  Citus runs what reads
 * distributed tables on their nodes, but plans no statement that writes to
 * local tables, or joins them fully, as well.
 */
CREATE FUNCTION datamon._rows_of(query text, buckets timestamptz[], from_start timestamptz, to_end timestamptz,
	known_until timestamptz) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY EXECUTE query USING buckets, from_start, to_end, known_until;
END
$$;
COMMENT ON FUNCTION datamon._rows_of(text, timestamptz[], timestamptz, timestamptz, timestamptz) IS 'internal';

/*
 * The rows of a monitor with an event time in [from_start, to_end), labels as
 * known before known_until: time, dimensions, columns of the profile, and what
 * was true and predicted where both can be told; with_places, heap and ctid of
 * the label as well.
 */
CREATE FUNCTION datamon._rows_query(monitor_id int, from_start timestamptz, to_end timestamptz, known_until timestamptz,
	with_places boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	o record;
	v_source text;
	v_labels text;
	v_label_time text;
	v_range text;
	v_on text;
	v_join text := '';
	v_places text;
BEGIN
	SELECT * INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _rows_query.monitor_id;
	SELECT * INTO STRICT o FROM datamon._outcome(monitor_id);
	v_source := datamon._qualified(m.source);
	v_range := datamon._time_range(m.source, m.time_column, quote_literal(from_start), quote_literal(to_end));
	IF m.labels IS NOT NULL THEN
		v_labels := datamon._qualified(m.labels);
		v_label_time := datamon._time_expression(m.labels, m.label_time_column, 'l') || ' < ' || quote_literal(known_until);
		SELECT string_agg(format('l.%I = s.%I', k.label_key, k.source_key), ' AND ') INTO v_on
		FROM unnest(m.label_keys, m.source_keys) k (label_key, source_key);
		-- Without a unique index the newest label of a row counts, of several the last in its heap; what shards cannot join, the coordinator brings together.
		v_join := CASE WHEN datamon._is_unique(m.labels, m.label_keys)
				AND datamon._join_in_shards(m.source, m.labels, m.source_keys, m.label_keys)
			THEN format('LEFT JOIN %s l ON %s', v_labels, concat_ws(' AND ', v_on, v_label_time))
			ELSE format('LEFT JOIN (SELECT DISTINCT ON (%1$s) l.*%6$s FROM %2$s l WHERE %3$s ORDER BY %1$s%4$s) l ON %5$s',
				(SELECT string_agg(format('l.%I', k), ', ') FROM unnest(m.label_keys) k), v_labels,
				concat_ws(' AND ', format('(%s) IN (SELECT %s FROM %s s WHERE %s)',
					(SELECT string_agg(format('l.%I', k), ', ') FROM unnest(m.label_keys) k),
					(SELECT string_agg(format('s.%I', k), ', ') FROM unnest(m.source_keys) k), v_source, v_range), v_label_time),
				coalesce(format(', %s DESC NULLS LAST', datamon._time_expression(m.labels, m.label_time_column, 'l')), '')
					|| CASE WHEN datamon._has_xmin(m.labels) THEN ', l.tableoid DESC, l.ctid DESC' ELSE '' END, v_on,
				CASE WHEN with_places THEN ', l.tableoid AS _label_heap, l.ctid AS _label_place' ELSE '' END) END;
		v_places := CASE WHEN with_places THEN CASE WHEN v_join LIKE 'LEFT JOIN (%' THEN 'l._label_heap, l._label_place'
			ELSE 'l.tableoid, l.ctid' END END;
	END IF;
	RETURN format('SELECT %s FROM %s s %s WHERE %s', concat_ws(', ',
		datamon._time_expression(m.source, m.time_column, 's') || ' AS at',
		(SELECT string_agg(format(CASE WHEN r.class IN ('boolean', 'number') THEN 's.%I AS d%s' ELSE 'left(s.%I::text, 200) AS d%s' END,
				d.column_name, d.dimension_no), ', ' ORDER BY d.dimension_no)
			FROM datamon._own_dimension d JOIN datamon._relation_columns(m.source) r USING (column_name)
			WHERE d.monitor_id = _rows_query.monitor_id),
		coalesce((SELECT string_agg(format(CASE WHEN c.kind = 'number' THEN CASE WHEN m.significant_bits < 53
					THEN 'datamon._significant(%s.%I::float8, ' || m.significant_bits || ') AS c%s' ELSE '%s.%I::float8 AS c%s' END
				ELSE '%s.%I::text AS c%s' END,
				CASE WHEN c.from_labels THEN 'l' ELSE 's' END, c.column_name, c.column_no), ', ' ORDER BY c.column_no)
			FROM datamon._own_monitored_column c WHERE c.monitor_id = _rows_query.monitor_id AND c.column_no IS NOT NULL),
			'NULL::text AS c1'),
		CASE WHEN o.choice IS NOT NULL THEN format('%s AS actual, %s AS predicted', o.actual, o.predicted) END, v_places),
		v_source, v_join, v_range);
END
$$;
COMMENT ON FUNCTION datamon._rows_query(int, timestamptz, timestamptz, timestamptz, boolean) IS 'internal';

/* Bounds are compared with the bare column, so that its index serves. */
CREATE FUNCTION datamon._time_range(relation regclass, column_name name, low text, high text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format(CASE c.type_oid WHEN 'timestamptz'::regtype THEN 's.%1$I >= %2$s AND s.%1$I < %3$s'
			ELSE 's.%1$I >= (%2$s::timestamptz AT TIME ZONE ''UTC'') AND s.%1$I < (%3$s::timestamptz AT TIME ZONE ''UTC'')' END
		|| ' AND s.%1$I > ''-infinity''' || CASE c.type_oid WHEN 'date'::regtype THEN ' AND s.%1$I < %4$s' ELSE '' END,
		$2, $3, $4, datamon._time_limit($1, $2))
	FROM datamon._relation_columns($1) c WHERE c.column_name = $2
$$;
COMMENT ON FUNCTION datamon._time_range(regclass, name, text, text) IS 'internal';

/* Whether an index of all rows leads with a column. */
CREATE FUNCTION datamon._has_index_on(relation regclass, column_name name) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid = $1 AND a.attname = $2 AND i.indisvalid AND i.indpred IS NULL)
$$;
COMMENT ON FUNCTION datamon._has_index_on(regclass, name) IS 'internal';

/*
 * The statements of a monitor's ingest.
 *   newest   -> the newest event time
 *   scan     $1 from, $2 to, $3 age of the oldest xid that may be new (NULL: all are), $4 root segment
 *            -> bucket, n of every bucket that differs from its cell
 *   relabel  $1 from, $2 to, $3 age as above for labels, $4 clock of the last tick, $5 labels known until,
 *            $6 oldest label time to look at -> buckets of rows whose label is new
 */
CREATE FUNCTION datamon._ingest_queries(monitor_id int)
RETURNS TABLE (newest text, scan text, relabel text)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_source text;
	v_labels text;
	v_time text;
	v_limit text;
	v_label_time text;
	v_bucket text;
	v_range text;
	v_touched text;
	v_scanned text;
	v_seen text;
	v_keys text;
	v_together boolean;
	v_new_label text;
BEGIN
	SELECT * INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _ingest_queries.monitor_id;
	PERFORM datamon._check_monitored_columns(monitor_id);
	v_source := datamon._qualified(m.source);
	v_time := datamon._time_expression(m.source, m.time_column, 's');
	IF v_time IS NULL THEN
		RAISE EXCEPTION 'time column "%" of % does not exist any more', m.time_column, v_source
			USING ERRCODE = 'undefined_column', HINT = 'Remove the monitor with datamon.unwatch() and watch again.';
	END IF;
	v_limit := datamon._time_limit(m.source, m.time_column);
	v_bucket := datamon._bucket_expression(v_time, m.bucket, m.bucket_origin);
	v_range := datamon._time_range(m.source, m.time_column, '$1', '$2');
	newest := format('SELECT %s FROM (SELECT max(i.%I) AS %2$I FROM %3$s i WHERE i.%2$I < %4$s) s', v_time, m.time_column, v_source, v_limit);
	v_touched := CASE WHEN datamon._has_xmin(m.source) THEN '($3::int IS NULL OR age(s.xmin) <= $3)' ELSE '($3::int IS NULL OR true)' END;
	SELECT coalesce(x.node_snapshots::text, '{}') INTO v_seen FROM datamon._own_state x WHERE x.monitor_id = _ingest_queries.monitor_id;
	v_scanned := CASE WHEN datamon._reads_distributed(m.source) THEN format(
			'SELECT r.bucket, r.n, $3::int IS NULL OR r.touched AS touched
				FROM datamon._rows_of(%L, NULL, $1, $2, NULL) r (bucket timestamptz, n bigint, touched boolean)',
			format('SELECT %s AS bucket, count(*) AS n, bool_or(%s) AS touched FROM %s s WHERE %s GROUP BY 1', v_bucket,
				CASE WHEN datamon._has_node_xmin(m.source) THEN format('datamon._is_unseen(s.xmin, %L)', v_seen) ELSE 'true' END,
				v_source, datamon._time_range(m.source, m.time_column, '$2', '$3')))
		ELSE format('SELECT %s AS bucket, count(*) AS n, bool_or(%s) AS touched FROM %s s WHERE %s GROUP BY 1',
			v_bucket, v_touched, v_source, v_range) END;
	scan := format($q$
		SELECT coalesce(r.bucket, c.bucket) AS bucket, coalesce(r.n, 0) AS n
		FROM (%s) r
		FULL JOIN (SELECT c.bucket, c.n FROM datamon._own_cell c
			WHERE c.monitor_id = %s AND c.segment_id = $4 AND c.bucket >= $1 AND c.bucket < $2) c ON c.bucket = r.bucket
		WHERE r.touched OR r.n IS DISTINCT FROM c.n
		ORDER BY 1$q$, v_scanned, monitor_id);

	IF m.labels IS NOT NULL THEN
		v_labels := datamon._qualified(m.labels);
		v_label_time := datamon._time_expression(m.labels, m.label_time_column, 'l');
		v_keys := (SELECT string_agg(format('l.%I = s.%I', k.label_key, k.source_key), ' AND ')
			FROM unnest(m.label_keys, m.source_keys) k (label_key, source_key));
		v_together := datamon._join_in_shards(m.source, m.labels, m.source_keys, m.label_keys);
		v_new_label := format('(%s %s) %s',
			CASE WHEN datamon._has_xmin(m.labels) THEN '$3::int IS NULL OR age(l.xmin) <= $3'
				WHEN datamon._has_node_xmin(m.labels) THEN format('$3::int IS NULL OR datamon._is_unseen(l.xmin, %L)', v_seen)
				ELSE '$3::int IS NULL OR true' END,
			coalesce(format('OR %s >= $4', v_label_time), ''),
			coalesce(format('AND (%s < $5 AND (%1$s >= $6%s))', v_label_time,
				CASE WHEN (SELECT c.not_null FROM datamon._relation_columns(m.labels) c WHERE c.column_name = m.label_time_column)
					THEN '' ELSE format(' OR %s IS NULL', v_label_time) END), ''));
		relabel := format($q$
			SELECT DISTINCT %s AS bucket FROM %s l JOIN %s s ON %s
			WHERE %s %s AND $5 IS NOT NULL AND $6 IS NOT NULL AND $4 IS NOT NULL$q$,
			v_bucket, CASE WHEN v_together THEN v_labels ELSE format('(SELECT %s FROM %s l WHERE %s OFFSET 0)',
				(SELECT string_agg(format('l.%I', k), ', ') FROM unnest(m.label_keys) k), v_labels, v_new_label) END,
			v_source, v_keys, v_range, CASE WHEN v_together THEN 'AND ' || v_new_label ELSE '' END);
	END IF;
	RETURN NEXT;
END
$$;
COMMENT ON FUNCTION datamon._ingest_queries(int) IS 'internal';

/* Age of the oldest transaction whose rows a snapshot may have missed; NULL when that cannot be told. */
CREATE FUNCTION datamon._age_of_unseen(snapshot pg_snapshot, taken_in bigint) RETURNS int
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $2 = (SELECT c.system_identifier FROM pg_control_system() c)
			AND x.now - x.seen BETWEEN 0 AND 1000000000
		THEN age((x.seen & 4294967295)::text::xid) END
	FROM (SELECT pg_snapshot_xmin($1)::text::bigint AS seen, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS now) x
$$;
COMMENT ON FUNCTION datamon._age_of_unseen(pg_snapshot, bigint) IS 'internal';

/* A live source goes by the wall clock, one that is being replayed by its own. */
CREATE FUNCTION datamon._clock(newest timestamptz, lateness interval, bucket interval) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $1 > now() - greatest($2, 3 * $3) THEN now() ELSE $1 END
$$;
COMMENT ON FUNCTION datamon._clock(timestamptz, interval, interval) IS 'internal';

/* Brings the cells up to date; returns the buckets whose cells changed and the clock. */
CREATE FUNCTION datamon._ingest(monitor_id int, as_of timestamptz, from_the_start boolean DEFAULT false,
	OUT revised timestamptz[], OUT clock timestamptz, OUT filled boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	s record;
	q record;
	b record;
	v_root bigint;
	v_newest timestamptz;
	v_snapshot pg_snapshot := pg_current_snapshot();
	v_nodes bigint[];
	v_age int;
	v_from timestamptz;
	v_labels_from timestamptz;
	v_to timestamptz := coalesce(as_of, 'infinity');
	v_dirty timestamptz[] := '{}';
	v_relabelled timestamptz[] := '{}';
	v_late bigint := 0;
	v_rows bigint;
	v_follow boolean := false;
	v_follow_labels boolean := false;
	v_filled timestamptz[] := '{}';
BEGIN
	SELECT * INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _ingest.monitor_id;
	SELECT * INTO STRICT s FROM datamon._own_state x WHERE x.monitor_id = _ingest.monitor_id;
	SELECT * INTO STRICT q FROM datamon._ingest_queries(monitor_id);
	IF datamon._is_distributed(m.source) OR datamon._is_distributed(m.labels) THEN
		v_nodes := datamon._node_snapshots();
	END IF;
	revised := '{}';
	filled := false;
	IF NOT isfinite(as_of) OR NOT isfinite(s.watermark) THEN
		RAISE EXCEPTION 'time must be finite, and not %', coalesce(as_of, s.watermark) USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF as_of < s.watermark THEN
		RAISE EXCEPTION 'as_of % is before the last tick''s %', as_of, s.watermark USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Time goes forward; to begin again, unwatch() and watch().';
	END IF;
	IF as_of IS NULL AND NOT from_the_start THEN
		SELECT c.obstacle IS NULL INTO v_follow FROM datamon._heap_columns(monitor_id) c;
		SELECT c.obstacle IS NULL INTO v_follow_labels FROM datamon._labelled_heaps(monitor_id) c;
	END IF;
	IF as_of IS NULL THEN
		-- Without an index the whole table would be read; whoever reads its pages will say.
		IF NOT (v_follow OR v_follow_labels AND s.watermark IS NOT NULL) OR datamon._has_index_on(m.source, m.time_column) THEN
			EXECUTE q.newest INTO v_newest;
		END IF;
		-- A live source that falls silent goes on by the wall clock: its silence is judged.
		v_newest := greatest(v_newest, (SELECT max(c.bucket) FROM datamon._own_cell c JOIN datamon._own_segment g USING (monitor_id, segment_id)
			WHERE c.monitor_id = _ingest.monitor_id AND g.key = '{}'));
		clock := greatest(datamon._clock(v_newest, m.lateness, m.bucket), s.watermark);
	ELSE
		clock := as_of;
	END IF;
	IF clock IS NULL THEN
		EXECUTE format('SELECT FROM %s s WHERE s.%I > ''-infinity'' AND s.%2$I < %s LIMIT 1', datamon._qualified(m.source), m.time_column,
			datamon._time_limit(m.source, m.time_column));
		GET DIAGNOSTICS v_rows = ROW_COUNT;
		IF v_rows = 0 THEN
			RETURN;
		END IF;
	END IF;

	-- An empty table did not tell which dimension has the most values.
	IF s.watermark IS NULL THEN
		DELETE FROM datamon._own_cuboid k WHERE k.monitor_id = _ingest.monitor_id;
		DELETE FROM datamon._own_dimension d WHERE d.monitor_id = _ingest.monitor_id;
	END IF;
	-- After a restore only the definition is there.
	IF NOT EXISTS (SELECT FROM datamon._own_cuboid k WHERE k.monitor_id = _ingest.monitor_id) THEN
		PERFORM datamon._choose_cuboids(monitor_id);
	END IF;
	INSERT INTO datamon._own_segment (monitor_id, key)
	SELECT _ingest.monitor_id, '{}'
	WHERE NOT EXISTS (SELECT FROM datamon._own_segment g WHERE g.monitor_id = _ingest.monitor_id AND g.key = '{}');
	SELECT g.segment_id INTO v_root FROM datamon._own_segment g WHERE g.monitor_id = _ingest.monitor_id AND g.key = '{}';

	v_age := datamon._age_of_unseen(s.source_snapshot, s.cluster_id);
	IF from_the_start THEN
		v_from := '-infinity';
		DELETE FROM datamon._own_backfill x WHERE x.monitor_id = _ingest.monitor_id;
	ELSIF s.watermark IS NULL THEN
		v_from := CASE WHEN as_of IS NULL THEN datamon._plan_backfill(monitor_id, clock) ELSE '-infinity' END;
	ELSE
		v_from := datamon._bucket(s.watermark - m.lateness, m.bucket, m.bucket_origin);
	END IF;
	IF from_the_start THEN
		v_age := NULL;
	END IF;

	IF v_follow_labels THEN
		SELECT f.* INTO revised, v_filled, v_late, v_newest
		FROM datamon._follow_labels(monitor_id, v_from,
			datamon._bucket(coalesce(s.watermark, clock) - m.label_lateness, m.bucket, m.bucket_origin), s.watermark IS NOT NULL) f;
		filled := v_filled IS NOT NULL;
	ELSIF v_follow THEN
		SELECT datamon._store_cells(monitor_id, f.revised), f.too_late, f.newest INTO revised, v_late, v_newest
		FROM datamon._follow_heaps(monitor_id, v_from) f;
	ELSE
		IF m.labels IS NOT NULL AND isfinite(v_from) THEN
			v_labels_from := datamon._bucket(s.watermark - m.label_lateness, m.bucket, m.bucket_origin);
			FOR b IN EXECUTE q.relabel USING v_labels_from, v_to, v_age, s.watermark, v_to, v_labels_from LOOP
				v_relabelled := v_relabelled || b.bucket;
			END LOOP;
		END IF;
		FOR b IN
			EXECUTE format('WITH scanned AS MATERIALIZED (%s)
				SELECT array_agg(x.bucket ORDER BY x.bucket) AS buckets
				FROM (SELECT u.bucket, sum(u.n) OVER (ORDER BY u.bucket) AS rows_so_far
					FROM (SELECT c.bucket, c.n FROM scanned c
						UNION ALL SELECT r, 1000 FROM unnest($5) r WHERE r NOT IN (SELECT c.bucket FROM scanned c)) u) x
				GROUP BY floor(x.rows_so_far / 200000) ORDER BY 1', q.scan)
			USING v_from, v_to, v_age, v_root, v_relabelled
		LOOP
			v_dirty := b.buckets;
			PERFORM datamon._store_tiles(monitor_id, datamon._rows_query(monitor_id, v_dirty[1],
				CASE WHEN v_dirty[cardinality(v_dirty)] < timestamptz '294276-12-31' - m.bucket
					THEN least(v_dirty[cardinality(v_dirty)] + m.bucket, v_to) ELSE v_to END, v_to), v_dirty);
			revised := revised || datamon._store_cells(monitor_id, v_dirty);
		END LOOP;
		-- Rows that came too late to count, seen where new rows are appended: in the new blocks of a heap.
		IF isfinite(v_from) AND s.source_blocks IS NOT NULL AND current_setting('server_version_num')::int >= 140000 THEN
			EXECUTE format('SELECT count(*) FROM %s s WHERE s.ctid >= %L::tid AND age(s.xmin) <= $1 AND %s < $2',
				datamon._qualified(m.source), format('(%s,0)', s.source_blocks),
				datamon._time_expression(m.source, m.time_column, 's'))
				INTO v_late USING v_age, v_from;
		END IF;
	END IF;
	IF v_follow OR v_follow_labels THEN
		clock := greatest(clock, datamon._clock(v_newest, m.lateness, m.bucket));
		IF clock IS NULL THEN
			RETURN;
		END IF;
	END IF;
	IF as_of IS NULL AND NOT from_the_start AND NOT v_follow_labels THEN
		v_filled := datamon._backfill_chunk(monitor_id);
		filled := v_filled <> '{}';
	END IF;
	PERFORM datamon._roll_up_tiers(monitor_id, CASE WHEN from_the_start
		-- Hours and days of rows that are gone: no cell is left to miss them.
		THEN revised || ARRAY(SELECT DISTINCT t.bucket FROM datamon._own_tile t WHERE t.monitor_id = _ingest.monitor_id AND t.tier > 0)
		ELSE revised || v_filled END, clock);

	UPDATE datamon._own_state x
	SET cluster_id = (SELECT c.system_identifier FROM pg_control_system() c), source_snapshot = v_snapshot,
		node_snapshots = v_nodes, watermark = clock,
		horizon = v_to,
		-- Of what is kept no more, only that it was there is known.
		first_bucket = least(CASE WHEN isfinite(x.cells_from) THEN x.first_bucket END, (SELECT min(c.bucket) FROM datamon._own_cell c
			WHERE c.monitor_id = _ingest.monitor_id AND c.segment_id = v_root)),
		source_blocks = (SELECT pg_relation_size(m.source) / 8192 FROM pg_class c
			WHERE c.oid = m.source AND c.relkind = 'r' AND datamon._has_xmin(m.source)),
		too_late = x.too_late + v_late
	WHERE x.monitor_id = _ingest.monitor_id;
END
$$;
COMMENT ON FUNCTION datamon._ingest(int, timestamptz, boolean) IS 'internal';
