# Counts kept by datamon._heap_changes() equal a full count after every tick, whatever is done to the heap.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Changes;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = datamon_node('main', conf => "autovacuum = off\nmax_prepared_transactions = 10\nlog_statement = none\n");
plan(skip_all => 'no background_psql') unless $node->can('background_psql');
keep_counts($node);

my $insert = q{SELECT '2020-01-01 00:00Z'::timestamptz + %d * interval '20 seconds' + g * interval '1 second', g, repeat('x', 100)
	FROM generate_series(1, %d) g};
sub run { return $node->safe_psql('postgres', join('', @_)) }
sub did { return run("SELECT $_[0] FROM k.last WHERE rel = '$_[1]'::regclass") }
sub exact { my ($name, $rel) = @_; return is(run('SELECT k.tick(\'' . ($rel // 't') . '\')'), 'exact', $name) }
sub rows { return sprintf($insert, @_) }

run('CREATE TABLE t (ts timestamptz, v int, pad text)');
exact('an empty table');
run('INSERT INTO t ', rows(0, 1000));
exact('first rows');
exact('nothing new');
is(did('reread IS NULL AND read <= 1 AND dirty = 0', 't'), 't', '... and nothing to do');
run('INSERT INTO t ', rows(50, 1000));
exact('rows are added');
is(did('dirty', 't'), '0', '... without counting a bucket again');
run(q{INSERT INTO t VALUES (NULL, 0, ''), ('infinity', 0, ''), ('-infinity', 0, '')});
exact('rows without a bucket');

# One change of each kind.
for my $step (
	['deleted', 'DELETE FROM t WHERE v % 100 = 7'],
	['updated in place', 'UPDATE t SET pad = pad WHERE v % 50 = 3'],
	['moved to other buckets', q{UPDATE t SET ts = ts + interval '1 hour' WHERE v % 90 = 4}],
	['one moved in, one out', q{DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t); INSERT INTO t SELECT ts, 1, pad FROM t WHERE v = 500}],
	['locked', 'BEGIN; SELECT count(*) FROM (SELECT FROM t FOR UPDATE) x; COMMIT'],
	['locked and updated', 'BEGIN; SELECT count(*) FROM (SELECT FROM t WHERE v < 100 FOR SHARE) x; UPDATE t SET v = v WHERE v = 50; COMMIT'],
	['rolled back', 'BEGIN; UPDATE t SET v = v + 1; DELETE FROM t WHERE v < 100; INSERT INTO t ' . rows(3, 10) . '; ROLLBACK'],
	['VACUUM', 'VACUUM t'],
	['inserted into freed space', 'INSERT INTO t ' . rows(20, 100)],
	['deleted where all was visible', 'VACUUM t; DELETE FROM t WHERE v % 71 = 0'],
	['deleted and vacuumed', 'DELETE FROM t WHERE v % 51 = 0; VACUUM t'],
	['replaced and vacuumed', 'DELETE FROM t WHERE v % 53 = 0; VACUUM t; INSERT INTO t ' . rows(5, 40) . '; VACUUM t'],
	['frozen', 'VACUUM (FREEZE) t'],
	['the tail given back', q{DELETE FROM t WHERE ctid >= '(20,0)'; VACUUM t}],
	['the tail given back and taken again', q{DELETE FROM t WHERE ctid >= '(10,0)'; VACUUM t; INSERT INTO t } . rows(7, 1500)],
	['COPY FREEZE', "BEGIN; TRUNCATE t; COPY t FROM PROGRAM 'printf \"2020-01-01 00:03:00Z\\t1\\tx\\n2020-01-01 00:04:00Z\\t1\\tx\\n\"' WITH (FREEZE); COMMIT"],
	['inserted after that', 'INSERT INTO t ' . rows(0, 2000)],
	['VACUUM FULL', 'VACUUM FULL t'],
	['CLUSTER', 'CREATE INDEX i ON t (v); CLUSTER t USING i; DROP INDEX i'],
	['a default that no row stores', 'ALTER TABLE t ADD w int DEFAULT 3'],
	['rewritten', 'ALTER TABLE t ALTER w TYPE bigint'],
	['truncated and filled', 'TRUNCATE t; INSERT INTO t (ts, v, pad) ' . rows(0, 500)],
	['fill factor', 'ALTER TABLE t SET (fillfactor = 50); INSERT INTO t (ts, v, pad) ' . rows(0, 500) . '; UPDATE t SET v = v WHERE v % 10 = 0'],
  )
{
	my ($name, $sql) = @$step;

	# not in one transaction
	run($_) for $sql =~ /VACUUM/ ? split(/; /, $sql) : ($sql);
	exact($name);
	is(did('reread', 't'), $sql =~ /FULL|CLUSTER|TRUNCATE|TYPE/ ? 'the table was rewritten' : '', '... by its pages');
	exact('... and again');
	is(did('dirty', 't'), '0', '... where nothing has changed');
}

# Ids of the tick's own transaction, also of subtransactions that have ended.
$node->safe_psql('postgres', q{
	BEGIN;
	SAVEPOINT a; INSERT INTO t (ts, v) SELECT '2020-01-01 00:00Z', 1 FROM generate_series(1, 10); RELEASE a;
	SAVEPOINT b; DELETE FROM t WHERE v = 5; ROLLBACK TO b;
	SELECT k.tick('t');
	DELETE FROM t WHERE ctid IN (SELECT ctid FROM t WHERE v = 1 LIMIT 5);
	INSERT INTO t (ts, v) SELECT '2020-01-01 00:00Z', 1 FROM generate_series(1, 5);
	COMMIT});
exact('changed before and after a tick in one transaction');
is(run('BEGIN; SAVEPOINT a; INSERT INTO t (ts, v) ', sprintf(q{SELECT '2020-01-01 00:00Z', %d}, 2), q{; SELECT k.tick('t');},
		q{DELETE FROM t WHERE v = 2; SELECT k.tick('t'); ROLLBACK TO a; SELECT k.tick('t'); COMMIT}), "exact\nexact\nexact",
	'ticks in a transaction, one rolled back');
exact('... and after it');
run(q{WITH i AS (INSERT INTO t (ts, v) SELECT '2020-01-01 00:00Z', 1 FROM generate_series(1, 10) RETURNING 1)
	SELECT count(*), k.tick('t') FROM i});
exact('a tick in the statement that inserts');

# Transactions that end after later ticks: committed, rolled back, prepared, with many subtransactions.
my @open = map { $node->background_psql('postgres') } 0 .. 2;
$open[0]->query_safe('BEGIN; SAVEPOINT s; INSERT INTO t (ts, v) ' . rows(0, 50) =~ s/, repeat.*?\)\n/\n/r);
$open[1]->query_safe(q{BEGIN; DO $$BEGIN FOR i IN 1 .. 100 LOOP BEGIN
	INSERT INTO t (ts, v) VALUES ('2020-01-01 00:10Z', i); EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END$$});
$open[2]->query_safe('BEGIN; DELETE FROM t WHERE v % 13 = 0');
exact('transactions are open');
run(q{BEGIN; UPDATE t SET v = v WHERE v % 13 = 1; PREPARE TRANSACTION 'p'});
exact('one is prepared');
$open[0]->query_safe('COMMIT');
exact('one has committed');
exact('... and again');
run('INSERT INTO t (ts, v) SELECT ts, v FROM t LIMIT 10');
$open[1]->query_safe('COMMIT');
exact('one with many subtransactions has committed');
$open[2]->query_safe('ROLLBACK');
exact('one has rolled back');
$node->stop('immediate');
$node->start;
exact('a crash with a prepared transaction');
run(q{COMMIT PREPARED 'p'});
exact('it has committed');
$_->quit for @open;

# A snapshot older than what was written when the tick looked.
my $old = $node->background_psql('postgres');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
run('INSERT INTO t (ts, v) SELECT ts, v FROM t LIMIT 20; DELETE FROM t WHERE v = 9; UPDATE t SET v = v WHERE v = 10');
is($old->query_safe(q{SELECT k.tick('t')}), 'exact', 'an old snapshot');
$old->query_safe('COMMIT');
exact('... and what it did not see');
$old->quit;

# Crashes: changes after the last tick, and of a transaction that never ended.
for my $way ('BEGIN; DELETE FROM t WHERE v < 20', 'BEGIN; INSERT INTO t (ts, v) SELECT ts, v FROM t LIMIT 100')
{
	my $doomed = $node->background_psql('postgres', on_error_stop => 0);

	run('VACUUM t');
	exact('before a crash');
	$doomed->query($way);
	run('UPDATE t SET v = v WHERE v = 30');
	exact('in the middle of a transaction');
	run('DELETE FROM t WHERE ctid IN (SELECT ctid FROM t WHERE v = 31 LIMIT 1); INSERT INTO t (ts, v) SELECT ts, v FROM t LIMIT 3');
	$node->stop('immediate');
	$node->start;
	eval { $doomed->quit };
	exact("after a crash: $way");
}

# Heaps without LSNs.
run('CREATE UNLOGGED TABLE u (ts timestamptz, v int, pad text); INSERT INTO u ', rows(0, 1000));
exact('an unlogged table', 'u');
run('DELETE FROM u WHERE v = 3');
run('VACUUM u');
run('INSERT INTO u ', rows(0, 1));
exact('... changed', 'u');
is(did('dirty < 60', 'u'), 't', '... without counting everything again');
$node->stop('immediate');
$node->start;
run('INSERT INTO u ', rows(3, 300));
exact('... emptied by a crash, and filled', 'u');
run('ALTER TABLE u SET LOGGED; INSERT INTO u ', rows(4, 3));
exact('... logged', 'u');
exact('... and again', 'u');

$node->stop;
done_testing();
