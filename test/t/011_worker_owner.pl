# Whoever starts a tick, the code in a source runs with its owner's rights only.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Worker;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = worker_node('owner', "datamon.enabled = off\n");
# The bootstrap superuser bears the name of whoever runs the tests.
my $me = $node->safe_psql('postgres', 'SELECT session_user');
$node->safe_psql('postgres', 'CREATE ROLE postgres SUPERUSER')
  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_roles WHERE rolname = 'postgres'}) eq '0';
$node->safe_psql('postgres', q{
	CREATE ROLE alice LOGIN; CREATE ROLE mallory LOGIN; CREATE ROLE eve LOGIN;
	CREATE ROLE carol LOGIN IN ROLE alice;
	CREATE ROLE dave LOGIN NOINHERIT IN ROLE alice;
});
install_datamon($node, 'postgres');
spy_view($node, 'postgres', 'alice', '');

sub monitor_of
{
	my ($role) = @_;
	return $node->safe_psql('postgres', "SELECT monitor_id FROM datamon.monitor WHERE owner = '$role'::regrole");
}

sub tick_as
{
	my ($role, $monitor_id) = @_;
	my ($ret, $stdout, $stderr) =
	  $node->psql('postgres', "\\set VERBOSITY verbose\nSET ROLE $role; SELECT datamon._tick_as_owner($monitor_id, NULL)");
	return $ret == 0 ? $stdout : $stderr;
}

# Who may.
my $alice = monitor_of('alice');
is(tick_as('alice', $alice), '{"rows": 1}', 'the owner may tick');
is(tick_as('carol', $alice), '{"rows": 1}', 'a member of the owner may');
is(tick_as('postgres', $alice), '{"rows": 1}', 'a superuser may');
like(tick_as('eve', $alice), qr/ERROR:  42501: permission denied for datamon monitor $alice/, 'somebody else may not');
unlike(tick_as('eve', $alice), qr/alice|spied/, 'and is told neither owner nor source');
like(tick_as('dave', $alice), qr/ERROR:  42501/, 'nor may a member that does not inherit');
like(tick_as('postgres', 4711), qr/ERROR:  42704: datamon monitor 4711 does not exist/, 'a monitor that is not there');
is(tick_as('eve', 'NULL'), '', 'NULL yields NULL');
is($node->safe_psql('postgres', 'SELECT string_agg(DISTINCT who, \' \') FROM alice.seen'), 'alice', 'each time it ran as the owner');

# The session user means nothing: a superuser's session that has set a role is that role.
like($node->psql('postgres', "SET SESSION AUTHORIZATION eve; SELECT datamon._tick_as_owner($alice, NULL)") && tick_as('eve', $alice),
	qr/42501/, 'the current user decides');

# The base tables stay closed.
for my $table (qw(monitor monitor_state cell alert))
{
	my ($ret, $stdout, $stderr) = $node->psql('postgres', "SET ROLE eve; SELECT * FROM datamon.$table");
	like($stderr, qr/permission denied/, "datamon.$table is not granted");
}

# Whatever mallory's code tries in a tick, it tries as mallory.
my @attempts = (
	[ 'superuser',         'ALTER ROLE mallory SUPERUSER' ],
	[ 'other role',        'SET ROLE postgres' ],
	[ 'reset role',        'RESET ROLE' ],
	[ 'set_config role',   q{DO 'BEGIN PERFORM set_config(''role'', ''postgres'', false); END'} ],
	[ 'authorization',     'SET SESSION AUTHORIZATION postgres' ],
	[ 'reset authorization', 'RESET SESSION AUTHORIZATION' ],
	[ 'prepared statement', 'PREPARE p AS SELECT mallory.trap()' ],
	[ 'cursor with hold',  'DECLARE c CURSOR WITH HOLD FOR SELECT mallory.trap()' ],
	[ 'listen',            'LISTEN datamon' ],
	[ 'deferred trigger',  'INSERT INTO mallory.bait VALUES (1)' ],
	[ 'program',           q{COPY (SELECT 1) TO PROGRAM 'cat'} ],
	[ 'base table',        'UPDATE datamon.monitor SET owner = 10' ],
	[ 'monitor of another', "SELECT datamon._tick_as_owner($alice, NULL)" ],
);
my $body = q{
	IF pg_has_role(current_user, 'postgres', 'USAGE') THEN ALTER ROLE mallory SUPERUSER; END IF;
	PERFORM set_config('search_path', 'mallory', false);
	PERFORM set_config('datamon_test.trace', 'left behind', false);
	PERFORM set_config('statement_timeout', '1min', false);
	PERFORM pg_advisory_unlock_all();
};
for my $a (@attempts)
{
	my $quoted = $a->[1];
	$quoted =~ s/'/''/g;
	$body .= qq{
	BEGIN
		EXECUTE '$quoted';
		INSERT INTO mallory.attempt VALUES ('$a->[0]', 'done');
	EXCEPTION WHEN OTHERS THEN
		INSERT INTO mallory.attempt VALUES ('$a->[0]', SQLERRM);
	END;
};
}
$node->safe_psql('postgres', q{
	CREATE SCHEMA trap AUTHORIZATION mallory;
	GRANT ALL ON SCHEMA public TO mallory;
});
spy_view($node, 'postgres', 'mallory', $body);
$node->safe_psql('postgres', q{
	SET ROLE mallory;
	CREATE TABLE mallory.attempt (what text, outcome text);
	CREATE TABLE mallory.bait (x int);
	CREATE FUNCTION mallory.trap() RETURNS int LANGUAGE plpgsql AS $$
	BEGIN
		IF pg_has_role(current_user, 'postgres', 'USAGE') THEN ALTER ROLE mallory SUPERUSER; END IF;
		RETURN 1;
	END $$;
	CREATE FUNCTION mallory.sprung() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM mallory.trap();
		RETURN NULL;
	END $$;
	CREATE CONSTRAINT TRIGGER later AFTER INSERT ON mallory.bait DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW EXECUTE FUNCTION mallory.sprung();
});
my $mallory = monitor_of('mallory');

