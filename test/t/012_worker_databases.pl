# Databases are created, dropped and changed under a working worker.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = worker_node('databases');
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE EXTENSION datamon; CREATE DATABASE template_d');
install_datamon($node, 'template_d');
spy_view($node, 'template_d', 'alice', '');
$node->reload;

sub is_ticked
{
	my ($db) = @_;
	return $node->poll_query_until('postgres', "SELECT ticks >= 1 FROM datamon.worker_status() WHERE database = '$db'");
}

# Each statement must win against a worker that comes every second.
ok(is_ticked('template_d'), 'a database is found and ticked');
my $longest = 0;
for my $i (1 .. 4)
{
	for my $statement ("CREATE DATABASE d$i TEMPLATE template_d", "ALTER DATABASE d$i RENAME TO e$i", 'SELECT pg_reload_conf()',
		"SELECT pg_sleep(0.3)", "DROP DATABASE e$i")
	{
		my $start = time;
		$node->safe_psql('postgres', $statement);
		$longest = time - $start if time - $start > $longest;
	}
}
cmp_ok($longest, '<', 5, sprintf('CREATE, ALTER and DROP DATABASE win (longest took %.1f s)', $longest));
poll_ok($node, q{SELECT string_agg(database, ' ' ORDER BY database) = 'postgres template_d' FROM datamon.worker_status()},
	'and their slots are free again');

# DROP EXTENSION waits for a tick that runs, and the worker finds nothing left.
replace_spy($node, 'template_d', 'alice', 'PERFORM pg_sleep(2);');
poll_ok($node, q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'datamon worker'
	AND datname = 'template_d' AND query LIKE '%_tick_as_owner%')}, 'a tick is running');
my $before = -s $node->logfile;
$node->safe_psql('template_d', 'DROP EXTENSION datamon');
$node->reload;
poll_ok($node, q{SELECT state = 'no extension' FROM datamon.worker_status() WHERE database = 'template_d'},
	'after DROP EXTENSION the worker goes away');
unlike(slurp_file($node->logfile, $before), qr/(ERROR|WARNING|FATAL):/, 'without a complaint');

# CREATE EXTENSION is noticed.
install_datamon($node, 'template_d');
watch($node, 'template_d', 'alice', 'alice.events');
$node->reload;
ok($node->poll_query_until('template_d', 'SELECT last_tick_at IS NOT NULL FROM datamon.monitor_state'), 'it works again after CREATE EXTENSION');

# Many databases share two workers and all get their turn.
$node->safe_psql('postgres', "CREATE DATABASE s$_ TEMPLATE template_d") for 1 .. 5;
$node->reload;
poll_ok($node, q{SELECT count(*) = 5 FROM datamon.worker_status() WHERE database LIKE 's_' AND ticks >= 2},
	'every database has its turn');
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'datamon worker'}),
	'<=', 2, 'with two workers at most');

# A worker that cannot work at all is not started over and over.
$node->safe_psql('s1', 'ALTER FUNCTION datamon._due(int) RENAME TO _due_hidden');
$before = -s $node->logfile;
poll_ok($node, q{SELECT worker_failures >= 3 FROM datamon.worker_status() WHERE database = 's1'},
	'failures of the worker are counted');
is( $node->safe_psql('postgres', q{SELECT state = 'failed' AND next_due - last_end >= interval '4 seconds' FROM datamon.worker_status()
	WHERE database = 's1'}), 't', 'and it backs off');
my @errors = slurp_file($node->logfile, $before) =~ /ERROR:  function datamon._due\(integer\) does not exist/g;
cmp_ok(scalar(@errors), '<=', 4, 'so that the log stays readable');
$node->safe_psql('s1', 'ALTER FUNCTION datamon._due_hidden(int) RENAME TO _due');
$node->reload;
poll_ok($node, q{SELECT worker_failures = 0 FROM datamon.worker_status() WHERE database = 's1'},
	'a reload ends the backoff');

# Without a free slot ticks wait, which is said once.
$node->append_conf('postgresql.conf', "max_worker_processes = 1\nmax_logical_replication_workers = 0\ndatamon.databases = template_d\n");
$before = -s $node->logfile;
$node->restart;
poll_ok($node, q{SELECT pg_postmaster_start_time() < now() - interval '3 seconds'}, 'the server runs with a single slot');
my $log = slurp_file($node->logfile, $before);
my @complaints = $log =~ /no free worker slot for datamon/g;
is(scalar(@complaints), 1, 'the lack of worker slots is said once');

$node->stop('fast');
done_testing();
