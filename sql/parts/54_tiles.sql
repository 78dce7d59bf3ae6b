/*
 * Cells of all segments: from rows to tiles, from tiles to the cells that rules
 * look at, to hours and days, and away again.
 */

/*
 * Tiles of the rows that a query yields: time, dimensions, columns of the
 * profile and, with outcome, what was true and what was predicted.  Only rows
 * of the given buckets count; NULL: all.  Values of dimensions that are not
 * known yet come as rows of kind "value": dimension in cuboid, id in number.
 */
CREATE FUNCTION datamon._tiles_of_query(query text, dimensions int, kinds text, significant_bits int, outcome boolean, width bigint,
	origin timestamptz, buckets timestamptz[], known_dimension int[], known_bytes bytea[], cuboid_no int[], cuboid_mask int[],
	part_dimension int[], part_bits int[], most_values int[])
RETURNS TABLE (kind text, number bigint, bytes bytea, value jsonb, cuboid int, part bigint, bucket timestamptz, piece int,
	n bigint, cells datamon.tile)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_tiles_of_query';
COMMENT ON FUNCTION datamon._tiles_of_query(text, int, text, int, boolean, bigint, timestamptz, timestamptz[], int[], bytea[], int[],
	int[], int[], int[], int[]) IS 'internal';

/*
 * The same of the rows of a heap that changed since the state was taken
 * (src/cube/tiles_of_heap.c), by names in place of the query's columns; true
 * and predicted are those >= their threshold, or 1 or true without one.  With
 * insert, tiles are inserted, and come without their cells.
 */
CREATE FUNCTION datamon._tiles_of_heap(relation regclass, dimensions int, kinds text, significant_bits int, outcome boolean, width bigint,
	origin timestamptz, buckets timestamptz[], known_dimension int[], known_bytes bytea[], cuboid_no int[], cuboid_mask int[],
	part_dimension int[], part_bits int[], most_values int[], names name[], actual_threshold float8, predicted_threshold float8, monitor_id int,
	state bytea, from_start timestamptz, first_piece int, named regclass, insert boolean)
RETURNS TABLE (kind text, number bigint, bytes bytea, value jsonb, cuboid int, part bigint, bucket timestamptz, piece int,
	n bigint, cells datamon.tile)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_tiles_of_heap';
COMMENT ON FUNCTION datamon._tiles_of_heap(regclass, int, text, int, boolean, bigint, timestamptz, timestamptz[], int[], bytea[], int[],
	int[], int[], int[], int[], name[], float8, float8, int, bytea, timestamptz, int, regclass, boolean) IS 'internal';

CREATE FUNCTION datamon._heap_obstacle(named regclass, relation regclass, names name[]) RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_heap_obstacle';
COMMENT ON FUNCTION datamon._heap_obstacle(regclass, regclass, name[]) IS 'internal';

/* How many values share a tile, as a power of two: some 256 tiles a bucket, a row and its index entries each. */
CREATE FUNCTION datamon._part_bits(values_seen bigint) RETURNS int
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT ceil(ln(greatest($1 / 256.0, 1.0)) / ln(2.0))::int
$$;
COMMENT ON FUNCTION datamon._part_bits(bigint) IS 'internal';

