# The worker ticks what is due, as its owner, and one failure stops nobody else.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = worker_node('worker', "datamon.log_ticks = on\nmax_worker_processes = 8\n");

poll_ok($node, q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'datamon launcher'},
	'the launcher runs');
is($node->safe_psql('postgres', q{SELECT datname IS NULL FROM pg_stat_activity WHERE backend_type = 'datamon launcher'}),
	't', 'and is in no database');

# A database without the extension is left alone for a minute; a reload ends that.
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE watcher LOGIN IN ROLE pg_monitor');
install_datamon($node, 'postgres');
spy_view($node, 'postgres', 'alice', '');
spy_view($node, 'postgres', 'bob', 'PERFORM 1 / 0;');
my $before = -s $node->logfile;
$node->reload;

poll_ok($node, 'SELECT count(*) >= 4 FROM alice.seen', 'ticks go on by themselves');
is($node->safe_psql('postgres', 'SELECT DISTINCT who FROM alice.seen'), 'alice', 'as the owner');
is($node->safe_psql('postgres', 'SELECT DISTINCT path FROM alice.seen'), 'pg_catalog, pg_temp', 'with a pinned search_path');
is($node->safe_psql('postgres', 'SELECT count(DISTINCT at) = count(*) AND max(at) - min(at) < interval \'30 seconds\' FROM alice.seen'),
	't', 'about every second');

ok(failures_of($node, 'postgres', 'bob') >= 1, 'the failure of another monitor is recorded');
like($node->safe_psql('postgres', q{SELECT last_error FROM datamon.monitor_state WHERE failures > 0}),
	qr/22012.*division by zero/, 'with its SQLSTATE and message');
ok( $node->safe_psql('postgres', q{SELECT next_due - last_error_at >= interval '5 seconds' FROM datamon.monitor_state WHERE failures > 0}) eq 't',
	'and it backs off');
my $log = slurp_file($node->logfile, $before);
like($log, qr/WARNING:  division by zero/, 'the log has the error');
like($log, qr/tick of datamon monitor \d+/, 'and the monitor');
like($log, qr/LOG:  ticked datamon monitor \d+ in \d+ ms/, 'datamon.log_ticks');

# Status.
is($node->safe_psql('postgres', q{SELECT ticks > failed_ticks AND failed_ticks >= 1 AND worker_failures = 0 AND last_sqlstate = '22012'
	FROM datamon.worker_status() WHERE database = 'postgres'}), 't', 'worker_status() counts');
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->reload;
poll_ok($node, q{SELECT state = 'no extension' FROM datamon.worker_status() WHERE database = 'other'},
	'a database without the extension is known as such');
is($node->safe_psql('postgres', 'SET ROLE watcher; SELECT count(*) FROM datamon.worker_status()'), '2', 'pg_monitor sees every database');
is($node->safe_psql('postgres', 'SET ROLE bob; SELECT string_agg(database, \' \') FROM datamon.worker_status()'), 'postgres',
	'others see their own');

# No more workers than allowed, and parallel query still gets its own.
$node->safe_psql('postgres', 'CREATE TABLE big AS SELECT g FROM generate_series(1, 300000) g; ANALYZE big');
like($node->safe_psql('postgres', q{SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
	SET min_parallel_table_scan_size = 0; EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT count(*) FROM big}),
	qr/Workers Launched: 2/, 'parallel query has its workers');

# Notifications are sent, and delivered, apart from the ticks.
$node->safe_psql('postgres', q{CREATE OR REPLACE FUNCTION datamon.notify_pending() RETURNS int LANGUAGE plpgsql VOLATILE
	SET search_path = pg_catalog, pg_temp AS $$ BEGIN PERFORM pg_notify('datamon', 'told'); RETURN 1; END $$});
like($node->safe_psql('postgres', 'LISTEN datamon; SELECT pg_sleep(3); SELECT 1'),
	qr/Asynchronous notification "datamon" with payload "told" received/, 'a listener is told');
