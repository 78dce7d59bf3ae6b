/*
 * Cells are kept as long as anything needs them: at least as long as the tiles
 * of the same buckets, and until they are judged and nothing can revise them.
 * Of those dropped, what volume is compared with for weeks is kept: their rows.
 */

/* The bucket before which no cell is needed any more; never less than it was. */
CREATE FUNCTION datamon._cells_needed_from(monitor_id int, clock timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT greatest(s.cells_from, least(s.buckets_from,
		-- Not judged yet, and the trailing buckets before that.
		CASE WHEN s.evaluated_until IS NOT NULL THEN
			greatest(least(s.evaluated_until, CASE WHEN EXISTS (SELECT FROM datamon._own_monitored_column c
				WHERE c.monitor_id = $1 AND c.role = 'label') THEN s.performance_until END), x.bucket - 1000 * m.bucket) - x.trailing END,
		-- The baseline is made of its cells: once, and again as long as one of them may be revised.
		CASE WHEN m.baseline IS NULL OR lower_inf(m.baseline) THEN CASE WHEN s.baseline_until IS NULL THEN '-infinity'::timestamptz END
			WHEN s.baseline_until IS NULL THEN lower(m.baseline) - x.trailing
			WHEN upper(m.baseline) > $2 - greatest(m.lateness, m.label_lateness) THEN lower(m.baseline) END))
	FROM datamon._own_monitor m
	JOIN datamon._own_state s USING (monitor_id)
	CROSS JOIN LATERAL (SELECT datamon._bucket($2, m.bucket, m.bucket_origin) AS bucket, (m.trailing_buckets + 1) * m.bucket AS trailing) x
	WHERE m.monitor_id = $1
$$;
COMMENT ON FUNCTION datamon._cells_needed_from(int, timestamptz) IS 'internal';

/* How far back volume looks: five weeks, or the trailing buckets. */
CREATE FUNCTION datamon._volume_span(bucket interval, trailing_buckets int) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT greatest(interval '35 days', ($2 + 8) * $1)
$$;
COMMENT ON FUNCTION datamon._volume_span(interval, int) IS 'internal';

/* Drops the cells that nothing needs; last in a tick, after they were judged.  filled: history may have come behind those dropped. */
CREATE FUNCTION datamon._drop_cells(monitor_id int, clock timestamptz, filled boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	m record;
	v_from timestamptz := (SELECT s.cells_from FROM datamon._own_state s WHERE s.monitor_id = _drop_cells.monitor_id);
	v_until timestamptz := datamon._cells_needed_from(monitor_id, clock);
BEGIN
	IF clock IS NULL OR v_until IS NULL OR v_until <= v_from AND NOT filled THEN
		RETURN;
	END IF;
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _drop_cells.monitor_id;
	WITH gone AS (
		DELETE FROM datamon._own_cell c WHERE c.monitor_id = _drop_cells.monitor_id AND c.bucket < v_until
		RETURNING c.bucket, c.segment_id, c.n)
	INSERT INTO datamon._own_past_volume AS v (monitor_id, bucket, cells)
	SELECT _drop_cells.monitor_id, g.bucket, datamon.tile(ARRAY[g.segment_id], g.n ORDER BY g.segment_id)
	FROM gone g
	WHERE g.bucket >= v_until - datamon._volume_span(m.bucket, m.trailing_buckets) AND g.segment_id < 4294967294
	GROUP BY g.bucket
	ON CONFLICT (monitor_id, bucket) DO UPDATE SET cells = excluded.cells;
	DELETE FROM datamon._own_past_volume v WHERE v.monitor_id = _drop_cells.monitor_id
		AND v.bucket < v_until - datamon._volume_span(m.bucket, m.trailing_buckets);
	UPDATE datamon._own_state s SET cells_from = v_until WHERE s.monitor_id = _drop_cells.monitor_id;
END
$$;
COMMENT ON FUNCTION datamon._drop_cells(int, timestamptz, boolean) IS 'internal';