/* What C needs to know of a monitor to make tiles. */
CREATE FUNCTION datamon._tile_shape(monitor_id int, OUT dimensions int, OUT kinds text, OUT outcome boolean, OUT width bigint,
	OUT cuboid_no int[], OUT mask int[], OUT part int[], OUT bits int[], OUT most int[], OUT known_dimension int[], OUT known_bytes bytea[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	SELECT (SELECT count(*)::int FROM datamon._own_dimension d WHERE d.monitor_id = $1),
		(SELECT coalesce(string_agg(left(w.kind, 1), '' ORDER BY w.column_no), 'c')
			FROM datamon._own_monitored_column w WHERE w.monitor_id = $1 AND w.column_no IS NOT NULL),
		(SELECT o.choice IS NOT NULL FROM datamon._outcome($1) o),
		(SELECT (extract(epoch FROM m.bucket) * 1000000)::bigint FROM datamon._own_monitor m WHERE m.monitor_id = $1),
		k.no, k.mask, k.part, k.bits,
		ARRAY(SELECT d.max_values FROM datamon._own_dimension d WHERE d.monitor_id = $1 ORDER BY d.dimension_no), v.dimension, v.bytes
	INTO dimensions, kinds, outcome, width, cuboid_no, mask, part, bits, most, known_dimension, known_bytes
	FROM (
		SELECT array_agg(k.cuboid_no ORDER BY k.cuboid_no) AS no,
			array_agg((SELECT coalesce(sum(1 << (d - 1)), 0)::int FROM unnest(k.dimensions) d) ORDER BY k.cuboid_no) AS mask,
			array_agg(coalesce(k.part_dimension, 0) ORDER BY k.cuboid_no) AS part, array_agg(k.part_bits ORDER BY k.cuboid_no) AS bits
		FROM datamon._own_cuboid k WHERE k.monitor_id = $1) k
	CROSS JOIN (
		SELECT coalesce(array_agg(v.dimension_no ORDER BY v.dimension_no, v.value_id), '{}') AS dimension,
			coalesce(array_agg(v.bytes ORDER BY v.dimension_no, v.value_id), '{}') AS bytes
		FROM datamon._own_dimension_value v WHERE v.monitor_id = $1) v;
END
$$;
COMMENT ON FUNCTION datamon._tile_shape(int) IS 'internal';

/* The heaps of a table: itself, or its leaf partitions. */
CREATE FUNCTION datamon._heaps_of(relation regclass) RETURNS regclass[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE c.relkind WHEN 'p' THEN ARRAY(SELECT t.relid FROM pg_partition_tree($1) t WHERE t.isleaf AND t.relid <> $1 ORDER BY t.relid)
		ELSE ARRAY[$1] END
	FROM pg_class c WHERE c.oid = $1
$$;
COMMENT ON FUNCTION datamon._heaps_of(regclass) IS 'internal';

/*
 * The columns of a source in the order in which C reads them, where its heap
 * can be followed; else why not.
 */
CREATE FUNCTION datamon._heap_columns(monitor_id int, OUT names name[], OUT threshold float8, OUT heaps regclass[], OUT obstacle text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	o record;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _heap_columns.monitor_id;
	obstacle := CASE WHEN m.labels IS NOT NULL THEN 'labels are in another table'
		WHEN NOT datamon._has_xmin(m.source) THEN 'it is no table, or not of heaps only'
		WHEN NOT EXISTS (SELECT FROM datamon._own_monitored_column c WHERE c.monitor_id = _heap_columns.monitor_id AND c.column_no IS NOT NULL)
			THEN 'no column is profiled' END;
	IF obstacle IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO o FROM datamon._outcome_columns(monitor_id);
	threshold := o.threshold;
	names := ARRAY[m.time_column]
		|| ARRAY(SELECT d.column_name FROM datamon._own_dimension d WHERE d.monitor_id = _heap_columns.monitor_id ORDER BY d.dimension_no)
		|| ARRAY(SELECT c.column_name FROM datamon._own_monitored_column c
			WHERE c.monitor_id = _heap_columns.monitor_id AND c.column_no IS NOT NULL ORDER BY c.column_no)
		|| CASE WHEN o.actual IS NOT NULL THEN ARRAY[o.actual, o.predicted] ELSE '{}' END;
	heaps := datamon._heaps_of(m.source);
	obstacle := (SELECT datamon._heap_obstacle(m.source, h, names) AS o FROM unnest(heaps) h ORDER BY o LIMIT 1);
END
$$;
COMMENT ON FUNCTION datamon._heap_columns(int) IS 'internal';

/*
 * What the heaps of a source have to say: the rows of _tiles_of_heap() of each,
 * and of what is counted again.  All of it in one snapshot, which is why this
 * function is STABLE: in two, a row that is committed between them would be
 * counted by the second and added once more by the next tick.  Of several
 * heaps, those that lost rows know only their own: the buckets are counted
 * again by a query, and tiles of theirs that other heaps made are left out.
 */
CREATE FUNCTION datamon._read_heaps(monitor_id int, heaps regclass[], names name[], threshold float8, from_start timestamptz,
	first_piece int, all_lost boolean)
RETURNS TABLE (heap regclass, kind text, number bigint, bytes bytea, value jsonb, cuboid int, part bigint, bucket timestamptz,
	piece int, n bigint, cells datamon.tile)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	c record;
	r record;
	l record;
	v_heap regclass;
	v_state bytea;
	v_lost tstzrange[] := CASE WHEN all_lost THEN ARRAY[tstzrange(from_start, 'infinity', '[]')] ELSE '{}' END;
	v_low timestamptz;
	v_high timestamptz;
	v_last timestamptz := from_start;
	v_known boolean;
	v_piece int := first_piece;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _read_heaps.monitor_id;
	SELECT * INTO c FROM datamon._tile_shape(_read_heaps.monitor_id);
	FOREACH v_heap IN ARRAY heaps LOOP
		SELECT s.state INTO v_state FROM datamon._own_heap_state s
		WHERE s.monitor_id = _read_heaps.monitor_id AND s.relation = v_heap;
		v_known := FOUND;
		FOR r IN SELECT t.* FROM datamon._tiles_of_heap(v_heap, c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width,
			m.bucket_origin, NULL, c.known_dimension, c.known_bytes, c.cuboid_no, c.mask, c.part, c.bits, c.most, names, NULL, threshold,
			_read_heaps.monitor_id, v_state, from_start, v_piece, m.source, false) t
		LOOP
			IF r.kind = 'value' THEN
				-- The next heap has to know it, in its place.
				c.known_dimension := c.known_dimension || r.cuboid;
				c.known_bytes := c.known_bytes || r.bytes;
			ELSIF v_known AND r.kind IN ('dirty', 'all') THEN
				-- Both bounds are starts of buckets: the last bucket may have no end that a timestamp holds.
				v_lost := v_lost || CASE WHEN r.kind = 'all' THEN tstzrange(from_start, 'infinity', '[]')
					ELSE tstzrange(r.bucket, r.bucket + (r.number - 1) * m.bucket, '[]') END;
			END IF;
			RETURN QUERY SELECT v_heap, r.kind, r.number, r.bytes, r.value, r.cuboid, r.part, r.bucket, r.piece, r.n, r.cells;
		END LOOP;
		v_piece := v_piece + 1;
	END LOOP;
	IF cardinality(heaps) = 1 THEN
		RETURN;
	END IF;
	FOR l IN SELECT x AS during FROM unnest(v_lost) x ORDER BY x LOOP
		RETURN QUERY SELECT NULL::regclass, 'lost', CASE WHEN isfinite(lower(l.during)) AND isfinite(upper(l.during)) THEN
				((extract(epoch FROM upper(l.during)) - extract(epoch FROM lower(l.during))) / extract(epoch FROM m.bucket))::bigint + 1 END,
			NULL::bytea, NULL::jsonb, NULL::int, NULL::bigint, lower(l.during), NULL::int, NULL::bigint, NULL::datamon.tile;
		-- What overlaps is counted once.
		v_low := greatest(lower(l.during), v_last);
		v_high := CASE WHEN upper(l.during) < '290000-01-01Z' THEN upper(l.during) + m.bucket ELSE 'infinity' END;
		CONTINUE WHEN v_low >= v_high;
		v_last := v_high;
		FOR r IN SELECT t.* FROM datamon._tiles_of_query(datamon._rows_query(_read_heaps.monitor_id, v_low, v_high, 'infinity'),
			c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width, m.bucket_origin, NULL, c.known_dimension, c.known_bytes,
			c.cuboid_no, c.mask, c.part, c.bits, c.most) t
		LOOP
			IF r.kind = 'value' THEN
				c.known_dimension := c.known_dimension || r.cuboid;
				c.known_bytes := c.known_bytes || r.bytes;
			END IF;
			RETURN QUERY SELECT NULL::regclass, CASE r.kind WHEN 'tile' THEN 'again' ELSE r.kind END, r.number, r.bytes, r.value, r.cuboid,
				r.part, r.bucket, v_piece + r.piece, r.n, r.cells;
		END LOOP;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._read_heaps(int, regclass[], name[], float8, timestamptz, int, boolean) IS 'internal';

/* Follows every heap of a source: brings the tiles of the window up to the rows; newest is the newest time on pages that were read. */
CREATE FUNCTION datamon._follow_heaps(monitor_id int, from_start timestamptz, OUT revised timestamptz[], OUT too_late bigint,
	OUT newest timestamptz)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	h record;
	v_tick int;
	v_gone boolean;
	v_before timestamptz[] := '{}';
	m record;
	c record;
	v_single boolean;
	v_state bytea;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _follow_heaps.monitor_id;
	SELECT * INTO h FROM datamon._heap_columns(_follow_heaps.monitor_id);
	v_single := cardinality(h.heaps) = 1;
	-- A partition that is gone took rows along; of which buckets, nobody knows any more.
	DELETE FROM datamon._own_heap_state s WHERE s.monitor_id = _follow_heaps.monitor_id AND s.relation <> ALL (h.heaps::oid[]);
	v_gone := FOUND;
	IF NOT v_gone AND NOT EXISTS (SELECT FROM datamon._own_heap_state s WHERE s.monitor_id = _follow_heaps.monitor_id) THEN
		-- All begins anew.
		WITH gone AS (DELETE FROM datamon._own_tile t WHERE t.monitor_id = _follow_heaps.monitor_id AND t.tier = 0 AND t.bucket >= from_start
			RETURNING t.bucket)
		SELECT coalesce(array_agg(DISTINCT g.bucket), '{}') INTO v_before FROM gone g;
	END IF;
	-- Pieces of this tick have numbers of their own: what is dropped never meets what is put in.
	UPDATE datamon._own_state s SET ticks = s.ticks + cardinality(h.heaps) + 1 WHERE s.monitor_id = _follow_heaps.monitor_id
	RETURNING s.ticks - cardinality(h.heaps) INTO v_tick;

	-- One heap is read here, and its tiles are inserted as they are made: they are large, and every hand that they go through costs.
	SELECT * INTO c FROM datamon._tile_shape(_follow_heaps.monitor_id);
	SELECT s.state INTO v_state FROM datamon._own_heap_state s
	WHERE s.monitor_id = _follow_heaps.monitor_id AND s.relation = h.heaps[1];
	WITH made AS MATERIALIZED (
		SELECT h.heaps[1] AS heap, t.*
		FROM datamon._tiles_of_heap(h.heaps[1], c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width, m.bucket_origin, NULL,
			c.known_dimension, c.known_bytes, c.cuboid_no, c.mask, c.part, c.bits, c.most, h.names, NULL, h.threshold,
			_follow_heaps.monitor_id, v_state, from_start, v_tick, m.source, true) t
		WHERE v_single
		UNION ALL
		SELECT t.* FROM datamon._read_heaps(_follow_heaps.monitor_id, h.heaps, h.names, h.threshold, from_start, v_tick, v_gone) t
		WHERE NOT v_single
	), said AS MATERIALIZED (
		-- Apart from the tiles, which are large: what is joined below must not read them again and again.
		SELECT t.heap, t.kind, t.number, t.bytes, t.value, t.cuboid, t.bucket, t.n FROM made t WHERE v_single OR t.kind NOT IN ('tile', 'again')
	), learned AS (
		INSERT INTO datamon._own_dimension_value (monitor_id, dimension_no, value_id, bytes, value)
		SELECT _follow_heaps.monitor_id, t.cuboid, t.number, t.bytes, t.value FROM said t WHERE t.kind = 'value'
	), counted AS (
		UPDATE datamon._own_dimension d SET known_values = x.known
		FROM (SELECT t.cuboid AS dimension_no, max(t.number) AS known FROM said t WHERE t.kind = 'value' GROUP BY 1) x
		WHERE d.monitor_id = _follow_heaps.monitor_id AND d.dimension_no = x.dimension_no
	), dirty AS MATERIALIZED (
		SELECT t.bucket AS first, t.bucket + (t.number - 1) * m.bucket AS last
		FROM said t WHERE t.kind = 'dirty' AND v_single
		UNION ALL SELECT from_start, 'infinity' FROM said t WHERE t.kind = 'all' AND v_single
		UNION ALL SELECT t.bucket, coalesce(t.bucket + (t.number - 1) * m.bucket, 'infinity') FROM said t WHERE t.kind = 'lost'
	), written AS (
		INSERT INTO datamon._own_tile AS o (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells)
		SELECT _follow_heaps.monitor_id, t.cuboid, 0, t.part, t.bucket, t.piece, t.n, t.cells
		FROM made t
		WHERE NOT v_single
			AND (t.kind = 'again' OR t.kind = 'tile' AND NOT EXISTS (SELECT FROM dirty d WHERE t.bucket BETWEEN d.first AND d.last))
		RETURNING o.bucket
	), gone AS (
		-- Bounds that an index can use: nothing dirty, nothing read.
		DELETE FROM datamon._own_tile o
		WHERE o.monitor_id = _follow_heaps.monitor_id AND o.tier = 0
			AND o.bucket >= (SELECT min(d.first) FROM dirty d) AND o.bucket <= (SELECT max(d.last) FROM dirty d)
			AND EXISTS (SELECT FROM dirty d WHERE o.bucket BETWEEN d.first AND d.last)
		RETURNING o.bucket
	), state AS (
		INSERT INTO datamon._own_heap_state AS s (monitor_id, relation, state)
		SELECT _follow_heaps.monitor_id, t.heap, coalesce(t.bytes, '') FROM said t WHERE t.kind = 'state'
		ON CONFLICT (monitor_id, relation) DO UPDATE SET state = excluded.state
	), mapped AS (
		INSERT INTO datamon._own_page_map AS p (monitor_id, relation, chunk, map)
		SELECT _follow_heaps.monitor_id, t.heap, t.number, t.bytes FROM said t WHERE t.kind = 'chunk'
		ON CONFLICT (monitor_id, relation, chunk) DO UPDATE SET map = excluded.map
	), unmapped AS (
		DELETE FROM datamon._own_page_map p USING said t
		WHERE t.kind = 'state' AND p.monitor_id = _follow_heaps.monitor_id AND p.relation = t.heap AND p.chunk >= t.number
	)
	SELECT coalesce(array_agg(DISTINCT b.bucket), '{}') || v_before, (SELECT coalesce(sum(t.n), 0) FROM said t WHERE t.kind = 'state'),
		(SELECT nullif(max(t.bucket), '-infinity') FROM said t WHERE t.kind = 'state')
	INTO revised, too_late, newest
	FROM (SELECT w.bucket FROM written w UNION ALL SELECT g.bucket FROM gone g
		UNION ALL SELECT t.bucket FROM said t WHERE t.kind = 'tile' AND v_single) b;
	SELECT coalesce(array_agg(DISTINCT x ORDER BY x), '{}') INTO revised FROM unnest(revised) x;
	PERFORM datamon._join_pieces(_follow_heaps.monitor_id, revised);
END
$$;
COMMENT ON FUNCTION datamon._follow_heaps(int, timestamptz) IS 'internal';

/* Many pieces of a bucket become one. */
CREATE FUNCTION datamon._join_pieces(monitor_id int, buckets timestamptz[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_many timestamptz[];
BEGIN
	SELECT array_agg(x.bucket) INTO v_many
	FROM (SELECT t.bucket FROM datamon._own_tile t
		WHERE t.monitor_id = _join_pieces.monitor_id AND t.tier = 0 AND t.bucket = ANY (buckets)
		GROUP BY t.bucket HAVING count(DISTINCT t.piece) > 8) x;
	IF v_many IS NOT NULL THEN
		WITH old AS (
			DELETE FROM datamon._own_tile t
			WHERE t.monitor_id = _join_pieces.monitor_id AND t.tier = 0 AND t.bucket = ANY (v_many)
			RETURNING t.cuboid_no, t.part, t.bucket, t.piece, t.n, t.cells)
		INSERT INTO datamon._own_tile (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells)
		SELECT _join_pieces.monitor_id, o.cuboid_no, 0, o.part, o.bucket, max(o.piece), sum(o.n)::bigint, datamon.merge(o.cells)
		FROM old o GROUP BY o.cuboid_no, o.part, o.bucket;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._join_pieces(int, timestamptz[]) IS 'internal';

/* Replaces the tiles of some buckets (NULL: of all that the rows are of) by those of their rows; returns the buckets whose tiles changed. */
CREATE FUNCTION datamon._store_tiles(monitor_id int, query text, buckets timestamptz[], is_followed boolean DEFAULT true)
RETURNS timestamptz[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	c record;
	v_changed timestamptz[];
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _store_tiles.monitor_id;
	SELECT * INTO c FROM datamon._tile_shape(_store_tiles.monitor_id);
	-- Whoever follows the heap begins again, where these buckets are among those that it follows.
	DELETE FROM datamon._own_heap_state s WHERE is_followed AND s.monitor_id = _store_tiles.monitor_id;
	WITH made AS MATERIALIZED (
		SELECT t.* FROM datamon._tiles_of_query(query, c.dimensions, c.kinds, m.significant_bits, c.outcome, c.width,
			m.bucket_origin, buckets, c.known_dimension, c.known_bytes, c.cuboid_no, c.mask, c.part, c.bits, c.most) t
	), said AS MATERIALIZED (
		SELECT t.number, t.bytes, t.value, t.cuboid FROM made t WHERE t.kind = 'value'
	), place AS MATERIALIZED (
		SELECT t.cuboid, t.part, t.bucket, t.piece FROM made t WHERE t.kind = 'tile'
	), learned AS (
		INSERT INTO datamon._own_dimension_value (monitor_id, dimension_no, value_id, bytes, value)
		SELECT _store_tiles.monitor_id, t.cuboid, t.number, t.bytes, t.value FROM said t
	), counted AS (
		UPDATE datamon._own_dimension d SET known_values = x.known
		FROM (SELECT t.cuboid AS dimension_no, max(t.number) AS known FROM said t GROUP BY 1) x
		WHERE d.monitor_id = _store_tiles.monitor_id AND d.dimension_no = x.dimension_no
	), written AS (
		INSERT INTO datamon._own_tile AS o (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells)
		SELECT _store_tiles.monitor_id, t.cuboid, 0, t.part, t.bucket, t.piece, t.n, t.cells
		FROM made t WHERE t.kind = 'tile'
		ON CONFLICT (monitor_id, cuboid_no, tier, part, bucket, piece) DO UPDATE
		SET n = excluded.n, cells = excluded.cells
		WHERE o.cells OPERATOR(datamon.<>) excluded.cells
		RETURNING o.bucket
	), gone AS (
		DELETE FROM datamon._own_tile o
		WHERE o.monitor_id = _store_tiles.monitor_id AND o.tier = 0 AND o.bucket = ANY (buckets)
			AND (o.cuboid_no, o.part, o.bucket, o.piece) NOT IN (
				SELECT t.cuboid, t.part, t.bucket, t.piece FROM place t)
		RETURNING o.bucket
	)
	SELECT array_agg(DISTINCT b.bucket ORDER BY b.bucket) INTO v_changed
	FROM (SELECT w.bucket FROM written w UNION ALL SELECT g.bucket FROM gone g) b;
	RETURN coalesce(v_changed, '{}');
END
$$;
COMMENT ON FUNCTION datamon._store_tiles(int, text, timestamptz[], boolean) IS 'internal';

/*
 * The cells that rules look at, of some buckets, from their tiles: the whole
 * source, and every value of a dimension that has not too many.
 */
CREATE FUNCTION datamon._judged_cells(monitor_id int, buckets timestamptz[])
RETURNS TABLE (bucket timestamptz, key jsonb, n bigint, profile datamon.profile, performance datamon.f_beta_state)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	WITH wanted AS MATERIALIZED (
		SELECT d.dimension_no, d.column_name, k.cuboid_no, array_position(k.dimensions, d.dimension_no) AS place,
			k.part_dimension = d.dimension_no AS from_parts, row_number() OVER (ORDER BY d.known_values, d.dimension_no) AS no
		FROM datamon._own_dimension d
		CROSS JOIN LATERAL (SELECT k.* FROM datamon._own_cuboid k WHERE k.monitor_id = $1 AND d.dimension_no = ANY (k.dimensions)
			ORDER BY k.part_dimension = d.dimension_no, k.cuboid_no LIMIT 1) k
		WHERE d.monitor_id = $1 AND d.known_values <= d.judged_values
	), single AS MATERIALIZED (
		SELECT w.dimension_no, w.column_name, w.place, w.no, t.bucket, datamon.merge(datamon.roll_up(t.cells, ARRAY[w.place])) AS cells
		FROM wanted w
		JOIN datamon._own_tile t ON t.monitor_id = $1 AND t.cuboid_no = w.cuboid_no AND t.tier = 0 AND t.bucket = ANY ($2)
			AND t.bucket >= (SELECT min(b) FROM unnest($2) b) AND t.bucket <= (SELECT max(b) FROM unnest($2) b)
			AND (t.part = -1) <> w.from_parts
		GROUP BY w.dimension_no, w.column_name, w.place, w.no, t.bucket
	), merged AS (
		SELECT s.dimension_no, s.column_name, s.place, s.bucket, s.cells FROM single s
		UNION ALL
		-- The whole source is what the fewest values add up to; without any, the first cuboid.
		SELECT 0, NULL, 0, s.bucket, datamon.roll_up(s.cells, '{}') FROM single s WHERE s.no = 1
		UNION ALL
		SELECT 0, NULL, 0, t.bucket, datamon.merge(datamon.roll_up(t.cells, '{}'))
		FROM datamon._own_tile t
		WHERE NOT EXISTS (SELECT FROM wanted) AND t.monitor_id = $1 AND t.cuboid_no = 1 AND t.tier = 0 AND t.bucket = ANY ($2) AND t.part = -1
		GROUP BY t.bucket
	)
	SELECT g.bucket, CASE WHEN g.place = 0 THEN '{}' ELSE jsonb_build_object(g.column_name, coalesce(v.value, 'null')) END,
		c.n, c.profile, c.performance
	FROM merged g
	CROSS JOIN LATERAL datamon.cells(g.cells) c
	LEFT JOIN datamon._own_dimension_value v ON v.monitor_id = $1 AND v.dimension_no = g.dimension_no AND v.value_id = c.key[g.place];
END
$$;
COMMENT ON FUNCTION datamon._judged_cells(int, timestamptz[]) IS 'internal';

/* Brings the cells of some buckets up to their tiles; returns the buckets whose cells changed. */
CREATE FUNCTION datamon._store_cells(monitor_id int, buckets timestamptz[]) RETURNS timestamptz[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	v_changed timestamptz[];
BEGIN
	WITH fresh AS MATERIALIZED (
		SELECT f.* FROM datamon._judged_cells(_store_cells.monitor_id, buckets) f
	), added AS (
		INSERT INTO datamon._own_segment (monitor_id, key)
		SELECT DISTINCT _store_cells.monitor_id, f.key FROM fresh f
		WHERE f.key NOT IN (SELECT g.key FROM datamon._own_segment g WHERE g.monitor_id = _store_cells.monitor_id)
		RETURNING segment_id, key
	), place AS MATERIALIZED (
		SELECT g.segment_id, g.key FROM datamon._own_segment g WHERE g.monitor_id = _store_cells.monitor_id
		UNION ALL SELECT a.segment_id, a.key FROM added a
	), written AS (
		INSERT INTO datamon._own_cell AS o (monitor_id, segment_id, bucket, n, profile, performance)
		SELECT _store_cells.monitor_id, p.segment_id, f.bucket, f.n, f.profile, f.performance
		FROM fresh f JOIN place p ON p.key = f.key
		ON CONFLICT (monitor_id, segment_id, bucket) DO UPDATE
		SET n = excluded.n, profile = excluded.profile, performance = excluded.performance, revised_at = now()
		WHERE NOT (o.n = excluded.n AND o.profile OPERATOR(datamon.=) excluded.profile
			AND (o.performance IS NULL AND excluded.performance IS NULL
				OR coalesce(o.performance OPERATOR(datamon.=) excluded.performance, false)))
		RETURNING o.bucket
	), gone AS (
		DELETE FROM datamon._own_cell o
		WHERE o.monitor_id = _store_cells.monitor_id AND o.bucket = ANY (buckets)
			AND (o.segment_id, o.bucket) NOT IN (SELECT p.segment_id, f.bucket FROM fresh f JOIN place p ON p.key = f.key)
		RETURNING o.bucket
	)
	SELECT array_agg(DISTINCT b.bucket) INTO v_changed FROM (SELECT w.bucket FROM written w UNION ALL SELECT g.bucket FROM gone g) b;
	RETURN coalesce(v_changed, '{}');
END
$$;
COMMENT ON FUNCTION datamon._store_cells(int, timestamptz[]) IS 'internal';
