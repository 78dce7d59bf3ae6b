# A standby has no launcher until it is promoted.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = worker_node('primary');
$primary->safe_psql('postgres', 'CREATE ROLE alice LOGIN');
install_datamon($primary, 'postgres');
spy_view($primary, 'postgres', 'alice', '');
$primary->backup('backup');

my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
$primary->reload;
poll_ok($primary, 'SELECT count(*) >= 1 FROM alice.seen', 'the primary ticks');
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'datamon%'}), '0',
	'the standby has neither launcher nor worker');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM datamon.worker_status()'), '0', 'and no status');
my ($ret, $stdout, $stderr) = $standby->psql('postgres', 'SELECT datamon._tick_as_owner((SELECT monitor_id FROM datamon.monitor), NULL)');
like($stderr, qr/read-only transaction|during recovery/, 'a tick there is refused');

$primary->stop('fast');
my $seen = $standby->safe_psql('postgres', 'SELECT count(*) FROM alice.seen');
$standby->promote;
poll_ok($standby, "SELECT count(*) > $seen FROM alice.seen", 'after promotion it ticks by itself');
is($standby->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'datamon launcher'}), '1',
	'with one launcher');

$standby->stop('fast');
done_testing();
