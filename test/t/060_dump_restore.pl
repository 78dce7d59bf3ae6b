# pg_dump and restore carry the monitors; state, cells and alerts come back from the rows.
use strict;
use warnings;
use Datamon::Test;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = datamon_node('dump');
$node->safe_psql('postgres', q{
	CREATE ROLE regress_owner LOGIN;
	GRANT CREATE ON DATABASE postgres TO regress_owner;
	CREATE EXTENSION IF NOT EXISTS datamon;
	SET ROLE regress_owner;
	CREATE SCHEMA s;
	CREATE TABLE s.p (id int PRIMARY KEY, at timestamptz NOT NULL, plan text, x float8, predicted bool, actual bool);
	INSERT INTO s.p SELECT i, '2024-01-01'::timestamptz + i * interval '10 minutes', 'p' || i % 3, sqrt(i), i % 2 = 0, i % 5 < 2
	FROM generate_series(1, 5000) i;
	SELECT * FROM datamon.watch('s.p', time_column => 'at', prediction => 'predicted', label => 'actual', bucket => '1 day');
	SELECT * FROM datamon.tick('s.p');
	SELECT datamon.add_rule('s.p', 'few', 'n < 100', channel => 'operations');
	SELECT datamon.silence('s.p', rule => 'few', until => '2100-01-01 00:00+00');
});
my $cells = 'SELECT count(*), sum(n) FROM datamon.cell';
my $before = $node->safe_psql('postgres', $cells);
like($before, qr/^\d+\|\d+$/, 'cells before the dump');

my $bands = 'SELECT count(*), sum(n_used), sum(value) FROM datamon.bands';
my $series = $node->safe_psql('postgres', $bands);
like($series, qr/^[1-9]\d*\|/, 'series before the dump');

my $file = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $file, 'postgres' ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE other TO regress_owner');
$node->command_ok([ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-q', '-f', $file, 'other' ], 'restore');

is($node->safe_psql('other', 'SELECT source::text, owner::text FROM datamon.monitor'), 's.p|regress_owner', 'the monitor came along');
is($node->safe_psql('other', 'SELECT count(*) FROM datamon._due()'), '1', 'and is due');
is($node->safe_psql('other', 'SELECT error FROM datamon.tick()'), '', 'it ticks');
is($node->safe_psql('other', $cells), $before, 'its cells are as before');
is($node->safe_psql('other', $bands), $series, 'and its series, from the rows');
is($node->safe_psql('other', q{SELECT rule, condition, channel FROM datamon.user_rules}), 'few|n < 100|operations', 'a rule came along');
is($node->safe_psql('other', q{SELECT rule, state, created_by FROM datamon.silences}), 'few|active|regress_owner', 'and a silence');
is($node->safe_psql('other', q{SET ROLE regress_owner; SELECT count(*) FROM datamon.check('s.p')}), '0', 'and equal to a full recompute');
is($node->safe_psql('other', q{SET ROLE regress_owner;
	INSERT INTO s.p VALUES (9999, '2024-02-04', 'p1', 1, true, true); SELECT coalesce(error, 'fine') FROM datamon.tick('s.p'); SELECT count(*) FROM datamon.check('s.p')}),
	"fine\n0", 'new rows are counted in the restored database');

# an attacker's schema is not taken over
$node->safe_psql('postgres', 'CREATE DATABASE third');
$node->safe_psql('third', 'CREATE SCHEMA datamon AUTHORIZATION regress_owner');
my ($ret, $out, $err) = $node->psql('third', 'CREATE EXTENSION datamon');
like($err, qr/schema "datamon" exists and belongs to another role/, 'CREATE EXTENSION refuses a schema of somebody else');
$node->stop;
done_testing();
