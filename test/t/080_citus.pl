# A coordinator and two worker nodes of Citus: aggregates are split, ticks of tables in shards equal those of local ones,
# whatever happens to rows, labels, shards and nodes in between, and only the coordinator ticks by itself.
use strict;
use warnings;
use Datamon::Test;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my $share = `pg_config --sharedir`);
plan(skip_all => 'Citus is not installed for this PostgreSQL') unless -e "$share/extension/citus.control";

my $conf = q{
shared_preload_libraries = 'citus,datamon'
datamon.naptime = 1s
citus.node_conninfo = 'sslmode=disable'
citus.shard_count = 6
citus.max_cached_conns_per_worker = 1
};
my $main = datamon_node('coordinator', conf => "$conf\ndatamon.enabled = off\n", no_extension => 1);
my @workers = map { datamon_node($_, conf => $conf, no_extension => 1) } qw(east west);

# The stock test nodes listen on sockets; a folder is as good as a host.
for my $node ($main, @workers)
{
	$node->append_conf('postgresql.conf', sprintf("citus.local_hostname = '%s'", $node->host));
	$node->reload;
	$node->safe_psql('postgres', 'CREATE EXTENSION citus');
}

sub sql { my ($query) = @_; return $main->safe_psql('postgres', "SET client_min_messages = error; $query"); }

sql(sprintf(q{SELECT citus_set_coordinator_host('%s', %d)}, $main->host, $main->port));
sql(sprintf(q{SELECT citus_add_node('%s', %d)}, $_->host, $_->port)) for @workers;
sql('CREATE EXTENSION datamon');
is($_->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'datamon'}), 1, 'CREATE EXTENSION reaches ' . $_->name)
	for @workers;

sql(q{
	CREATE TABLE here (id int, client int NOT NULL, at timestamptz NOT NULL, color text, amount float8, n numeric, pred boolean);
	SELECT setseed(0.3);
	INSERT INTO here SELECT i, (random() * random() * 40)::int, '2025-01-01'::timestamptz + i * interval '2 minutes',
		(ARRAY['red', 'green', 'blue', NULL])[1 + floor(random() * 4)::int],
		CASE WHEN random() > 0.05 THEN exp(random() * 5) END, round((random() * 100)::numeric, 2), random() < 0.5
	FROM generate_series(1, 6000) i;
	CREATE TABLE labels_here (id int, client int, labelled_at timestamptz, label boolean, PRIMARY KEY (client, id));
	INSERT INTO labels_here SELECT id, client, at + interval '1 hour', random() < 0.4 FROM here WHERE random() < 0.9;
	CREATE TABLE sharded (LIKE here);
	SELECT create_distributed_table('sharded', 'client');
	CREATE TABLE parted (LIKE here) PARTITION BY RANGE (at);
	CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2025-01-01') TO ('2025-01-05');
	CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
	SELECT create_distributed_table('parted', 'client');
	CREATE TABLE everywhere (LIKE here);
	SELECT create_reference_table('everywhere');
	CREATE VIEW viewed AS SELECT * FROM sharded;
	CREATE TABLE labels_beside (LIKE labels_here INCLUDING ALL);
	SELECT create_distributed_table('labels_beside', 'client', colocate_with => 'sharded');
	CREATE TABLE labels_far (id int PRIMARY KEY, client int, labelled_at timestamptz, label boolean);
	SELECT create_distributed_table('labels_far', 'id', colocate_with => 'none')});
sql("INSERT INTO $_ SELECT * FROM here") for qw(sharded parted everywhere);
sql("INSERT INTO $_ SELECT * FROM labels_here") for qw(labels_beside labels_far);

