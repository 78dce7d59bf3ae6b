# A server with datamon preloaded survives the kill -9 of one of its sessions, and of all of it.
use strict;
use warnings;
use Datamon::Test;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = datamon_node('main', preload => 1, conf => "restart_after_crash = on\n");

is($node->safe_psql('postgres', 'SHOW shared_preload_libraries'), 'datamon', 'the library is preloaded');

my $members = q(SELECT count(*) FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'datamon'));
my $before = $node->safe_psql('postgres', $members);

# One session: the postmaster restarts everything.
my $log = -s $node->logfile;
$node->psql('postgres', q(COPY (SELECT 1) TO PROGRAM 'kill -9 $PPID'));
ok( $node->poll_query_until(
		'postgres',
		"SELECT pg_postmaster_start_time() < clock_timestamp()"),
	'the server answers after a session was killed');
like(slurp_file($node->logfile, $log), qr/terminated by signal 9/, 'and did crash');
is($node->safe_psql('postgres', $members), $before, 'the extension is whole');

# The server: recovery from the log.
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', $members), $before, 'the extension is whole after recovery');

$node->stop;
done_testing();
