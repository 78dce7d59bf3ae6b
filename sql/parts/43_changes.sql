/*
 * Rows of a heap that changed since a state was taken, counted by bucket: docs/changes.md.
 * Forget the counts of buckets in [dirty_from, dirty_to], then add those given; keep state and chunks.
 */
CREATE FUNCTION datamon._heap_changes(relation regclass, time_column name, width interval, origin timestamptz,
	first_bucket bigint, state bytea, chunks bytea[],
	OUT reread text, OUT dirty_from bigint[], OUT dirty_to bigint[], OUT buckets bigint[], OUT counts bigint[],
	OUT too_late bigint, OUT new_state bytea, OUT chunk_count int, OUT chunk_numbers int[], OUT chunk_maps bytea[],
	OUT pages_looked_at bigint, OUT pages_read bigint, OUT chunks_put_off bigint, OUT blocks bigint)
LANGUAGE C VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'datamon_heap_changes';
COMMENT ON FUNCTION datamon._heap_changes(regclass, name, interval, timestamptz, bigint, bytea, bytea[]) IS 'internal';
