# Nothing replaced: rows come, the worker profiles them, something breaks, a listener is told.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = worker_node('real');
$node->safe_psql('postgres', q{
	CREATE EXTENSION datamon;
	CREATE ROLE alice LOGIN;
	CREATE SCHEMA alice AUTHORIZATION alice;
	SET ROLE alice;
	CREATE TABLE alice.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, amount float8, kind text);
	INSERT INTO alice.events (at, amount, kind)
	SELECT now() - interval '20 days' + g * interval '2 minutes', (g * 7919 % 1000) / 10.0, 'k' || g % 3
	FROM generate_series(1, 20 * 720 - 1) g;
	CREATE INDEX ON alice.events (at);
	SELECT count(*) FROM datamon.watch('alice.events');
});
$node->reload;
poll_ok($node, 'SELECT last_tick_at IS NOT NULL FROM datamon.monitor_state', 'the worker ticks a new monitor');
is($node->safe_psql('postgres', 'SELECT coalesce(last_error, \'none\') FROM datamon.monitor_state'), 'none', 'without an error');
is( $node->safe_psql('postgres', q{SELECT sum(c.n) FROM datamon.cell c JOIN datamon.segment s USING (monitor_id, segment_id) WHERE s.key = '{}'}),
	$node->safe_psql('postgres', 'SELECT count(*) FROM alice.events'), 'and counts every row once');

# Rows that come later are found by later ticks.
$node->safe_psql('postgres', q{INSERT INTO alice.events (at, amount, kind) SELECT now(), 1, 'k1' FROM generate_series(1, 100)});
my $rows = $node->safe_psql('postgres', 'SELECT count(*) FROM alice.events');
poll_ok($node, qq{SELECT sum(c.n) = $rows FROM datamon.cell c JOIN datamon.segment s USING (monitor_id, segment_id) WHERE s.key = '{}'},
	'new rows are found');
unlike(slurp_file($node->logfile), qr/(WARNING|ERROR|FATAL):/, 'the log is quiet');

$node->stop('fast');
done_testing();
