# What ends a tick or the server from outside: timeouts, kills, shutdown.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = worker_node('crash', "restart_after_crash = on\ndatamon.tick_timeout = 1s\n");
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE mallory LOGIN');
install_datamon($node, 'postgres');
spy_view($node, 'postgres', 'alice', '');
spy_view($node, 'postgres', 'bob', 'PERFORM pg_sleep(60);');
spy_view($node, 'postgres', 'mallory', q{
	LOOP
		BEGIN
			PERFORM pg_sleep(60);
		EXCEPTION WHEN query_canceled THEN NULL;
		END;
	END LOOP;});

sub error_of
{
	my ($role) = @_;
	return $node->safe_psql('postgres', "SELECT last_error FROM datamon.monitor_state JOIN datamon.monitor USING (monitor_id)
		WHERE owner = '$role'::regrole");
}

sub failed
{
	my ($role, $times) = @_;
	return $node->poll_query_until('postgres', "SELECT failures >= $times FROM datamon.monitor_state JOIN datamon.monitor
		USING (monitor_id) WHERE owner = '$role'::regrole");
}

sub wait_for_tick_of
{
	my ($role) = @_;
	return $node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity
		WHERE backend_type = 'datamon worker' AND wait_event = 'PgSleep')});
}

sub alice_goes_on
{
	my $seen = $node->safe_psql('postgres', 'SELECT count(*) FROM alice.seen');
	return $node->poll_query_until('postgres', "SELECT count(*) >= $seen + 2 FROM alice.seen");
}

# tick_timeout, heeded and ignored.
$node->reload;
ok(failed('bob', 1), 'tick_timeout ends a tick');
like(error_of('bob'), qr/57014: canceling statement due to statement timeout/, 'and says so');
ok(failed('mallory', 1), 'code that catches the cancel is ended with the worker');
like(error_of('mallory'), qr/57P01: the worker was terminated during the tick/, 'and recorded');
ok(alice_goes_on(), 'others are ticked all the same');
$node->safe_psql('postgres', q{SET ROLE mallory; SELECT datamon.unwatch('mallory.spied')});

# A monitor whose row somebody sits on cannot be recorded as failed, and is no reason to starve others.
reload_with($node, 'datamon.tick_timeout = 0');
my $sitting = $node->background_psql('postgres') if $node->can('background_psql');
SKIP:
{
	skip 'no background_psql', 1 unless $sitting;
	$sitting->query_safe(q{BEGIN; SELECT 1 FROM datamon.monitor_state JOIN datamon.monitor USING (monitor_id) WHERE owner = 'bob'::regrole FOR UPDATE OF monitor_state});
	$node->safe_psql('postgres', q{SELECT 1});
	ok(alice_goes_on(), 'a locked row holds nobody else up for long');
	$sitting->quit;
}

# pg_terminate_backend.
$node->safe_psql('postgres', "UPDATE datamon.monitor_state SET next_due = now(), failures = 0, last_error = NULL");
ok(wait_for_tick_of('bob'), 'a tick sleeps');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'datamon worker'});
ok(failed('bob', 1), 'a terminated worker is followed by another');
like(error_of('bob'), qr/57P01/, 'which records what happened');

# pg_cancel_backend.
$node->safe_psql('postgres', "UPDATE datamon.monitor_state SET next_due = now(), failures = 0, last_error = NULL");
ok(wait_for_tick_of('bob'), 'a tick sleeps');
$node->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'datamon worker'});
ok(failed('bob', 1), 'a cancelled tick is recorded');
like(error_of('bob'), qr/57014: canceling statement due to user request/, 'as such');

# kill -9: the server restarts, launcher and workers come back.
$node->safe_psql('postgres', "UPDATE datamon.monitor_state SET next_due = now()");
ok(wait_for_tick_of('bob'), 'a tick sleeps');
my $seen = $node->safe_psql('postgres', 'SELECT count(*) FROM alice.seen');
my $pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'datamon worker'});
kill 'KILL', $pid;
poll_ok($node, "SELECT pg_postmaster_start_time() < now()", 'the server answers after kill -9 of a worker');
like(slurp_file($node->logfile), qr/terminated by signal 9/, 'and did crash');
replace_spy($node, 'postgres', 'bob', '');
$node->safe_psql('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'datamon worker'});
poll_ok($node, "SELECT count(*) > $seen FROM alice.seen", 'ticks go on');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'datamon launcher'}), '1', 'with one launcher');

# kill -TERM of the launcher: it comes back, too.
$pid = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'datamon launcher'});
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
poll_ok($node, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'datamon launcher' AND pid <> $pid)",
	'a terminated launcher is started again');
ok(alice_goes_on(), 'and ticks go on');

# Shutdown does not wait for a tick.
replace_spy($node, 'postgres', 'bob', 'PERFORM pg_sleep(60);');
$node->safe_psql('postgres', "UPDATE datamon.monitor_state SET next_due = now()");
ok(wait_for_tick_of('bob'), 'a tick sleeps');
my $start = time;
$node->stop('fast');
cmp_ok(time - $start, '<', 5, 'fast shutdown is prompt');

done_testing();