sub check_harmless
{
	my ($by) = @_;

	is($node->safe_psql('postgres', q{SELECT rolsuper FROM pg_roles WHERE rolname = 'mallory'}), 'f', "$by: mallory is no superuser");
	is($node->safe_psql('postgres', 'SELECT DISTINCT who FROM mallory.seen'), 'mallory', "$by: the code ran as mallory");
	is( $node->safe_psql('postgres', q{SELECT string_agg(DISTINCT what, ', ' ORDER BY what) FROM mallory.attempt WHERE outcome = 'done'}),
		'', "$by: every attempt was refused");
	is($node->safe_psql('postgres', 'SELECT count(DISTINCT what) FROM mallory.attempt'), scalar(@attempts), "$by: every attempt was made");
	note $node->safe_psql('postgres', 'SELECT DISTINCT what, outcome FROM mallory.attempt ORDER BY 1');
	return;
}

is($node->safe_psql('postgres', qq{
	SET search_path = public;
	SELECT datamon._tick_as_owner($mallory, NULL);
	SELECT current_user, session_user, current_setting('search_path'), current_setting('statement_timeout'),
		current_setting('datamon_test.trace', true) IS DISTINCT FROM 'left behind', (SELECT count(*) FROM pg_prepared_statements),
		(SELECT count(*) FROM pg_cursors WHERE name = 'c')}),
	qq({"rows": 1}\n$me|$me|public|0|t|0|0), 'a superuser gets the session back as it was');
check_harmless('superuser');

# Temporary objects would come first in what the caller looks up next.
for my $temporary ('TABLE pg_temp.pg_class (x int)', 'FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS $q$SELECT 1$q$',
	'DOMAIN pg_temp.text AS pg_catalog.text CHECK (mallory.trap() = 1)', 'VIEW pg_temp.v AS SELECT 1')
{
	my ($kind) = split / /, $temporary;

	replace_spy($node, 'postgres', 'mallory', "BEGIN CREATE $temporary; EXCEPTION WHEN OTHERS THEN NULL; END;");
	like(tick_as('postgres', $mallory), qr/ERROR:  42501: a tick cannot use temporary objects/, "no temporary \L$kind");
}
is($node->safe_psql('postgres', qq{
	CREATE TEMP TABLE mine (x int);
	DO \$\$ BEGIN PERFORM datamon._tick_as_owner($mallory, NULL); EXCEPTION WHEN OTHERS THEN NULL; END \$\$;
	SELECT count(*) FROM mine; SELECT 'a'::text}), "0\na", 'the caller may use them, before and after');
replace_spy($node, 'postgres', 'mallory', $body);

# An error must give it back as well, whichever way it is caught.
replace_spy($node, 'postgres', 'alice', q{SET search_path = alice; RAISE EXCEPTION 'no';});
is($node->safe_psql('postgres', qq{
	DO \$\$
	BEGIN
		PERFORM datamon._tick_as_owner($alice, NULL);
	EXCEPTION WHEN raise_exception THEN
		CREATE TEMP TABLE caught AS SELECT current_user AS who, current_setting('search_path') AS path;
	END \$\$;
	SELECT who, path FROM caught}), $me . '|"$user", public', 'after an error caught in PL/pgSQL');
my ($ret, $stdout, $stderr) = $node->psql('postgres', qq{
	BEGIN;
	SAVEPOINT s;
	SELECT datamon._tick_as_owner($alice, NULL);
	ROLLBACK TO s;
	SELECT current_user, current_setting('search_path');
	CREATE TEMP TABLE t (x int);
	COMMIT;}, on_error_stop => 0);
is($stdout, $me . '|"$user", public', 'after an error and a savepoint');

# The worker is no better a victim.
$node->safe_psql('postgres', 'TRUNCATE mallory.seen, mallory.attempt');
reload_with($node, 'datamon.enabled = on');
poll_ok($node, 'SELECT count(*) >= 2 FROM mallory.seen', 'the worker ticks');
check_harmless('worker');
reload_with($node, 'datamon.enabled = off');

# A role that is gone leaves no number to run as.
$node->safe_psql('postgres', 'CREATE ROLE gone LOGIN');
spy_view($node, 'postgres', 'gone', '');
my $gone = monitor_of('gone');
$node->safe_psql('postgres', 'DROP OWNED BY gone CASCADE; DROP ROLE gone');
like(tick_as('postgres', $gone), qr/ERROR:  42704: the owner of datamon monitor $gone does not exist any more/, 'a dropped owner');

# The tick itself refuses monitors of others; this one is not replaced.
$node->safe_psql('postgres', 'CREATE DATABASE real');
$node->safe_psql('real', 'CREATE EXTENSION datamon; CREATE SCHEMA alice AUTHORIZATION alice; SET ROLE alice;
	CREATE TABLE alice.events (at timestamptz, x float8); SELECT count(*) FROM datamon.watch(\'alice.events\')');
my $id = $node->safe_psql('real', 'SELECT monitor_id FROM datamon.monitor');
for my $role (qw(eve postgres))
{
	($ret, $stdout, $stderr) = $node->psql('real', "\\set VERBOSITY verbose\nSET ROLE $role; SELECT datamon._tick($id, NULL)");
	like($stderr, qr/ERROR:  42501/, "$role cannot call the tick of another directly");
}

$node->stop;
done_testing();