# Aggregates: split, and the same answer.
for my $call (
	'datamon.histogram(amount)', 'datamon.value_counts(color)', q{datamon.profile('nnc', ARRAY[amount, n], ARRAY[color])},
	q{datamon.psi(amount, pred, 'quantiles:4', 0.01)}, 'datamon.js_distance(amount, pred, 3)', 'datamon.f_beta_state(pred, amount > 9)', q{datamon.pattern_rate(color, 'e')})
{
	my $answers = "SELECT ($call)::text FROM";
	is(sql("$answers sharded"), sql("$answers here"), "$call is the same");
	like(sql("EXPLAIN (VERBOSE) SELECT $call FROM sharded"), qr/worker_partial_agg/, '... and split');
}
is( sql(q{SELECT datamon.profile('nnc', ARRAY[amount, n], ARRAY[color]) FROM sharded}),
	sql('SELECT datamon.profile(amount, n, color) FROM here'), 'a profile from arrays is that of columns');

is( sql(q{SELECT md5(string_agg(d::text, ';')) FROM datamon.describe('sharded') d}),
	sql(q{SELECT md5(string_agg(d::text, ';')) FROM datamon.describe('here') d}), 'so is a description');
is( sql(q{SELECT datamon.duplicates('sharded', '{client, color}', 3)}), sql(q{SELECT datamon.duplicates('here', '{client, color}', 3)}),
	'and are duplicates');

# Monitors.
sub watch
{
	my ($source, $labels, $keys) = @_;

	sql(qq{SELECT FROM datamon.watch('$source', '$labels', bucket => '1 day', lateness => '5 days', dimensions => '{color}',
		label_keys => '$keys', label_time => 'labelled_at')});
	is(tick($source, '2025-01-06'), '', "$source with $labels: a tick");
	is(tick($source, '2025-01-08'), '', '... and the next');
	return;
}

sub tick
{
	my ($source, $as_of) = @_;

	return sql(sprintf(q{SELECT error FROM datamon.tick('%s'%s)}, $source, $as_of ? ", '$as_of'" : ''));
}

sub cells
{
	my ($source) = @_;

	return sql(qq{SELECT md5(string_agg(concat_ws(' ', c.bucket, g.key, c.n, c.profile, c.performance), ';' ORDER BY c.bucket, g.key))
		FROM datamon.monitor m JOIN datamon.cell c USING (monitor_id) JOIN datamon.segment g USING (monitor_id, segment_id)
		WHERE m.source = '$source'::regclass});
}

sub exact
{
	my ($source, $name) = @_;

	is(sql("SELECT count(*) FROM datamon.check('$source')"), 0, "$name: every cell equals its rows");
	return;
}

watch('here', 'labels_here', '{client, id}');
my $expected = cells('here');
for my $pair (
	[ 'sharded', 'labels_beside', '{client, id}' ], [ 'parted', 'labels_far', '{id}' ], [ 'everywhere', 'labels_beside', '{client, id}' ],
	[ 'viewed', 'labels_here', '{client, id}' ])
{
	watch(@$pair);
	is(cells($pair->[0]), $expected, '... and the cells of a local table');
	exact($pair->[0], $pair->[0]);
}

# Whatever happens to the rows happens to the local ones as well.
for my $source ('here', 'sharded')
{
	my $labels = $source eq 'here' ? 'labels_here' : 'labels_beside';

	sql(qq{
		INSERT INTO $source SELECT 10000 + i, i % 40, '2025-01-05 05:00', 'late', i, 1, true FROM generate_series(1, 50) i;
		UPDATE $source SET amount = 77 WHERE client = 7 AND at >= '2025-01-04';
		DELETE FROM $source WHERE at >= '2025-01-06 03:00' AND at < '2025-01-06 04:00';
		UPDATE $labels SET label = NOT label WHERE client = 3});
	is(sql("SELECT buckets_revised > 0 AND error IS NULL FROM datamon.tick('$source')"), 't', "late, updated, deleted and labelled again in $source");
	exact($source, $source);
}
is(cells('sharded'), cells('here'), 'the same cells as before');

# New rows are told by the snapshots of their nodes, whenever their transaction commits.
sub unseen
{
	return sql(q{SELECT count(*) FILTER (WHERE datamon._is_unseen(s.xmin, (SELECT node_snapshots FROM datamon.monitor m
		JOIN datamon.monitor_state USING (monitor_id) WHERE m.source = 'sharded'::regclass))) FROM sharded s});
}

