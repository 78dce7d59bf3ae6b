# The documents against the extension: every sql block of README.md and docs/reference*.md runs as shown and in order, a
# comment that ends a query is its answer, and everything public is mentioned in a reference.
use strict;
use warnings;
use Datamon::Test;
use PostgreSQL::Test::Utils;
use Test::More;

# README.md makes its own tables, after a first block that is only to be looked at; the references tell of these.
my $tables = q{
	CREATE TABLE flights AS
	SELECT '2013-01-01'::date + i / 10 AS day, 'carrier ' || i % 3 AS carrier,
		CASE WHEN i > 2000 AND i % 7 = 0 THEN 'LGA' WHEN i % 2 = 0 THEN 'JFK' ELSE 'EWR' END AS origin
	FROM generate_series(0, 3649) i;
	CREATE TABLE predictions (id bigint PRIMARY KEY, predicted_at timestamptz NOT NULL, origin text, model text,
		is_late boolean, score float8);
	INSERT INTO predictions
	SELECT i, '2013-01-01'::timestamptz + i * interval '30 minutes', CASE WHEN i % 2 = 0 THEN 'JFK' ELSE 'EWR' END,
		'model ' || i % 2, CASE WHEN i % 10 > 0 THEN i % 3 = 0 END, i * 37 % 101 / 101.0
	FROM generate_series(0, 12000) i;
	CREATE TABLE labels (id bigint PRIMARY KEY, label_at timestamptz, actual boolean);
	CREATE TABLE pair AS SELECT datamon.histogram(x) AS r, datamon.histogram(x * 1.1) AS c FROM generate_series(1, 1000) x};

# Pairs of the line a block begins in and its text.
sub blocks
{
	my ($file) = @_;
	my (@found, $block);
	my $line = 0;

	foreach my $text (split /^/m, slurp_file($file))
	{
		$line++;
		if (defined $block && $text =~ /^\s*```/)
		{
			push @found, $block;
			undef $block;
		}
		elsif (defined $block) { $block->[1] .= $text }
		elsif ($text =~ /^\s*```sql\s*$/) { $block = [ $line + 1, '' ] }
	}
	return @found;
}

my $node = datamon_node('main', no_extension => 1, conf => "max_connections = 20\n");

sub run_block
{
	my ($database, $file, $block) = @_;
	my ($line, $sql) = @$block;
	my ($answer) = $sql =~ /;[ ]*--[ ]*(-?[\d.]+(?:e-?\d+)?)\s*\z/x;
	my ($out, $err) = ('', '');
	my $status = $node->psql($database, $sql, stdout => \$out, stderr => \$err, on_error_stop => 1);

	# SELECT * is there to be looked at: it has to show something.
	if (!defined $answer) { ok($status == 0 && ($sql !~ /^SELECT \*/ || $out =~ /\S/), "$file, line $line") or diag($err) }
	else { is($out, $answer, "$file, line $line: $answer") or diag($err) }
	return;
}

foreach my $file ('README.md', sort glob 'docs/reference*.md')
{
	my $database = lc($file =~ s/\W+/_/gr);
	my @blocks = blocks($file);

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION datamon; $tables") if $file ne 'README.md';
	cmp_ok(scalar @blocks, '>', 1, "$file has examples");
	if ($file eq 'README.md')
	{
		$node->safe_psql('postgres', 'CREATE DATABASE glance');
		$node->safe_psql('glance', "CREATE EXTENSION datamon; $tables");
		run_block('glance', $file, shift @blocks);
	}
	foreach my $block (@blocks) { run_block($database, $file, $block) }
}

# What README.md promises of its rows.
cmp_ok($node->safe_psql('readme_md', q{SELECT count(*) FROM datamon.monitors}), '==', 0, 'README.md ends without a monitor');
my $window = q{SELECT count(*) > 1 FROM datamon.window_drift('predictions', '[2013-07-01,2013-08-01)', '{"origin": "JFK"}')};
is($node->safe_psql('docs_reference_control_md', $window), 't', 'the example of window_drift shows something');

# Members of the extension that users may name: not those that serve a type, an operator, a cast or an aggregate.
my @public = split /\n/, $node->safe_psql(
	'docs_reference_md', q{
	WITH member AS (
		SELECT classid, objid FROM pg_depend
		WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
			AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'datamon')
	), support AS (
		SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout]::oid[]) AS oid FROM pg_type
		WHERE typnamespace = 'datamon'::regnamespace
		UNION SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn]::oid[]) FROM pg_aggregate
		UNION SELECT oprcode FROM pg_operator
		UNION SELECT castfunc FROM pg_cast)
	SELECT DISTINCT name FROM (
		SELECT proname AS name FROM pg_proc p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid
		WHERE p.oid NOT IN (SELECT oid FROM support)
		UNION ALL
		SELECT relname FROM pg_class c JOIN member ON classid = 'pg_class'::regclass AND objid = c.oid WHERE relkind IN ('v', 'm')
		UNION ALL
		SELECT typname FROM pg_type t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid
		LEFT JOIN pg_class c ON c.oid = t.typrelid
		WHERE typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c') s
	WHERE name !~ '^_' ORDER BY name});
my $references = join '', map { slurp_file($_) } glob 'docs/reference*.md';
my @missing = grep { $references !~ /\b\Q$_\E\b/ } @public;

cmp_ok(scalar @public, '>', 80, 'there are public names');
is("@missing", '', 'every public function, aggregate, type and view is in a reference');

# The index: every name with its pages, and these tell of it.
my ($index) = slurp_file('docs/reference.md') =~ /^## Index\n(.*)\z/ms;
my %pages;

foreach my $entry (split /;/, $index =~ s/.*?\.\n\n//sr)
{
	my @pages = $entry =~ /\*(\w+)\*/g;

	$pages{$_} = [ map { $_ eq 'here' ? 'docs/reference.md' : "docs/reference-$_.md" } @pages ] foreach $entry =~ /`(\w+)`/g;
}
is(join(' ', sort keys %pages), join(' ', @public), 'the index of the reference has every public name, and no other');
my %text = map { $_ => slurp_file($_) =~ s/^## Index\n.*\z//msr } glob 'docs/reference*.md';
my @nowhere = grep { my $name = $_; !@{ $pages{$name} } || grep { ($text{$_} // '') !~ /\b\Q$name\E\b/ } @{ $pages{$name} } } sort keys %pages;
is("@nowhere", '', 'and the pages that it names tell of them');
my @listed = slurp_file('docs/reference.md') =~ /^\| \[(reference-\w+\.md)\]/mg;
is(join(' ', sort 'reference.md', @listed), join(' ', map { s/^docs\///r } sort glob 'docs/reference*.md'), 'all pages are in the table of pages');

# Arguments by name: every named argument of a public function of the control path is told.
my @arguments = split /\n/, $node->safe_psql(
	'docs_reference_md', q{
	SELECT DISTINCT proname || ' ' || a.name
	FROM pg_proc p, unnest(p.proargnames[1:p.pronargs]) a (name)
	WHERE pronamespace = 'datamon'::regnamespace AND proname IN ('watch', 'unwatch', 'tick', 'explain', 'recompute', 'check',
		'summarize', 'window_quality', 'window_drift', 'window_performance') ORDER BY 1});
my $control = slurp_file('docs/reference-control.md');
is(join(', ', grep { my ($argument) = /\S+ (\S+)/; $control !~ /\b$argument\b/ } @arguments),
	'', 'every argument of the control functions is in its reference');

$node->stop;
done_testing();
