# Datamon::Torture - what runs beside the torture test: writers, tickers, and kill -9.
#
# Every helper is a loop that starts its client again whenever the server was killed, until the file "stop" is there.
package Datamon::Torture;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run;
use Time::HiRes qw(sleep);

our @EXPORT = qw(start_helpers stop_helpers end_helpers kill_server kill_session lines_of);

my %state = (helpers => []);

sub in_a_loop
{
	my ($name, $command) = @_;
	my $dir = $state{dir};

	local $ENV{PGAPPNAME} = $name;
	push @{ $state{helpers} },
		IPC::Run::start([ 'bash', '-c', "while [ -d '$dir' ] && [ ! -e '$dir/stop' ]; do $command; done" ],
			'<', \undef, '>', "$dir/$name.out", '2>', "$dir/$name.err");
	return;
}

# A pause of up to so many seconds.
sub pause { return sprintf 'sleep $((RANDOM %% %d)).$((RANDOM %% 10))', $_[0]; }

sub start_helpers
{
	my ($node, $dir, $writers, $sources, $by_hand) = @_;
	my $psql = 'psql -XqAt -U keeper';
	my $scripts = join ' ', map { "-f test/torture/write_$_" } 'short.pgbench@8', 'long.pgbench@8', 'prepared.pgbench@2', 'many.pgbench@1';
	my $each = join '; ', map { "SELECT source_name, coalesce(error, 'ok') FROM datamon.tick('torture.$_')" } @$by_hand;

	%state = (helpers => [], dir => $dir);
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = 'postgres';
	local $ENV{PGOPTIONS} = '-c client_min_messages=error -c jit=off';

	# Several, so that a client that fails takes few others with it.
	for my $part (1 .. 4)
	{
		my $clients = int(($writers + $part - 1) / 4) || next;

		in_a_loop("writers$part", "pgbench -n -U keeper -c $clients -j 1 -T 86400 $scripts; sleep 0.2");
	}
	in_a_loop('brisk', 'pgbench -n -U keeper -c 3 -j 1 -T 86400 -f test/torture/write_brisk.pgbench; sleep 0.2');
	# Two tick by hand, one of them everything at once, unless the gate is closed; the worker ticks what these leave.
	in_a_loop('tick_each', join('; ', map { "$psql -c \"$_\"; sleep 0.\$((RANDOM % 3))" } split /; /, $each));
	in_a_loop('tick_all', "$psql -c 'SELECT pg_advisory_lock_shared(1)' -c \"SELECT source_name, coalesce(error, 'ok') FROM datamon.tick()\"; " . pause(9));
	in_a_loop('finish', "$psql -v all=old -f test/torture/finish_prepared.sql; sleep 1");
	# VACUUM FULL would wait for prepared transactions, and everybody for it.
	in_a_loop('vacuum', join('; ', map { "$psql -c \"SET lock_timeout = '1s'\" -c 'VACUUM" . ($_ eq 'purged' ? ' FULL' : $_ eq 'indexed' ? ' FREEZE' : '') . " torture.$_'; " . pause(4) }
			grep { $_ ne 'straggling' && $_ ne 'joined' } @$sources));
	return;
}

sub stop_helpers
{
	return unless defined $state{dir};
	open my $stop, '>', "$state{dir}/stop" or die "$state{dir}/stop: $!";
	close $stop;
	return;
}

# Once the server is gone, so are their clients.
sub end_helpers
{
	$_->kill_kill(grace => 2) for @{ $state{helpers} };
	$state{helpers} = [];
	return;
}

# How many lines of a helper's output match.
sub lines_of
{
	my ($name, $pattern) = @_;

	open my $in, '<', "$state{dir}/$name" or return 0;
	return scalar grep { /$pattern/ } <$in>;
}

sub children
{
	my ($parent) = @_;

	return grep { /^\d+$/ } split ' ', `ps -o pid= --ppid $parent`;
}

# The postmaster and everything that it started, at once; then the server is started again and recovers.
sub kill_server
{
	my ($node) = @_;

	open my $in, '<', $node->data_dir . '/postmaster.pid' or die "no postmaster.pid: $!";
	chomp(my $postmaster = <$in>);
	close $in;
	my @all = ($postmaster, children($postmaster));
	kill 'KILL', @all;
	for (1 .. 600)
	{
		last unless grep { kill 0, $_ } @all;
		sleep 0.1;
	}
	# A session that was just being started may still be about, and hold the shared memory.
	for (1 .. 60)
	{
		return 1 if system('pg_ctl', '-s', '-w', '-t', '180', '-D', $node->data_dir, '-l', $node->logfile, 'start') == 0;
		sleep 1;
	}
	die 'the server does not start again';
}

# One session of those that the condition on pg_stat_activity picks; the postmaster restarts everything.
sub kill_session
{
	my ($node, $condition) = @_;
	my $pid = $node->safe_psql('postgres', "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ($condition)
		ORDER BY random() LIMIT 1");

	return 0 if $pid eq '' || !kill 'KILL', $pid;
	# Until it is gone, a new session may still be let in.
	for (1 .. 100)
	{
		last unless kill 0, $pid;
		sleep 0.05;
	}
	sleep 0.2;
	for (1 .. 1800)
	{
		return 1 if system('pg_isready', '-q', '-h', $node->host, '-p', $node->port) == 0;
		sleep 0.1;
	}
	die 'the server does not come back';
}

END { my $status = $?; stop_helpers(); end_helpers(); $? = $status; }

1;
