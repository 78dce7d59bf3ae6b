# Datamon::Test - nodes for the TAP tests.
#
#   my $node = datamon_node('main');                 extension created in database postgres
#   my $node = datamon_node('main', preload => 1);   with shared_preload_libraries = 'datamon'
#   my $node = datamon_node('main', conf => "work_mem = '1MB'\n", allows_streaming => 1);
#
# Where the extension lies is in TEMP_CONFIG, which the node's init reads by itself (test/run sets it).
package Datamon::Test;
use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use Test::More;

our @EXPORT = qw(datamon_node poll_ok shared_data);

sub datamon_node
{
	my ($name, %opt) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(allows_streaming => $opt{allows_streaming} // 0);
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'datamon'") if $opt{preload};
	$node->append_conf('postgresql.conf', $opt{conf}) if $opt{conf};
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION datamon') unless $opt{no_extension};
	return $node;
}

# Waits for a query to answer true; never sleep() in a test.
sub poll_ok
{
	my ($node, $query, $name) = @_;

	return ok($node->poll_query_until('postgres', $query), $name);
}

# The path of a file of the optional large data; without it the test ends here, skipped.
sub shared_data
{
	my ($file) = @_;
	my $path = ($ENV{DATAMON_SHARED} // '') . "/$file";

	plan(skip_all => "no $file in DATAMON_SHARED") unless $ENV{DATAMON_SHARED} && -e $path;
	return $path;
}

1;
