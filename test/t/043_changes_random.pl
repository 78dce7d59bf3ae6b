# As 042, with random transactions of several sessions, VACUUM and crashes in between. DATAMON_SEED=n repeats a run.
use strict;
use warnings;
use Datamon::Test;
use Datamon::Changes;
use Test::More;

my $seed = $ENV{DATAMON_SEED} // time;
my $steps = $ENV{DATAMON_STEPS} // 100;
my $node = datamon_node('main',
	conf => "autovacuum = off\nmax_prepared_transactions = 20\nlog_statement = none\nwal_log_hints = " . ($seed % 2 ? 'on' : 'off') . "\n");
plan(skip_all => 'no background_psql') unless $node->can('background_psql');
keep_counts($node);
srand($seed);
note("seed $seed");

# Each session changes rows of its own (v % 4), so that none waits for another; pages are everybody's.
my @session;
my @open;
my $prepared = 0;
my @prepared;
my $wrong = 0;
my $ticks = 0;
my @log;

sub run { return $node->safe_psql('postgres', $_[0]) }

sub tick
{
	my $said = run(q{SELECT k.tick('t')});

	$ticks++;
	return if $said eq 'exact';
	$wrong++;
	diag("seed $seed, tick $ticks: $said\nafter: " . join(' | ', @log));
	@log = ();
	run(q{UPDATE k.state SET state = NULL; SELECT k.tick('t')});
	return;
}

sub session { my ($i) = @_; return $session[$i] //= $node->background_psql('postgres', on_error_stop => 0) }

# The session's rows, of about n; "in" is random per page or one place.
sub some
{
	my ($i, $n) = @_;

	return int(rand(2)) ? "v % 4 = $i AND random() < " . $n / 2000
		: "ctid IN (SELECT ctid FROM t WHERE v % 4 = $i OFFSET " . int(rand(1000)) . " LIMIT $n)";
}

sub change
{
	my ($i) = @_;
	my $what = int(rand(10));
	my $n = 1 + int(rand(rand(2) < 1 ? 3 : 120));

	return sprintf(q{INSERT INTO t SELECT '2020-01-01 00:00Z'::timestamptz + (%d + g %% 7) * interval '1 minute', g * 4 + %d, repeat('y', %d)
		FROM generate_series(1, %d) g}, int(rand(500)), $i, int(rand(300)), $n) if $what < 4;
	return 'DELETE FROM t WHERE ' . some($i, $n) if $what < 6;
	return q{UPDATE t SET ts = ts + interval '1 minute' * (v % 5) WHERE } . some($i, $n) if $what < 7;
	return 'UPDATE t SET pad = pad WHERE ' . some($i, $n) if $what < 8;
	return 'SELECT count(*) FROM (SELECT FROM t WHERE ' . some($i, $n) . ' FOR UPDATE) x' if $what < 9;
	return sprintf(q{DO $$BEGIN FOR i IN 1 .. %d LOOP BEGIN INSERT INTO t VALUES ('2020-01-01 00:%02dZ', i * 4 + %d, '');
		IF i %% 3 = 0 THEN RAISE division_by_zero; END IF; EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END$$},
		rand(3) < 1 ? 90 : 5, rand(60), $i);
}

sub step
{
	my $i = int(rand(4));
	my $what = int(rand(20));
	my $sql;

	if (!$open[$i] && $what < 3) { $sql = change($i) }
	elsif (!$open[$i]) { $sql = rand(4) < 1 ? 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1' : 'BEGIN'; $open[$i] = 1 }
	elsif ($what < 10) { $sql = change($i) }
	elsif ($what < 12) { $sql = 'SAVEPOINT s' . $open[$i]++ }
	elsif ($what < 14) { $sql = $open[$i] > 1 ? (rand(2) < 1 ? 'ROLLBACK TO s' : 'RELEASE s') . --$open[$i] : 'SELECT 1' }
	elsif ($what < 15 && @prepared < 8) { $sql = "PREPARE TRANSACTION 'p$prepared'"; push @prepared, $prepared++ . " $i"; $open[$i] = 0 }
	else { $sql = rand(4) < 1 ? 'ROLLBACK' : 'COMMIT'; $open[$i] = 0 }
	# rows of a prepared transaction are locked
	return if $sql =~ /^(DELETE|UPDATE|SELECT count)/ && grep { /^\d+ $i$/ } @prepared;
	push @log, "$i: $sql";
	session($i)->query($sql);
	return;
}

sub finish_prepared
{
	my ($p) = split / /, (shift @prepared // return);

	push @log, "finish $p";
	# there is none if the transaction had failed
	$node->psql('postgres', (rand(3) < 1 ? 'ROLLBACK' : 'COMMIT') . " PREPARED 'p$p'");
	return;
}

sub end_sessions
{
	for my $i (0 .. 3)
	{
		$session[$i]->query('ROLLBACK') if $open[$i];
		$session[$i]->quit if $session[$i];
		$session[$i] = undef;
		$open[$i] = 0;
	}
	finish_prepared() while @prepared;
	return;
}

sub crash
{
	push @log, 'crash';
	$node->stop('immediate');
	for my $i (0 .. 3)
	{
		eval { $session[$i]->{run}->finish if $session[$i] };
		$session[$i] = undef;
		$open[$i] = 0;
	}
	$node->start;
	return;
}

run('CREATE TABLE t (ts timestamptz, v int, pad text) WITH (fillfactor = ' . (60 + int(rand(41))) . ')');
for my $n (1 .. $steps)
{
	step() for 1 .. 1 + int(rand(6));
	my $what = rand(100);

	if ($what < 12) { push @log, 'vacuum'; run('VACUUM t') }
	elsif ($what < 15) { push @log, 'freeze'; run('VACUUM (FREEZE, DISABLE_PAGE_SKIPPING) t') }
	elsif ($what < 20) { finish_prepared() }
	elsif ($what < 22) { crash() }
	elsif ($what < 24)
	{
		end_sessions();
		my @sql = ('VACUUM FULL t', 'TRUNCATE t', q{DELETE FROM t WHERE ctid >= '(5,0)'}, 'CREATE INDEX i ON t (v); CLUSTER t USING i; DROP INDEX i');
		push @log, my $sql = $sql[ int(rand(@sql)) ];
		run($sql);
		run('VACUUM t') if $sql =~ /DELETE/;
	}
	tick() if rand(2) < 1;
}
end_sessions();
tick();
# A step without a tick may have rewritten the table: after this one nothing has.
run(q{UPDATE t SET pad = pad WHERE v % 4 = 1});
tick();
is($wrong, 0, "$ticks ticks among $steps random steps");
is(run(q{SELECT reread FROM k.last}), '', 'the last by pages');
$node->stop;
done_testing();
