# Datamon::Worker - a node with the worker, and a stand-in for the tick.
#
# What a tick computes is tested elsewhere.  Here datamon._tick() is replaced by
# one that reads the source, so that its views and functions run, and comes due
# again after a second.
package Datamon::Worker;

use strict;
use warnings;
use Exporter 'import';
use Datamon::Test;

our @EXPORT = qw(worker_node install_datamon spy_view replace_spy watch reload_with failures_of);

sub worker_node
{
	my ($name, $conf) = @_;

	return datamon_node($name, preload => 1, no_extension => 1, allows_streaming => 1,
		conf => "datamon.naptime = 1s\n" . ($conf // ''));
}

sub install_datamon
{
	my ($node, $db) = @_;

	$node->safe_psql($db, q{
		CREATE EXTENSION datamon;
		CREATE OR REPLACE FUNCTION datamon._tick(monitor_id int, as_of timestamptz) RETURNS jsonb
		LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
		AS $$
		DECLARE
			n bigint;
		BEGIN
			EXECUTE pg_catalog.format('SELECT count(x) FROM %s x',
				(SELECT m.source FROM datamon._own_monitor m WHERE m.monitor_id = _tick.monitor_id)) INTO n;
			UPDATE datamon._own_state s
			SET next_due = now() + interval '1 second', last_tick_at = now(), failures = 0, last_error = NULL
			WHERE s.monitor_id = _tick.monitor_id;
			RETURN jsonb_build_object('rows', n);
		END
		$$;
	});
	return;
}

# A schema of this role with the table "seen", and the view "spied", which writes
# down as whom it is read, and then does what the caller of this function wants.
sub spy_view
{
	my ($node, $db, $role, $body) = @_;

	$node->safe_psql($db, qq{
		CREATE SCHEMA $role AUTHORIZATION $role;
		SET ROLE $role;
		CREATE TABLE $role.events (at timestamptz, x float8);
		INSERT INTO $role.events VALUES (now(), 1);
		CREATE TABLE $role.seen (who name, session name, path text, at timestamptz DEFAULT clock_timestamp());
		CREATE VIEW $role.spied AS SELECT at, x, 1::float8 AS y FROM $role.events;
	});
	watch($node, $db, $role, "$role.spied");

	# Only now, so that the body runs in ticks and nowhere else.
	replace_spy($node, $db, $role, $body);
	$node->safe_psql($db, qq{
		SET ROLE $role;
		CREATE OR REPLACE VIEW $role.spied AS SELECT at, x, $role.spy() AS y FROM $role.events;
	});
	return;
}

sub replace_spy
{
	my ($node, $db, $role, $body) = @_;

	$node->safe_psql($db, qq{
		SET ROLE $role;
		CREATE OR REPLACE FUNCTION $role.spy() RETURNS float8 LANGUAGE plpgsql VOLATILE AS \$spy\$
		BEGIN
			INSERT INTO $role.seen VALUES (current_user, session_user, current_setting('search_path'));
			$body
			RETURN 1;
		END \$spy\$;
	});
	return;
}

sub watch
{
	my ($node, $db, $role, $source) = @_;

	$node->safe_psql($db, "SET ROLE $role; SELECT count(*) FROM datamon.watch('$source')");
	return;
}

sub reload_with
{
	my ($node, @settings) = @_;

	$node->append_conf('postgresql.conf', join("\n", @settings) . "\n");
	$node->reload;
	return;
}

sub failures_of
{
	my ($node, $db, $role) = @_;

	return $node->safe_psql($db,
		"SELECT s.failures FROM datamon.monitor_state s JOIN datamon.monitor m USING (monitor_id) WHERE m.owner = '$role'::regrole");
}

1;
