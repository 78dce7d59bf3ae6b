# Rules that users write, run by the worker: as their owner, within their time, and whatever one does the others go on.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = worker_node('rules');
$node->safe_psql('postgres', q{
	CREATE EXTENSION datamon;
	CREATE ROLE alice LOGIN;
	CREATE SCHEMA alice AUTHORIZATION alice;
	SET ROLE alice;
	CREATE TABLE alice.events (at timestamptz NOT NULL, amount float8);
	INSERT INTO alice.events SELECT now() - interval '30 minutes' + g * interval '1 second', g % 100 FROM generate_series(1, 1800) g;
	CREATE FUNCTION alice.hogs() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;
	SELECT count(*) FROM datamon.watch('alice.events', bucket => '1 minute', dimensions => '{}');
	SELECT datamon.add_rule('alice.events', 'a sleeper', 'SELECT pg_sleep(600)', timeout => '200 milliseconds');
	SELECT datamon.add_rule('alice.events', 'b hog', 'SELECT alice.hogs()', timeout => '200 milliseconds');
	SELECT datamon.add_rule('alice.events', 'c who', 'SELECT WHERE current_user = ''alice''');
	SELECT datamon.add_rule('alice.events', 'd few', 'n < 1000');
});
$node->reload;
poll_ok($node, q{SELECT count(*) = 2 FROM datamon.alerts WHERE state = 'open'}, 'the worker judges the rules');
is($node->safe_psql('postgres', q{SELECT string_agg(rule || ': ' || title, '; ' ORDER BY rule) FROM datamon.alerts}) =~ s/ since [^:]+:\d\d//gr =~ s/\d+, n/60, n/r,
	'c who: c who of events: 1 row; d few: d few of events: 60, n < 1000 is bad', 'those that say something, as their owner');
is($node->safe_psql('postgres', q{SELECT string_agg(rule || ' ' || last_error, '; ' ORDER BY rule) FROM datamon.rule_errors}),
	'a sleeper 57000: the query took longer than 200 ms; b hog 57000: the query took longer than 200 ms', 'those that take too long are ended');
is($node->safe_psql('postgres', q{SELECT coalesce(last_error, 'none') FROM datamon.monitor_state}), 'none', 'and the tick went on');
unlike(slurp_file($node->logfile), qr/(WARNING|FATAL|PANIC):/, 'the log is quiet');

$node->stop('fast');
done_testing();
