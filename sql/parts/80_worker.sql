/*
 * What the background worker calls, and what it tells about itself.  It comes
 * with shared_preload_libraries; without, datamon.tick() does the same work.
 */

-- Ticks with the rights of the monitor's owner; see src/worker/as_owner.c.
CREATE FUNCTION datamon._tick_as_owner(monitor_id int, as_of timestamptz) RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_tick_as_owner';
COMMENT ON FUNCTION datamon._tick_as_owner(int, timestamptz) IS 'internal';

CREATE FUNCTION datamon.worker_status(OUT database name, OUT state text, OUT pid int, OUT last_start timestamptz,
	OUT last_end timestamptz, OUT next_due timestamptz, OUT ticks bigint, OUT failed_ticks bigint,
	OUT worker_failures int, OUT last_failure timestamptz, OUT last_sqlstate text)
RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL RESTRICTED
AS 'MODULE_PATHNAME', 'datamon_worker_status';
COMMENT ON FUNCTION datamon.worker_status()
	IS 'what the background worker does in this database, and for members of pg_monitor in every one; empty without preload';