is(tick('sharded'), '', 'an idle tick');
is(unseen(), 0, 'all rows were there');
my $late = $main->background_psql('postgres');
$late->query_safe('BEGIN');
$late->query_safe(q{INSERT INTO sharded SELECT 15000 + i, i % 40, '2025-01-06 08:00', 'open', i, 1, true FROM generate_series(1, 60) i});
$late->query_safe('SAVEPOINT a');
$late->query_safe(q{UPDATE sharded SET amount = 78 WHERE id = 3000});
$late->query_safe('RELEASE a');
sql(q{INSERT INTO sharded VALUES (16000, 1, '2025-01-06 09:00', 'meanwhile', 1, 1, true)});
is(tick('sharded'), '', 'a tick while a transaction is open');
exact('sharded', 'while it is open');
$late->query_safe('COMMIT');
$late->quit;
cmp_ok(unseen(), '>=', 61, 'its rows are new');
is(sql(q{SELECT buckets_revised FROM datamon.tick('sharded')}), 2, 'two buckets are done again');
exact('sharded', 'after it committed');
is(unseen(), 0, 'and none is left');
is($main->safe_psql('postgres', q{
		BEGIN ISOLATION LEVEL REPEATABLE READ;
		SELECT count(*) FROM sharded WHERE false;
		SELECT error FROM datamon.tick('sharded') WHERE error IS NOT NULL;
		COMMIT;
		SELECT node_snapshots IS NULL FROM datamon.monitor m JOIN datamon.monitor_state USING (monitor_id) WHERE m.source = 'sharded'::regclass}),
	"0\nt", 'a tick under an older snapshot promises nothing');
is(tick('sharded'), '', 'the next one looks at all');

# Whatever happens to the shards.
sql(sprintf(
		q{SELECT citus_move_shard_placement(shardid, nodename, nodeport, '%s', %d, 'block_writes') FROM citus_shards
		WHERE table_name = 'sharded'::regclass AND nodeport <> %2$d LIMIT 1}, $workers[1]->host, $workers[1]->port));
sql(q{INSERT INTO sharded SELECT 20000 + i, i % 40, '2025-01-07 05:00', 'moved', i, 1, true FROM generate_series(1, 50) i});
is(tick('sharded'), '', 'a tick after a shard has moved');
exact('sharded', 'moved');

# A node that is down: the monitor says so, the others are done.
$workers[0]->stop('immediate');
sql('UPDATE here SET amount = 1 WHERE id = 4000');
like(tick('sharded'), qr/connection/, 'a tick without a node tells what is wrong');
is(sql(q{SELECT bool_or(error IS NULL AND buckets_revised > 0) FROM datamon.tick() WHERE source_name = 'public.here'}), 't',
	'and others are done');
$workers[0]->start;
is(tick('sharded'), '', 'then the node is back');
exact('sharded', 'after a crash');

# Monitors are the coordinator's, and so is the work.
$main->append_conf('postgresql.conf', 'datamon.enabled = on');
$main->reload;
sql(q{INSERT INTO sharded SELECT 30000 + i, i % 40, now(), 'new', i, 1, true FROM generate_series(1, 50) i});
sql('UPDATE datamon.monitor_state SET next_due = now()');
poll_ok($main, q{SELECT count(*) = 1 FROM datamon.monitor m JOIN datamon.cell c USING (monitor_id) JOIN datamon.segment g USING (monitor_id, segment_id)
	WHERE m.source = 'sharded'::regclass AND g.key = '{"color": "new"}'}, 'the worker of the coordinator ticks');
poll_ok($workers[0], q{SELECT count(*) = 1 FROM datamon.worker_status() WHERE state = 'not the coordinator'}, 'that of a worker node does not');

$_->stop('fast') for $main, @workers;
done_testing();
