# Ticks against what really happens: transactions open across a tick, two ticks at once, and kill -9 in the middle.
# After each, every stored cell equals a full recompute from the rows.
use strict;
use warnings;
use Datamon::Test;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = datamon_node('main', conf => "restart_after_crash = on\nmax_connections = 20\nautovacuum = off\n");

$node->safe_psql(
	'postgres', q{
	CREATE TABLE seen (id int, at timestamptz NOT NULL, color text, x float8);
	INSERT INTO seen SELECT i, '2025-01-01'::timestamptz + i * interval '10 seconds', 'c' || i % 3, i % 100
	FROM generate_series(0, 20000) i;
	SELECT * FROM datamon.watch('seen', bucket => '1 hour', lateness => '10 days', dimensions => '{color}');
	SELECT * FROM datamon.tick('seen')});

sub exact
{
	my ($name) = @_;
	my $error = $node->safe_psql('postgres', q{SELECT error FROM datamon.tick('seen') WHERE error IS NOT NULL});

	is($error, '', "$name: the tick succeeds");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM datamon.check('seen')}), 0, "$name: every cell equals its rows");
	is( $node->safe_psql('postgres', q{SELECT sum(n) FROM datamon.volume WHERE segment = '{}'}),
		$node->safe_psql('postgres', q{SELECT count(*) FROM seen}),
		"$name: every row counts once");
	return;
}

exact('at first');

# A transaction that began before a tick and commits after it, with rows of its own and of its subtransactions.
my $late = $node->background_psql('postgres');
$late->query_safe(q{BEGIN});
$late->query_safe(q{INSERT INTO seen VALUES (-1, '2025-01-02 12:00', 'c0', 1)});
$late->query_safe(q{SAVEPOINT a});
$late->query_safe(q{INSERT INTO seen VALUES (-2, '2025-01-02 13:00', 'c1', 1)});
$late->query_safe(q{RELEASE a});
$late->query_safe(q{SAVEPOINT b});
$late->query_safe(q{INSERT INTO seen VALUES (-3, '2025-01-02 14:00', 'c2', 1)});
$late->query_safe(q{UPDATE seen SET x = 1000 WHERE id = 9000});
$node->safe_psql('postgres', q{INSERT INTO seen VALUES (-4, '2025-01-02 15:00', 'c2', 1)});
exact('while a transaction is open');
$node->safe_psql('postgres', q{INSERT INTO seen VALUES (-5, '2025-01-02 16:00', 'c2', 1)});
exact('while it is still open');
$late->query_safe(q{ROLLBACK TO b});
$late->query_safe(q{DELETE FROM seen WHERE id = 8000});
$late->query_safe(q{COMMIT});
exact('after it committed');
$late->quit;

# Two ticks at once: the second waits and finds nothing left to do.
$node->safe_psql('postgres', q{INSERT INTO seen SELECT 50000 + i, '2025-01-03 06:00', 'c0', i FROM generate_series(1, 500) i});
my $first = $node->background_psql('postgres');
my $second = $node->background_psql('postgres');
$first->query_safe(q{BEGIN});
is($first->query_safe(q{SELECT buckets_revised FROM datamon.tick('seen')}), 1, 'the first of two ticks counts the rows');
$second->query_until(qr/started/, "\\echo started\nSELECT buckets_revised, error FROM datamon.tick('seen');\n");
poll_ok($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'}, 'the second waits');
$first->query_safe(q{COMMIT});
poll_ok($node, q{SELECT count(*) = 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock'}, 'and goes on');
$first->quit;
$second->quit;
exact('after two at once');

# kill -9 in the middle of a tick: a backfill long enough to be hit, then the next tick.
$node->safe_psql(
	'postgres', q{
	INSERT INTO seen SELECT 100000 + i, '2025-01-01'::timestamptz + i * interval '1 second', 'c' || i % 7, i % 1000
	FROM generate_series(0, 200000) i});
for my $round (1 .. 3)
{
	my $victim = $node->background_psql('postgres', on_error_stop => 0);
	my $pid = $victim->query_safe('SELECT pg_backend_pid()');
	# Connections are taken until the server notices a crash; it is back when what it restarts is.
	my $started = $node->safe_psql('postgres', q{SELECT backend_start FROM pg_stat_activity WHERE backend_type = 'checkpointer'});

	$victim->query_until(qr/started/, "\\echo started\nSELECT * FROM datamon.tick('seen');\n");
	$node->poll_query_until('postgres', "SELECT state = 'active' AND query LIKE '%tick%' FROM pg_stat_activity WHERE pid = $pid");
	kill 'KILL', $pid;
	$victim->{run}->finish if $victim->{run};
	ok( $node->poll_query_until('postgres', "SELECT backend_start > '$started' FROM pg_stat_activity WHERE backend_type = 'checkpointer'"),
		"round $round: the server is back");
}
exact('after kill -9 of a session in the middle of a tick');

$node->safe_psql('postgres', q{UPDATE seen SET x = x + 1 WHERE id % 5 = 0});
my $cut = $node->background_psql('postgres', on_error_stop => 0);
$cut->query_until(qr/started/, "\\echo started\nSELECT * FROM datamon.tick('seen');\n");
$node->stop('immediate');
$cut->{run}->finish if $cut->{run};
$node->start;
exact('after the server was cut off in the middle of a tick');

$node->stop;
done_testing();
