/*
 * Labels in a second table: both heaps are followed, and the buckets whose rows
 * or labels changed are counted again (docs/labels.md).
 */

/*
 * What changed in a heap since the state was taken (src/cube/followed.c): of a
 * source, by buckets; of labels, by pages.
 */
CREATE FUNCTION datamon._followed(relation regclass, named regclass, names name[], by_block boolean, width bigint, origin timestamptz,
	from_start timestamptz, monitor_id int, state bytea, list_all boolean)
RETURNS TABLE (kind text, number bigint, last bigint, bytes bytea, tids tid[], bucket timestamptz, n bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_followed';
COMMENT ON FUNCTION datamon._followed(regclass, regclass, name[], boolean, bigint, timestamptz, timestamptz, int, bytea, boolean) IS 'internal';

/* _tiles_of_query() of some of _rows_query(with_places); of buckets from places_from on, the places of labels are put out, too. */
CREATE FUNCTION datamon._tiles_of_labelled(queries text[], dimensions int, kinds text, significant_bits int, outcome boolean, width bigint,
	origin timestamptz, buckets timestamptz[], known_dimension int[], known_bytes bytea[], cuboid_no int[], cuboid_mask int[],
	part_dimension int[], part_bits int[], most_values int[], places_from timestamptz)
RETURNS TABLE (kind text, number bigint, bytes bytea, value jsonb, cuboid int, part bigint, bucket timestamptz, piece int,
	n bigint, cells datamon.tile)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_tiles_of_labelled';
COMMENT ON FUNCTION datamon._tiles_of_labelled(text[], int, text, int, boolean, bigint, timestamptz, timestamptz[], int[], bytea[], int[],
	int[], int[], int[], int[], timestamptz) IS 'internal';

CREATE FUNCTION datamon._lost_places(places bytea, kept bytea, width bigint, origin timestamptz, OUT buckets timestamptz[], OUT rest bytea)
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_lost_places';
COMMENT ON FUNCTION datamon._lost_places(bytea, bytea, bigint, timestamptz) IS 'internal';

CREATE FUNCTION datamon._join_places(places bytea[], width bigint, origin timestamptz, from_start timestamptz,
	OUT joined bytea, OUT newest timestamptz)
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'datamon_join_places';
COMMENT ON FUNCTION datamon._join_places(bytea[], bigint, timestamptz, timestamptz) IS 'internal';

/* The heaps of rows and labels, where both can be followed; else why not. */
CREATE FUNCTION datamon._labelled_heaps(monitor_id int, OUT source_heaps regclass[], OUT label_heaps regclass[], OUT obstacle text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _labelled_heaps.monitor_id;
	IF m.labels IS NULL THEN
		obstacle := 'there are no labels in another table';
	ELSIF NOT (datamon._has_xmin(m.source) AND datamon._has_xmin(m.labels)) THEN
		obstacle := 'source or labels are no table, or not of heaps only';
	ELSE
		source_heaps := datamon._heaps_of(m.source);
		label_heaps := datamon._heaps_of(m.labels);
		obstacle := coalesce(CASE WHEN source_heaps::oid[] && label_heaps::oid[] THEN 'labels are rows of the source' END,
			(SELECT datamon._heap_obstacle(m.source, h, ARRAY[m.time_column]) AS o FROM unnest(source_heaps) h ORDER BY o LIMIT 1),
			(SELECT datamon._heap_obstacle(m.labels, h, m.label_keys) AS o FROM unnest(label_heaps) h ORDER BY o LIMIT 1));
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._labelled_heaps(int) IS 'internal';

/* The buckets, from a time on, of rows that labels of a heap belong to. */
CREATE FUNCTION datamon._buckets_of_labels(monitor_id int, heap regclass, tids tid[], from_start timestamptz) RETURNS timestamptz[]
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_buckets timestamptz[];
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _buckets_of_labels.monitor_id;
	EXECUTE format('SELECT array_agg(DISTINCT %s) FROM %s l JOIN %s s ON %s WHERE l.ctid = ANY ($1) AND l.tableoid = $2 AND %s',
		datamon._bucket_expression(datamon._time_expression(m.source, m.time_column, 's'), m.bucket, m.bucket_origin),
		datamon._qualified(m.labels), datamon._qualified(m.source),
		(SELECT string_agg(format('l.%I = s.%I', k.label_key, k.source_key), ' AND ')
			FROM unnest(m.label_keys, m.source_keys) k (label_key, source_key)),
		datamon._time_range(m.source, m.time_column, '$3', '$4'))
	INTO v_buckets USING tids, heap::oid, from_start, timestamptz 'infinity';
	RETURN coalesce(array_remove(v_buckets, '-infinity'), '{}');
END
$$;
COMMENT ON FUNCTION datamon._buckets_of_labels(int, regclass, tid[], timestamptz) IS 'internal';

/*
 * Which buckets are dirty, and what is to be remembered of the heaps.  Kinds
 * beside those of _tiles_of_heap():
 *   lost    a range of buckets: "number" of them from "bucket" on; NULL: all
 *   single  a bucket
 *   rest    what remains of the places of page "number"
 *   void    places of the heap are worth nothing
 */
CREATE FUNCTION datamon._dirty_labelled(monitor_id int, source_heaps regclass[], label_heaps regclass[], width bigint, from_start timestamptz,
	labels_from timestamptz, anew boolean)
RETURNS TABLE (heap oid, kind text, number bigint, bytes bytea, bucket timestamptz, n bigint)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	r record;
	v_heap regclass;
	v_state bytea;
	v_known boolean;
	v_void boolean;
	v_from bigint[];
	v_to bigint[];
	v_block bigint[];
	v_kept bytea[];
	v_tids tid[];
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _dirty_labelled.monitor_id;
	FOREACH v_heap IN ARRAY source_heaps LOOP
		SELECT s.state INTO v_state FROM datamon._own_heap_state s
		WHERE s.monitor_id = _dirty_labelled.monitor_id AND s.relation = v_heap;
		v_known := FOUND OR anew;
		-- A partition that is new is no reason to count what others have.
		RETURN QUERY SELECT v_heap::oid, CASE f.kind WHEN 'fresh' THEN 'single' WHEN 'chunk' THEN 'chunk' WHEN 'state' THEN 'state' ELSE 'lost' END,
			CASE WHEN f.kind <> 'all' THEN f.number END, f.bytes, CASE WHEN f.kind = 'all' THEN from_start ELSE f.bucket END, f.n
		FROM datamon._followed(v_heap, m.source, ARRAY[m.time_column], false, width, m.bucket_origin, from_start,
			_dirty_labelled.monitor_id, v_state, NOT v_known) f
		WHERE v_known OR f.kind <> 'all';
	END LOOP;

	-- Labels of a partition that is gone.
	RETURN QUERY SELECT p.relation, 'single', 1::bigint, NULL::bytea, b, NULL::bigint
	FROM datamon._own_label_place p
	CROSS JOIN LATERAL datamon._lost_places(p.places, NULL, width, m.bucket_origin) l
	CROSS JOIN LATERAL unnest(l.buckets) b
	WHERE p.monitor_id = _dirty_labelled.monitor_id AND p.relation <> ALL (label_heaps::oid[]) AND b >= labels_from;
	FOREACH v_heap IN ARRAY label_heaps LOOP
		SELECT s.state INTO v_state FROM datamon._own_heap_state s
		WHERE s.monitor_id = _dirty_labelled.monitor_id AND s.relation = v_heap;
		v_void := false;
		v_from := '{}';
		v_to := '{}';
		v_block := '{}';
		v_kept := '{}';
		v_tids := '{}';
		FOR r IN SELECT f.* FROM datamon._followed(v_heap, m.labels, m.label_keys, true, width, m.bucket_origin, from_start,
			_dirty_labelled.monitor_id, v_state, false) f
		LOOP
			IF r.kind = 'all' THEN
				v_void := true;
			ELSIF r.kind = 'gone' THEN
				v_from := v_from || r.number;
				v_to := v_to || r.last;
			ELSIF r.kind = 'kept' THEN
				v_block := v_block || r.number;
				v_kept := v_kept || r.bytes;
			ELSIF r.kind = 'new' THEN
				v_tids := v_tids || r.tids;
			ELSE
				RETURN QUERY SELECT v_heap::oid, r.kind, r.number, r.bytes, r.bucket, NULL::bigint;
			END IF;
		END LOOP;
		IF v_void THEN
			RETURN QUERY SELECT v_heap::oid, 'void', NULL::bigint, NULL::bytea, NULL::timestamptz, NULL::bigint
				UNION ALL SELECT v_heap::oid, 'lost', NULL::bigint, NULL::bytea, CASE WHEN anew THEN from_start ELSE labels_from END, NULL::bigint;
			CONTINUE;
		END IF;
		FOR r IN SELECT p.block, l.buckets, l.rest
			FROM unnest(v_from, v_to) g (low, high)
			JOIN datamon._own_label_place p ON p.monitor_id = _dirty_labelled.monitor_id AND p.relation = v_heap
				AND p.block >= g.low AND p.block <= g.high
			LEFT JOIN unnest(v_block, v_kept) k (block, bits) ON k.block = p.block
			CROSS JOIN LATERAL datamon._lost_places(p.places, k.bits, width, m.bucket_origin) l
			WHERE l.buckets <> '{}'
		LOOP
			RETURN QUERY SELECT v_heap::oid, 'rest', r.block, r.rest, NULL::timestamptz, NULL::bigint
				UNION ALL SELECT v_heap::oid, 'single', 1, NULL::bytea, b, NULL::bigint FROM unnest(r.buckets) b WHERE b >= labels_from;
		END LOOP;
		IF v_tids <> '{}' THEN
			RETURN QUERY SELECT v_heap::oid, 'single', 1::bigint, NULL::bytea, b, NULL::bigint
			FROM unnest(datamon._buckets_of_labels(_dirty_labelled.monitor_id, v_heap, v_tids, labels_from)) b;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._dirty_labelled(int, regclass[], regclass[], bigint, timestamptz, timestamptz, boolean) IS 'internal';

/*
 * Stretches of the source that hold all buckets of a list, and no more than 100
 * of them: what lies between is read in vain where gaps are short, or there is
 * no index to leave it out.
 */
CREATE FUNCTION datamon._stretches(buckets timestamptz[], width interval, indexed boolean)
RETURNS TABLE (low timestamptz, high timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	WITH placed AS (
		-- Seconds: an interval may not hold what lies between two buckets.
		SELECT x.b, date_part('epoch', x.b) - lag(date_part('epoch', x.b)) OVER (ORDER BY x.b) AS gap FROM unnest($1) x (b)
	), counted AS (
		SELECT p.b, $3 AND p.gap > 4 * date_part('epoch', $2) AND row_number() OVER (ORDER BY p.gap DESC NULLS LAST) < 100 AS apart FROM placed p
	), numbered AS (
		SELECT c.b, count(*) FILTER (WHERE c.apart) OVER (ORDER BY c.b) AS no FROM counted c
	)
	SELECT min(n.b), CASE WHEN max(n.b) < '290000-01-01Z' THEN max(n.b) + $2 ELSE 'infinity' END
	FROM numbered n GROUP BY n.no ORDER BY 1
$$;
COMMENT ON FUNCTION datamon._stretches(timestamptz[], interval, boolean) IS 'internal';

/* _rows_query() of several stretches: what it says of the monitor is looked up once. */
CREATE FUNCTION datamon._rows_queries(monitor_id int, lows timestamptz[], highs timestamptz[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT array_agg(replace(replace(q.query, quote_literal(q.low), quote_literal(x.low)), quote_literal(q.high), quote_literal(x.high)) ORDER BY x.no)
	FROM (SELECT datamon._rows_query($1, d.low, d.high, 'infinity', true) AS query, d.low, d.high
		FROM (VALUES (timestamptz '0001-01-01 00:00:01Z', timestamptz '0001-01-01 00:00:02Z')) d (low, high) OFFSET 0) q
	CROSS JOIN unnest($2, $3) WITH ORDINALITY x (low, high, no)
$$;
COMMENT ON FUNCTION datamon._rows_queries(int, timestamptz[], timestamptz[]) IS 'internal';

/*
 * All that a tick reads, in one snapshot: what changed, and dirty buckets (a
 * chunk of history is some more of them) counted again, as tiles of kind
 * "again" and places of labels of kind "place".
 */
CREATE FUNCTION datamon._read_labelled(monitor_id int, source_heaps regclass[], label_heaps regclass[], from_start timestamptz,
	labels_from timestamptz, chunk_low timestamptz, chunk_high timestamptz, first_piece int, anew boolean, all_lost boolean)
RETURNS TABLE (heap oid, kind text, number bigint, bytes bytea, value jsonb, cuboid int, part bigint, bucket timestamptz,
	piece int, n bigint, cells datamon.tile)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	c record;
	d record;
	r record;
	v_lost tstzrange[] := '{}';
	v_singles timestamptz[] := '{}';
	v_last timestamptz := '-infinity';
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _read_labelled.monitor_id;
	SELECT * INTO c FROM datamon._tile_shape(_read_labelled.monitor_id);
	FOR d IN
		SELECT x.* FROM datamon._dirty_labelled(_read_labelled.monitor_id, source_heaps, label_heaps, c.width, from_start, labels_from, anew) x
		UNION ALL SELECT NULL, 'lost', NULL, NULL, from_start, NULL WHERE all_lost
		UNION ALL SELECT NULL, 'lost', (extract(epoch FROM chunk_high - chunk_low) / extract(epoch FROM m.bucket))::bigint, NULL, chunk_low, NULL
		WHERE chunk_low IS NOT NULL
	LOOP
		IF d.kind = 'single' THEN
			v_singles := v_singles || d.bucket;
		ELSIF d.kind = 'lost' THEN
			-- Both bounds are starts of buckets: the last bucket may have no end that a timestamp holds.
			v_lost := v_lost || tstzrange(d.bucket, coalesce(d.bucket + (d.number - 1) * m.bucket, 'infinity'), '[]');
			RETURN QUERY SELECT d.heap, d.kind, d.number, NULL::bytea, NULL::jsonb, NULL::int, NULL::bigint, d.bucket, NULL::int, NULL::bigint,
				NULL::datamon.tile;
		ELSE
			RETURN QUERY SELECT d.heap, d.kind, d.number, d.bytes, NULL::jsonb, NULL::int, NULL::bigint, d.bucket, NULL::int, d.n,
				NULL::datamon.tile;
		END IF;
	END LOOP;
	-- What waits as history is counted when its turn comes.
	v_singles := ARRAY(SELECT DISTINCT x FROM unnest(v_singles) x
		WHERE NOT EXISTS (SELECT FROM unnest(v_lost) l WHERE x <@ l)
			AND NOT EXISTS (SELECT FROM datamon._own_backfill b
				WHERE b.monitor_id = _read_labelled.monitor_id AND x >= b.from_start AND x < b.read_from)
		ORDER BY x);
	RETURN QUERY SELECT NULL::oid, 'single', 1::bigint, NULL::bytea, NULL::jsonb, NULL::int, NULL::bigint, x, NULL::int, NULL::bigint, NULL::datamon.tile
		FROM unnest(v_singles) x;
	FOR d IN
		-- Ranges, what overlaps once; and the buckets beside them.
		SELECT datamon._rows_queries(_read_labelled.monitor_id, array_agg(x.low ORDER BY x.low), array_agg(x.high ORDER BY x.low)) AS queries,
			NULL::timestamptz[] AS inside, v_singles = '{}' AS is_last
		FROM (SELECT greatest(lower(y.during), max(y.until) OVER (ORDER BY y.no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS low,
				y.until AS high
			FROM (SELECT l AS during, CASE WHEN upper(l) < '290000-01-01Z' THEN upper(l) + m.bucket ELSE 'infinity' END AS until,
					row_number() OVER (ORDER BY l) AS no
				FROM unnest(v_lost) l) y) x
		WHERE x.low < x.high
		HAVING count(*) > 0
		UNION ALL
		SELECT datamon._rows_queries(_read_labelled.monitor_id, array_agg(x.low ORDER BY x.low), array_agg(x.high ORDER BY x.low)), v_singles, true
		FROM datamon._stretches(v_singles, m.bucket, datamon._has_index_on(m.source, m.time_column)) x
		HAVING count(*) > 0
	LOOP
		IF d.is_last THEN
			-- What it yields can be large, and every hand that it goes through costs.
			RETURN QUERY SELECT CASE t.kind WHEN 'place' THEN t.part::oid END, CASE t.kind WHEN 'tile' THEN 'again' ELSE t.kind END, t.number,
				t.bytes, t.value, t.cuboid, t.part, t.bucket, first_piece + t.piece, t.n, t.cells
			FROM datamon._tiles_of_labelled(d.queries, c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width,
				m.bucket_origin, d.inside, c.known_dimension, c.known_bytes, c.cuboid_no, c.mask, c.part, c.bits, c.most, labels_from) t;
			CONTINUE;
		END IF;
		FOR r IN SELECT t.* FROM datamon._tiles_of_labelled(d.queries, c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width,
			m.bucket_origin, d.inside, c.known_dimension, c.known_bytes, c.cuboid_no, c.mask, c.part, c.bits, c.most, labels_from) t
		LOOP
			IF r.kind = 'value' THEN
				-- What is counted next has to know it, in its place.
				c.known_dimension := c.known_dimension || r.cuboid;
				c.known_bytes := c.known_bytes || r.bytes;
			END IF;
			RETURN QUERY SELECT CASE r.kind WHEN 'place' THEN r.part::oid END, CASE r.kind WHEN 'tile' THEN 'again' ELSE r.kind END, r.number,
				r.bytes, r.value, r.cuboid, r.part, r.bucket, first_piece + r.piece, r.n, r.cells;
		END LOOP;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._read_labelled(int, regclass[], regclass[], timestamptz, timestamptz, timestamptz, timestamptz, int, boolean,
	boolean) IS 'internal';

/*
 * Follows the heaps of rows and labels: brings tiles and cells up to them, and
 * reads a chunk of history, if there is one.  Revised: the buckets whose cells
 * changed; filled: those of the chunk, NULL without one; newest: the newest
 * time on pages of the source that were read.
 */
CREATE FUNCTION datamon._follow_labels(monitor_id int, from_start timestamptz, labels_from timestamptz, is_ticked boolean,
	OUT revised timestamptz[], OUT filled timestamptz[], OUT too_late bigint, OUT newest timestamptz)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	h record;
	m record;
	w record;
	v_heaps oid[];
	v_width bigint;
	v_tick int;
	v_anew boolean;
	v_gone boolean;
	v_dirty timestamptz[];
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _follow_labels.monitor_id;
	SELECT * INTO h FROM datamon._labelled_heaps(_follow_labels.monitor_id);
	SELECT * INTO w FROM datamon._next_chunk(_follow_labels.monitor_id);
	v_width := (extract(epoch FROM m.bucket) * 1000000)::bigint;
	v_heaps := h.source_heaps::oid[] || h.label_heaps::oid[];
	v_anew := NOT EXISTS (SELECT FROM datamon._own_heap_state s WHERE s.monitor_id = _follow_labels.monitor_id);
	-- A partition that is gone took rows along; of which buckets, only labels know.
	v_gone := EXISTS (SELECT FROM datamon._own_heap_state s WHERE s.monitor_id = _follow_labels.monitor_id AND s.relation <> ALL (v_heaps));
	UPDATE datamon._own_state s SET ticks = s.ticks + 2 WHERE s.monitor_id = _follow_labels.monitor_id
	RETURNING s.ticks - 1 INTO v_tick;
	WITH made AS MATERIALIZED (
		SELECT t.* FROM datamon._read_labelled(_follow_labels.monitor_id, h.source_heaps, h.label_heaps,
			CASE WHEN v_anew AND is_ticked THEN least(from_start, labels_from) ELSE from_start END, labels_from, w.low, w.high,
			v_tick, v_anew, v_gone) t
	), said AS MATERIALIZED (
		-- Apart from the tiles, which are large.
		SELECT t.heap, t.kind, t.number, t.bytes, t.value, t.cuboid, t.bucket, t.n FROM made t WHERE t.kind <> 'again'
	), learned AS (
		INSERT INTO datamon._own_dimension_value (monitor_id, dimension_no, value_id, bytes, value)
		SELECT _follow_labels.monitor_id, t.cuboid, t.number, t.bytes, t.value FROM said t WHERE t.kind = 'value'
	), counted AS (
		UPDATE datamon._own_dimension d SET known_values = x.known
		FROM (SELECT t.cuboid AS dimension_no, max(t.number) AS known FROM said t WHERE t.kind = 'value' GROUP BY 1) x
		WHERE d.monitor_id = _follow_labels.monitor_id AND d.dimension_no = x.dimension_no
	), lost AS MATERIALIZED (
		SELECT t.bucket AS first, coalesce(t.bucket + (t.number - 1) * m.bucket, 'infinity') AS last FROM said t WHERE t.kind = 'lost'
	), written AS (
		INSERT INTO datamon._own_tile AS o (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells)
		SELECT _follow_labels.monitor_id, t.cuboid, 0, t.part, t.bucket, t.piece, t.n, t.cells FROM made t WHERE t.kind = 'again'
		RETURNING o.bucket
	), gone AS (
		-- Bounds that an index can use: nothing dirty, nothing read.
		DELETE FROM datamon._own_tile o
		WHERE o.monitor_id = _follow_labels.monitor_id AND o.tier = 0
			AND o.bucket >= (SELECT min(d.first) FROM lost d) AND o.bucket <= (SELECT max(d.last) FROM lost d)
			AND EXISTS (SELECT FROM lost d WHERE o.bucket BETWEEN d.first AND d.last)
		RETURNING o.bucket
	), gone_single AS (
		DELETE FROM datamon._own_tile o
		WHERE o.monitor_id = _follow_labels.monitor_id AND o.tier = 0
			AND o.bucket = ANY (ARRAY(SELECT t.bucket FROM said t WHERE t.kind = 'single'))
		RETURNING o.bucket
	), state AS (
		INSERT INTO datamon._own_heap_state AS s (monitor_id, relation, state)
		SELECT _follow_labels.monitor_id, t.heap, coalesce(t.bytes, '') FROM said t WHERE t.kind = 'state'
		ON CONFLICT (monitor_id, relation) DO UPDATE SET state = excluded.state
	), mapped AS (
		INSERT INTO datamon._own_page_map AS p (monitor_id, relation, chunk, map)
		SELECT _follow_labels.monitor_id, t.heap, t.number, t.bytes FROM said t WHERE t.kind = 'chunk'
		ON CONFLICT (monitor_id, relation, chunk) DO UPDATE SET map = excluded.map
	), unmapped AS (
		DELETE FROM datamon._own_page_map p USING said t
		WHERE t.kind = 'state' AND p.monitor_id = _follow_labels.monitor_id AND p.relation = t.heap AND p.chunk >= t.number
	), page AS MATERIALIZED (
		SELECT t.heap, t.number AS block, array_agg(t.bytes) AS places, bool_or(t.kind = 'rest')
				OR t.heap IN (SELECT v.heap FROM said v WHERE v.kind = 'void') AS is_whole
		FROM said t WHERE t.kind IN ('place', 'rest') GROUP BY t.heap, t.number
	), remembered AS (
		INSERT INTO datamon._own_label_place AS o (monitor_id, relation, block, places, newest)
		SELECT _follow_labels.monitor_id, p.heap, p.block, j.joined, j.newest
		FROM page p
		LEFT JOIN datamon._own_label_place s ON NOT p.is_whole AND s.monitor_id = _follow_labels.monitor_id AND s.relation = p.heap
			AND s.block = p.block
		CROSS JOIN LATERAL datamon._join_places(p.places || s.places, v_width, m.bucket_origin, labels_from) j
		WHERE s.places IS DISTINCT FROM j.joined
		ON CONFLICT (monitor_id, relation, block) DO UPDATE SET places = excluded.places, newest = excluded.newest
	), forgotten AS (
		DELETE FROM datamon._own_label_place o USING said t
		WHERE t.kind = 'void' AND o.monitor_id = _follow_labels.monitor_id AND o.relation = t.heap
			AND NOT EXISTS (SELECT FROM page p WHERE p.heap = o.relation AND p.block = o.block)
	)
	SELECT ARRAY(SELECT x.bucket FROM written x UNION SELECT g.bucket FROM gone g UNION SELECT g.bucket FROM gone_single g ORDER BY 1),
		(SELECT coalesce(sum(t.n), 0) FROM said t WHERE t.kind = 'state'),
		(SELECT nullif(max(t.bucket), '-infinity') FROM said t WHERE t.kind = 'state')
	INTO v_dirty, too_late, newest;
	DELETE FROM datamon._own_heap_state s WHERE v_gone AND s.monitor_id = _follow_labels.monitor_id AND s.relation <> ALL (v_heaps);
	-- Of rows that no label will revise any more.
	DELETE FROM datamon._own_label_place o WHERE o.monitor_id = _follow_labels.monitor_id AND o.newest < labels_from;
	PERFORM datamon._join_pieces(_follow_labels.monitor_id, v_dirty);
	revised := datamon._store_cells(_follow_labels.monitor_id, v_dirty);
	IF w.low IS NOT NULL THEN
		filled := ARRAY(SELECT x FROM unnest(v_dirty) x WHERE x >= w.low AND x < w.high);
		revised := ARRAY(SELECT x FROM unnest(revised) x WHERE x < w.low OR x >= w.high);
		PERFORM datamon._chunk_read(_follow_labels.monitor_id, w.stretch, w.low);
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._follow_labels(int, timestamptz, timestamptz, boolean) IS 'internal';
