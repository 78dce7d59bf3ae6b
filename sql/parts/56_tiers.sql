/*
 * Tiers: buckets merge into hours, hours into days.  Each tier is kept for a
 * time of its own; a window is answered by the coarsest tiles that fit it.
 */

/* Width of a tier; NULL where a monitor has none: hours for buckets that fit in one, days likewise. */
CREATE FUNCTION datamon._tier_width(bucket interval, tier int) RETURNS interval
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE WHEN $2 = 0 THEN $1
		WHEN $2 = 1 AND $1 < '1 hour' AND mod(3600, date_part('epoch', $1)::bigint) = 0 THEN interval '1 hour'
		WHEN $2 = 2 AND $1 < '24 hours' AND mod(86400, date_part('epoch', $1)::bigint) = 0 THEN interval '24 hours' END
$$;
COMMENT ON FUNCTION datamon._tier_width(interval, int) IS 'internal';

/* Builds the tiles of one tier from those of the tier below, for the given starts. */
CREATE FUNCTION datamon._merge_tier(monitor_id int, to_tier int, from_tier int, width interval, starts timestamptz[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	DELETE FROM datamon._own_tile t
	WHERE t.monitor_id = _merge_tier.monitor_id AND t.tier = to_tier AND t.bucket = ANY (starts);
	INSERT INTO datamon._own_tile (monitor_id, cuboid_no, tier, part, bucket, piece, n, cells)
	SELECT t.monitor_id, t.cuboid_no, to_tier, t.part, s.start, 0, sum(t.n)::bigint, datamon.merge(t.cells)
	FROM unnest(starts) s (start)
	JOIN datamon._own_tile t ON t.monitor_id = _merge_tier.monitor_id AND t.tier = from_tier AND t.bucket >= s.start
		AND t.bucket < s.start + width
	GROUP BY t.monitor_id, t.cuboid_no, t.part, s.start;
END
$$;
COMMENT ON FUNCTION datamon._merge_tier(int, int, int, interval, timestamptz[]) IS 'internal';

/*
 * Rolls up what is complete and what was revised, then drops what is older
 * than it is kept.  A tile is dropped only when its rows are in a coarser one
 * and no late row or label can revise it any more.
 */
CREATE FUNCTION datamon._roll_up_tiers(monitor_id int, revised timestamptz[], clock timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	s record;
	v_hour interval;
	v_day interval;
	v_until timestamptz;
	v_starts timestamptz[];
	v_hours timestamptz[] := '{}';
	v_settled timestamptz;
	v_waiting boolean := datamon._waits(monitor_id, '-infinity', 'infinity');
BEGIN
	SELECT x.* INTO STRICT m FROM datamon._own_monitor x WHERE x.monitor_id = _roll_up_tiers.monitor_id;
	SELECT x.* INTO STRICT s FROM datamon._own_state x WHERE x.monitor_id = _roll_up_tiers.monitor_id;
	v_hour := datamon._tier_width(m.bucket, 1);
	v_day := datamon._tier_width(m.bucket, 2);
	IF v_hour IS NOT NULL THEN
		v_until := greatest(s.hours_until, datamon._bucket(clock, v_hour, m.bucket_origin));
		SELECT coalesce(array_agg(DISTINCT h.start ORDER BY h.start), '{}') INTO v_hours
		FROM (
			SELECT datamon._bucket(r, v_hour, m.bucket_origin) AS start FROM unnest(revised) r
			UNION ALL
			SELECT datamon._bucket(t.bucket, v_hour, m.bucket_origin) FROM datamon._own_tile t
			WHERE t.monitor_id = _roll_up_tiers.monitor_id AND t.tier = 0 AND t.bucket >= s.hours_until AND t.bucket < v_until) h
		WHERE h.start < v_until;
		PERFORM datamon._merge_tier(monitor_id, 1, 0, v_hour, v_hours);
		UPDATE datamon._own_state x SET hours_until = v_until
		WHERE x.monitor_id = _roll_up_tiers.monitor_id AND x.hours_until <> v_until;
	END IF;
	IF v_day IS NOT NULL THEN
		v_until := greatest(s.days_until, datamon._bucket(clock, v_day, m.bucket_origin));
		SELECT coalesce(array_agg(DISTINCT d.start ORDER BY d.start), '{}') INTO v_starts
		FROM (
			SELECT datamon._bucket(r, v_day, m.bucket_origin) AS start
			FROM unnest(CASE WHEN v_hour IS NULL THEN revised ELSE v_hours END) r
			UNION ALL
			SELECT datamon._bucket(t.bucket, v_day, m.bucket_origin) FROM datamon._own_tile t
			WHERE t.monitor_id = _roll_up_tiers.monitor_id AND t.tier = CASE WHEN v_hour IS NULL THEN 0 ELSE 1 END
				AND t.bucket >= s.days_until AND t.bucket < v_until) d
		WHERE d.start < v_until;
		PERFORM datamon._merge_tier(monitor_id, 2, CASE WHEN v_hour IS NULL THEN 0 ELSE 1 END, v_day, v_starts);
		UPDATE datamon._own_state x SET days_until = v_until
		WHERE x.monitor_id = _roll_up_tiers.monitor_id AND x.days_until <> v_until;
	END IF;

	v_settled := clock - greatest(m.lateness, coalesce(m.label_lateness, '0'));
	IF coalesce(v_hour, v_day) IS NOT NULL AND m.keep_buckets IS NOT NULL THEN
		v_until := datamon._bucket(least(clock - m.keep_buckets, v_settled), coalesce(v_hour, v_day), m.bucket_origin)
			- coalesce(v_hour, v_day);
		DELETE FROM datamon._own_tile t WHERE t.monitor_id = _roll_up_tiers.monitor_id AND t.tier = 0 AND t.bucket < v_until
			AND NOT (v_waiting AND datamon._day_waits(_roll_up_tiers.monitor_id, t.bucket, coalesce(v_day, v_hour), m.bucket_origin));
		IF v_until > s.buckets_from THEN
			UPDATE datamon._own_state x SET buckets_from = v_until WHERE x.monitor_id = _roll_up_tiers.monitor_id;
		END IF;
	END IF;
	IF v_hour IS NOT NULL AND v_day IS NOT NULL AND m.keep_hours IS NOT NULL THEN
		v_until := datamon._bucket(least(clock - m.keep_hours, v_settled), v_day, m.bucket_origin) - v_day;
		DELETE FROM datamon._own_tile t WHERE t.monitor_id = _roll_up_tiers.monitor_id AND t.tier = 1 AND t.bucket < v_until
			AND NOT (v_waiting AND datamon._day_waits(_roll_up_tiers.monitor_id, t.bucket, v_day, m.bucket_origin));
		IF v_until > s.hours_from THEN
			UPDATE datamon._own_state x SET hours_from = v_until WHERE x.monitor_id = _roll_up_tiers.monitor_id;
		END IF;
	END IF;
	IF m.keep_days IS NOT NULL THEN
		DELETE FROM datamon._own_tile t
		WHERE t.monitor_id = _roll_up_tiers.monitor_id AND t.bucket < clock - m.keep_days
			AND t.tier = CASE WHEN v_day IS NULL THEN 0 ELSE 2 END;
	END IF;
END
$$;
COMMENT ON FUNCTION datamon._roll_up_tiers(int, timestamptz[], timestamptz) IS 'internal';

/*
 * The fewest tiles that answer a window: days inside it, hours beside them,
 * buckets at the edges.  Where a finer tier is kept no more, the coarser tile
 * that begins in the window stands for it.
 */
CREATE FUNCTION datamon._window_tiers(monitor_id int, during tstzrange)
RETURNS TABLE (tier int, from_start timestamptz, to_start timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	m record;
	s record;
	v_hour interval;
	v_day interval;
	v_from timestamptz := coalesce(lower(during), '-infinity');
	v_to timestamptz := coalesce(upper(during), 'infinity');
	v_lo timestamptz;
	v_hi timestamptz;
	v_at timestamptz;
	v_pieces timestamptz[];
	v_rest timestamptz[] := '{}';
	i int;
BEGIN
	IF during IS NULL OR isempty(during) THEN
		RETURN;
	END IF;
	SELECT x.* INTO STRICT m FROM datamon._readable_monitor x WHERE x.monitor_id = _window_tiers.monitor_id;
	SELECT x.* INTO s FROM datamon._readable_state x WHERE x.monitor_id = _window_tiers.monitor_id;
	v_hour := datamon._tier_width(m.bucket, 1);
	v_day := datamon._tier_width(m.bucket, 2);
	-- A bound that excludes itself, or includes it, moves by the smallest step.
	v_from := v_from + CASE WHEN lower_inc(during) OR NOT isfinite(v_from) THEN interval '0' ELSE interval '1 microsecond' END;
	v_to := v_to + CASE WHEN upper_inc(during) AND isfinite(v_to) THEN interval '1 microsecond' ELSE interval '0' END;
	v_pieces := ARRAY[v_from, v_to];
	IF v_day IS NOT NULL AND isfinite(s.days_until) THEN
		v_lo := datamon._next_start(v_from, v_day, m.bucket_origin);
		v_at := CASE WHEN v_hour IS NULL THEN s.buckets_from ELSE s.hours_from END;
		v_hi := greatest(datamon._last_start(least(v_to, s.days_until), v_day, m.bucket_origin),
			datamon._next_start(least(v_to, v_at, s.days_until), v_day, m.bucket_origin));
		IF v_lo < v_hi THEN
			tier := 2;
			from_start := v_lo;
			to_start := v_hi;
			RETURN NEXT;
			v_pieces := ARRAY[v_from, v_lo, v_hi, v_to];
		END IF;
	END IF;
	IF v_hour IS NOT NULL AND isfinite(s.hours_until) THEN
		FOR i IN 1 .. cardinality(v_pieces) / 2 LOOP
			v_from := greatest(v_pieces[2 * i - 1], s.hours_from);
			v_to := v_pieces[2 * i];
			v_lo := datamon._next_start(v_from, v_hour, m.bucket_origin);
			v_hi := greatest(datamon._last_start(least(v_to, s.hours_until), v_hour, m.bucket_origin),
				datamon._next_start(least(v_to, s.buckets_from, s.hours_until), v_hour, m.bucket_origin));
			IF v_lo < v_hi THEN
				tier := 1;
				from_start := v_lo;
				to_start := v_hi;
				RETURN NEXT;
				v_rest := v_rest || ARRAY[v_from, v_lo, v_hi, v_to];
			ELSE
				v_rest := v_rest || ARRAY[v_from, v_to];
			END IF;
		END LOOP;
		v_pieces := v_rest;
	END IF;
	FOR i IN 1 .. cardinality(v_pieces) / 2 LOOP
		tier := 0;
		from_start := greatest(v_pieces[2 * i - 1], s.buckets_from);
		to_start := v_pieces[2 * i];
		IF from_start < to_start THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION datamon._window_tiers(int, tstzrange) IS 'internal';

CREATE FUNCTION datamon._last_start(t timestamptz, width interval, origin timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN pg_catalog.isfinite(t) THEN datamon._bucket(t, width, origin) ELSE t END
$$;
COMMENT ON FUNCTION datamon._last_start(timestamptz, interval, timestamptz) IS 'internal';

CREATE FUNCTION datamon._next_start(t timestamptz, width interval, origin timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
	SELECT CASE WHEN pg_catalog.isfinite(t) THEN
			CASE WHEN datamon._bucket(t, width, origin) OPERATOR(pg_catalog.=) t THEN t
				ELSE datamon._bucket(t, width, origin) OPERATOR(pg_catalog.+) width END
		ELSE t END
$$;
COMMENT ON FUNCTION datamon._next_start(timestamptz, interval, timestamptz) IS 'internal';
