# A tick looks at few pages of a large heap, and what it puts off is found in time.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Changes;
use Test::More;

my $node = datamon_node('main', conf => "autovacuum = off\nlog_statement = none\n");

keep_counts($node);
sub run { return $node->safe_psql('postgres', join('', @_)) }
sub exact { my ($name) = @_; return is(run(q{SELECT k.tick('t')}), 'exact', $name) }
sub last_was { my ($what, $name) = @_; return is(run("SELECT $what FROM k.last"), 't', $name) || diag(run('SELECT l FROM k.last l')) }

# 7 rows a page, 12 chunks and a tail
run(q{CREATE TABLE t (ts timestamptz, v int, pad text); ALTER TABLE t ALTER pad SET STORAGE plain;
	INSERT INTO t SELECT '2020-01-01 00:00Z'::timestamptz + g / 100 * interval '1 minute', g, repeat('x', 1000) FROM generate_series(1, 43500) g});
my $more = q{INSERT INTO t SELECT '2020-01-21 00:00Z', g, repeat('x', 1000) FROM generate_series(1, 70) g};

exact('everything, first');
run($more);
exact('rows are added to a heap that VACUUM has not seen');
last_was('read BETWEEN 10 AND 12', '... only their pages are read');
run($more);
exact('... again');
last_was('read BETWEEN 10 AND 12 AND looked_at <= 3 * 512 AND put_off >= 9', '... and 2 chunks, beside the last, looked at');

run(q{UPDATE t SET v = -v WHERE v IN (100, 20000, 30000)});
exact('updated, as the statistics tell');
last_was('read BETWEEN 4 AND 8 AND put_off = 0 AND blocks < 200', '... all headers are looked at');

for my $way ('nobody counts', 'the count is lost in a crash')
{
	exact('... quiet');
	exact('... and quiet');
	run(q{SET track_counts = off; DELETE FROM t WHERE v IN (200, 10000, 25000, 41000)}) if $way =~ /nobody/;
	run(q{DELETE FROM t WHERE v IN (250, 10010, 25010, 41010)}) if $way =~ /lost/;
	if ($way =~ /lost/)
	{
		$node->stop('immediate');
		$node->start;
	}
	my $ticks = 0;
	while ($ticks++ < 10) { last if run(q{SELECT k.tick('t')}) eq 'exact' }
	cmp_ok($ticks, '<=', $way =~ /lost/ ? 1 : 6, "deleted where $way: found in turn");
}

# VACUUM marks everything; pages that were put off before are not taken for changed.
exact('before VACUUM') for 1 .. 2;
run('VACUUM (FREEZE) t');
exact('VACUUM');
last_was('dirty = 0', '... changed nothing');
exact('... again') for 1 .. 2;
last_was('looked_at = 0 AND read <= 1 AND put_off = 0 AND dirty = 0', 'where all is visible nothing is looked at');
run($more);
run('DELETE FROM t WHERE v = 300');
exact('one deletion, some rows');
# Some of the rows went into freed space. From 17 on the map's page moves with them, and all headers below it are looked at.
my $headers = $node->safe_psql('postgres', 'SHOW server_version_num') >= 170000 ? 'blocks < 50' : 'looked_at < 512 AND blocks < 50';
last_was("read BETWEEN 11 AND 30 AND $headers", '... only their pages are read');
run('DELETE FROM t WHERE v = 301');
run('VACUUM t');
exact('a deletion that VACUUM has hidden from the map');

# New rows in the space of old ones: what is between is not counted again.
run(q{DELETE FROM t WHERE v BETWEEN 5000 AND 5100 AND v % 7 = 0});
run('VACUUM t');
run($more);
exact('freed space is filled');
run('DELETE FROM t WHERE v BETWEEN 5000 AND 5100 AND v % 7 = 1');
exact('a deletion beside');
last_was('blocks < 120', '... counts few pages again');

# Rows of many widths leave pages that could take another: those are looked at, and no more than some.
run(q{CREATE TABLE w (LIKE t); ALTER TABLE w ALTER pad SET STORAGE plain;
	INSERT INTO w SELECT '2020-01-01 00:00Z', g, repeat('x', 500 + g * 7919 % 1200) FROM generate_series(1, 35000) g});
is(run(q{SELECT k.tick('w')}), 'exact', 'rows of many widths') for 1 .. 2;
run(q{INSERT INTO w SELECT '2020-01-01 00:00Z', g, repeat('x', 400) FROM generate_series(1, 20) g});
is(run(q{SELECT k.tick('w')}), 'exact', '... go into old pages');
is(run(q{SELECT put_off > 0 AND read < 100 FROM k.last WHERE rel = 'w'::regclass}), 't', '... of which few are read')
	|| diag(run(q{SELECT l FROM k.last l}));
run("DELETE FROM k.$_ WHERE rel = 'w'::regclass") for qw(state chunk n last);
run('DROP TABLE w');

# The window: what is too late is counted, and nothing else of old buckets.
run('UPDATE k.state SET first_bucket = 28000');
run(q{INSERT INTO t SELECT '2020-01-02 00:00Z', 0, 'x' FROM generate_series(1, 5) g; DELETE FROM t WHERE v = 500});
run($more);
exact('late rows');
last_was('too_late = 5', '... are counted as such');
exact('later');
last_was('too_late = 0', '... once');

# Stored bytes that somebody has changed: another answer, but always an answer.
run(q{
	CREATE FUNCTION k.forged(s bytea, c bytea[]) RETURNS boolean LANGUAGE sql AS $$
		SELECT count(*) = 1 FROM datamon._heap_changes('t', 'ts', '1 minute', '2020-01-01 00:00Z', 28000, s, c) $$;
	CREATE TABLE k.good AS SELECT state, (SELECT array_agg(map ORDER BY no) FROM k.chunk) AS maps FROM k.state});
is(run(q{SELECT setseed(0.5); SELECT bool_and(k.forged(set_byte(state, floor(random() * length(state))::int, floor(random() * 256)::int), maps))
	FROM k.good, generate_series(1, 150)}) =~ s/^\n//r, 't', 'forged states');
is(run(q{SELECT bool_and(k.forged(substr(state, 1, n), maps)) FROM k.good, generate_series(0, length(state), 7) n}), 't', 'cut states');
is(run(q{SELECT setseed(0.5); SELECT bool_and(k.forged(state, (SELECT array_agg(set_byte(m, floor(random() * length(m))::int, floor(random() * 256)::int + 0 * i))
		FROM unnest(maps) m)))
	FROM k.good, generate_series(1, 50) i}) =~ s/^\n//r, 't', 'forged chunks');
is(run(q{SELECT h.reread FROM k.good, datamon._heap_changes('t', 'ts', '1 minute', '2020-01-01 00:00Z', 28000, state, '{}') h}),
	'the page map cannot be read', 'chunks that are not there');
is(run(q{SELECT h.reread FROM k.good, datamon._heap_changes('t', 'ts', '1 hour', '2020-01-01 00:00Z', 28000, state, maps) h}),
	'the state is of other buckets', 'another width');

$node->stop;
done_testing();