$node->safe_psql('postgres', q{CREATE OR REPLACE FUNCTION datamon.notify_pending() RETURNS int LANGUAGE plpgsql VOLATILE
	SET search_path = pg_catalog, pg_temp AS $$ BEGIN RAISE EXCEPTION 'queue is full'; END $$});
my $ticked = $node->safe_psql('postgres', 'SELECT count(*) FROM alice.seen');
poll_ok($node, "SELECT count(*) >= $ticked + 2 FROM alice.seen", 'a failure to notify undoes no tick');
like(slurp_file($node->logfile), qr/WARNING:  queue is full.*sending datamon's notifications/s, 'and is logged');

# Settings are taken over by a reload.
reload_with($node, 'datamon.naptime = 1h');
poll_ok($node, q{SELECT next_due > now() + interval '50 minutes' FROM datamon.worker_status() WHERE database = 'postgres'},
	'a longer naptime');
reload_with($node, 'datamon.naptime = 1s', 'datamon.databases = other');
poll_ok($node, q{SELECT NOT EXISTS (SELECT FROM datamon.worker_status() WHERE database = 'postgres')},
	'a database that is not listed is left alone');
reload_with($node, "datamon.databases = '*'");
poll_ok($node, q{SELECT ticks > 0 FROM datamon.worker_status() WHERE database = 'postgres'}, 'until it is listed again');
reload_with($node, 'datamon.enabled = off');
poll_ok($node, q{SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'datamon worker')},
	'switched off, no worker is left');
my $seen = $node->safe_psql('postgres', 'SELECT count(*) FROM alice.seen');
poll_ok($node, q{SELECT last_end < now() - interval '3 seconds' FROM datamon.worker_status() WHERE database = 'postgres'},
	'time goes by');
is($node->safe_psql('postgres', 'SELECT count(*) FROM alice.seen'), $seen, 'and none is started');
reload_with($node, 'datamon.enabled = on');
poll_ok($node, "SELECT count(*) > $seen FROM alice.seen", 'until it is switched on again');

my ($ret, $stdout, $stderr) = $node->psql('postgres', q{ALTER SYSTEM SET datamon.databases = 'a,,b'});
like($stderr, qr/invalid value for parameter "datamon.databases"/, 'a broken list is refused');

# Nothing is written where the server says so.
$node->safe_psql('postgres', 'ALTER DATABASE postgres SET default_transaction_read_only = on');
poll_ok($node, q{SELECT state = 'read only' FROM datamon.worker_status() WHERE database = 'postgres'},
	'a read-only database is left alone');
$node->safe_psql('postgres', 'SET default_transaction_read_only = off; ALTER DATABASE postgres RESET default_transaction_read_only');

# On Citus the other nodes have the same catalog; this is all the worker looks at.
$node->safe_psql('postgres', q{SET allow_system_table_mods = on; CREATE TABLE pg_catalog.pg_dist_local_group (groupid int); INSERT INTO pg_catalog.pg_dist_local_group VALUES (3)});
poll_ok($node, q{SELECT state = 'not the coordinator' FROM datamon.worker_status() WHERE database = 'postgres'},
	'a Citus worker node does nothing');
$node->safe_psql('postgres', 'UPDATE pg_catalog.pg_dist_local_group SET groupid = 0');
poll_ok($node, q{SELECT state IN ('waiting', 'running', 'starting') FROM datamon.worker_status() WHERE database = 'postgres'},
	'the coordinator works');

$node->stop('fast');

# Without preload everything but the worker is there.
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->start;
is($node->safe_psql('postgres', 'SELECT count(*) FROM datamon.worker_status()'), '0', 'without preload the status is empty');
is($node->safe_psql('postgres', 'SET ROLE alice; SELECT datamon._tick_as_owner((SELECT monitor_id FROM datamon._own_monitor), NULL)'),
	'{"rows": 1}', 'and a tick works');
$node->stop;

done_testing();
