# Datamon::Changes - counts of rows by bucket that are kept by datamon._heap_changes() and compared with a full count.
package Datamon::Changes;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(keep_counts);

# k.tick(table) brings the counts up to date and says "exact" or what differs; k.last has what it did.
sub keep_counts
{
	my ($node) = @_;

	$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA k;
CREATE TABLE k.state (rel regclass PRIMARY KEY, first_bucket bigint DEFAULT -1000000, state bytea);
CREATE TABLE k.chunk (rel regclass, no int, map bytea, PRIMARY KEY (rel, no));
CREATE TABLE k.n (rel regclass, bucket bigint, n bigint, PRIMARY KEY (rel, bucket));
CREATE TABLE k.last (rel regclass PRIMARY KEY, reread text, dirty int, too_late bigint, written int, looked_at bigint, read bigint,
	put_off bigint, blocks bigint);
ALTER TABLE k.state ALTER state SET STORAGE external;
CREATE FUNCTION k.tick(r regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	c record;
	s k.state;
	wrong text;
BEGIN
	INSERT INTO k.state (rel) VALUES (r) ON CONFLICT DO NOTHING;
	SELECT * INTO s FROM k.state WHERE rel = r FOR UPDATE;
	EXECUTE format('WITH c AS MATERIALIZED (SELECT h.* FROM datamon._heap_changes($1, ''ts'', ''1 minute'', ''2020-01-01 00:00Z'', $2, $3, $4) h),
		truth AS (SELECT floor(extract(epoch FROM ts - ''2020-01-01 00:00Z''::timestamptz) / 60)::bigint AS b, count(*) AS n
			FROM %s WHERE isfinite(ts) GROUP BY 1)
		SELECT c.*, ARRAY(SELECT b FROM truth ORDER BY b) AS true_buckets, ARRAY(SELECT n FROM truth ORDER BY b) AS true_counts FROM c', r)
	INTO c USING r, s.first_bucket, s.state,
		(SELECT array_agg(x.map ORDER BY x.no) FROM (SELECT no, map FROM k.chunk WHERE rel = r) x);
	DELETE FROM k.n USING unnest(c.dirty_from, c.dirty_to) d (low, high) WHERE rel = r AND bucket BETWEEN low AND high;
	INSERT INTO k.n SELECT r, b, n FROM unnest(c.buckets, c.counts) x (b, n)
		ON CONFLICT (rel, bucket) DO UPDATE SET n = k.n.n + excluded.n;
	UPDATE k.state SET state = c.new_state WHERE rel = r;
	DELETE FROM k.chunk WHERE rel = r AND no >= c.chunk_count;
	INSERT INTO k.chunk SELECT r, no, map FROM unnest(c.chunk_numbers, c.chunk_maps) x (no, map)
		ON CONFLICT (rel, no) DO UPDATE SET map = excluded.map;
	DELETE FROM k.last WHERE rel = r;
	INSERT INTO k.last VALUES (r, c.reread, coalesce(cardinality(c.dirty_from), 0), c.too_late, cardinality(c.chunk_numbers),
		c.pages_looked_at, c.pages_read, c.chunks_put_off, c.blocks);
	SELECT string_agg(format('%s: %s, not %s', coalesce(t.b, k.bucket), k.n, t.n), '; ' ORDER BY t.b) INTO wrong
	FROM unnest(c.true_buckets, c.true_counts) t (b, n)
	FULL JOIN (SELECT * FROM k.n WHERE rel = r) k ON k.bucket = t.b
	WHERE k.n IS DISTINCT FROM t.n AND coalesce(t.b, k.bucket) >= s.first_bucket;
	RETURN coalesce(wrong, 'exact');
END $$;
SQL
	return;
}

1;
