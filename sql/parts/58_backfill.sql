/*
 * Sources that already hold a long history: the first tick reads what is
 * newest, each tick after that a chunk of what is older (docs/backfill.md).
 */

/* Rows of a chunk, about; 0: all at once. */
CREATE FUNCTION datamon._backfill_rows() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(current_setting('datamon.backfill_rows', true), '1000000')::bigint
$$;
COMMENT ON FUNCTION datamon._backfill_rows() IS 'internal';

/* Whether history of a window has not been read yet. */
CREATE FUNCTION datamon._waits(monitor_id int, from_start timestamptz, to_start timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
	RETURN EXISTS (SELECT FROM datamon._own_backfill b
		WHERE b.monitor_id = _waits.monitor_id AND b.from_start < b.read_from AND b.from_start < _waits.to_start
			AND b.read_from > _waits.from_start);
END
$$;
COMMENT ON FUNCTION datamon._waits(int, timestamptz, timestamptz) IS 'internal';

/* Whether a part of the day (or hour) that a tile is of waits: it will be merged again from all its tiles. */
CREATE FUNCTION datamon._day_waits(monitor_id int, bucket timestamptz, width interval, origin timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT datamon._waits($1, datamon._bucket($2, $3, $4), datamon._bucket($2, $3, $4) + $3)
$$;
COMMENT ON FUNCTION datamon._day_waits(int, timestamptz, interval, timestamptz) IS 'internal';

/* The time of a row after so many newer ones of a window; NULL: there are not so many. */
CREATE FUNCTION datamon._time_after_rows(monitor_id int, from_start timestamptz, to_start timestamptz, rows bigint) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_at timestamptz;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _time_after_rows.monitor_id;
	EXECUTE format('SELECT %s FROM (SELECT s.%I FROM %s s WHERE %s ORDER BY s.%2$I DESC OFFSET $3 LIMIT 1) s',
		datamon._time_expression(m.source, m.time_column, 's'), m.time_column, datamon._qualified(m.source),
		datamon._time_range(m.source, m.time_column, '$1', '$2'))
	INTO v_at USING from_start, to_start, rows;
	RETURN v_at;
END
$$;
COMMENT ON FUNCTION datamon._time_after_rows(int, timestamptz, timestamptz, bigint) IS 'internal';

/* Chunks end where hours do, or buckets that are longer. */
CREATE FUNCTION datamon._backfill_unit(bucket interval) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(datamon._tier_width($1, 1), $1)
$$;
COMMENT ON FUNCTION datamon._backfill_unit(interval) IS 'internal';

/*
 * Where the first tick begins.  Of a long history that an index on time makes
 * cheap to read by stretches, with the open window and the trailing buckets
 * before it, as far as a chunk reaches; what is older is noted as stretches:
 * the baseline, which rules wait for, then newest first.
 */
CREATE FUNCTION datamon._plan_backfill(monitor_id int, clock timestamptz) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	v_rows bigint := datamon._backfill_rows();
	v_unit interval;
	v_oldest timestamptz;
	v_newest timestamptz;
	v_open timestamptz;
	v_start timestamptz;
	v_low timestamptz;
	v_high timestamptz;
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _plan_backfill.monitor_id;
	DELETE FROM datamon._own_backfill b WHERE b.monitor_id = _plan_backfill.monitor_id;
	IF v_rows = 0 OR NOT datamon._has_index_on(m.source, m.time_column) OR datamon._reads_distributed(m.source)
		OR datamon._estimated_rows(m.source) < 2 * v_rows THEN
		RETURN '-infinity';
	END IF;
	EXECUTE format('SELECT (SELECT %1$s FROM (SELECT min(i.%2$I) AS %2$I FROM %3$s i WHERE i.%2$I > ''-infinity'') s),
			(SELECT %1$s FROM (SELECT max(i.%2$I) AS %2$I FROM %3$s i WHERE i.%2$I < %4$s) s)',
		datamon._time_expression(m.source, m.time_column, 's'), m.time_column, datamon._qualified(m.source),
		datamon._time_limit(m.source, m.time_column)) INTO v_oldest, v_newest;
	v_unit := datamon._backfill_unit(m.bucket);
	v_oldest := datamon._bucket(v_oldest, v_unit, m.bucket_origin);
	v_open := datamon._bucket(least(v_newest, clock) - m.lateness, v_unit, m.bucket_origin);
	v_start := least(v_open, greatest(datamon._bucket(v_newest - (m.trailing_buckets + 8) * m.bucket, v_unit, m.bucket_origin),
		datamon._bucket(datamon._time_after_rows(monitor_id, '-infinity', 'infinity', v_rows), v_unit, m.bucket_origin)));
	IF v_oldest IS NULL OR v_start <= v_oldest THEN
		RETURN '-infinity';
	END IF;
	v_low := least(greatest(datamon._bucket(lower(m.baseline), v_unit, m.bucket_origin), v_oldest), v_start);
	v_high := least(greatest(datamon._next_start(upper(m.baseline), v_unit, m.bucket_origin), v_oldest), v_start);
	INSERT INTO datamon._own_backfill (monitor_id, stretch, from_start, to_start, read_from)
	SELECT _plan_backfill.monitor_id, x.stretch, x.low, x.high, x.high
	FROM (VALUES (1, v_low, v_high), (2, coalesce(v_high, v_oldest), v_start), (3, v_oldest, v_low)) x (stretch, low, high)
	WHERE x.low < x.high;
	-- What is history by now is not judged.
	UPDATE datamon._own_state s SET evaluated_until = greatest(v_start, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin)),
		performance_until = greatest(v_start, datamon._bucket(upper(m.baseline), m.bucket, m.bucket_origin))
	WHERE s.monitor_id = _plan_backfill.monitor_id;
	RETURN v_start;
END
$$;
COMMENT ON FUNCTION datamon._plan_backfill(int, timestamptz) IS 'internal';

/* The next chunk of history, [low, high); NULL: there is none. */
CREATE FUNCTION datamon._next_chunk(monitor_id int, OUT stretch int, OUT low timestamptz, OUT high timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	b record;
	v_rows bigint := datamon._backfill_rows();
BEGIN
	SELECT x.* INTO b FROM datamon._own_backfill x
	WHERE x.monitor_id = _next_chunk.monitor_id AND x.from_start < x.read_from ORDER BY x.stretch LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _next_chunk.monitor_id;
	stretch := b.stretch;
	high := b.read_from;
	low := CASE WHEN v_rows > 0 THEN datamon._time_after_rows(monitor_id, b.from_start, b.read_from, v_rows) END;
	low := greatest(datamon._bucket(low, datamon._backfill_unit(m.bucket), m.bucket_origin), b.from_start);
END
$$;
COMMENT ON FUNCTION datamon._next_chunk(int) IS 'internal';

/* A chunk has been read, and its cells are stored. */
CREATE FUNCTION datamon._chunk_read(monitor_id int, stretch int, low timestamptz) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE datamon._own_backfill x
	SET read_from = $3, n = x.n + (SELECT coalesce(sum(c.n), 0) FROM datamon._own_cell c JOIN datamon._own_segment g USING (monitor_id, segment_id)
		WHERE c.monitor_id = $1 AND g.key = '{}' AND c.bucket >= $3 AND c.bucket < x.read_from)
	WHERE x.monitor_id = $1 AND x.stretch = $2
$$;
COMMENT ON FUNCTION datamon._chunk_read(int, int, timestamptz) IS 'internal';

/* Reads the next chunk of history; returns its buckets. */
CREATE FUNCTION datamon._backfill_chunk(monitor_id int) RETURNS timestamptz[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	b record;
	v_buckets timestamptz[];
BEGIN
	SELECT x.* INTO b FROM datamon._next_chunk(_backfill_chunk.monitor_id) x;
	IF b.low IS NULL THEN
		RETURN '{}';
	END IF;
	-- A label that came before the chunk has made tiles, maybe of rows that are gone since.
	WITH gone AS (DELETE FROM datamon._own_tile t WHERE t.monitor_id = _backfill_chunk.monitor_id AND t.tier = 0
			AND t.bucket >= b.low AND t.bucket < b.high RETURNING t.bucket)
	SELECT coalesce(array_agg(DISTINCT g.bucket), '{}') INTO v_buckets FROM gone g;
	v_buckets := v_buckets || datamon._store_tiles(monitor_id, datamon._rows_query(monitor_id, b.low, b.high, 'infinity'), NULL, false);
	PERFORM datamon._store_cells(monitor_id, v_buckets);
	PERFORM datamon._chunk_read(monitor_id, b.stretch, b.low);
	RETURN v_buckets;
END
$$;
COMMENT ON FUNCTION datamon._backfill_chunk(int) IS 'internal';
