# harness.pl - run programs that speak TAP and leave "passed failed skipped" in a file.
#
#   perl harness.pl COUNTS JOBS [COMMAND ARGUMENT...] -- FILE...
#
# Every assertion counts; so does a program that ends badly, or short of its plan, without a failed assertion.
use strict;
use warnings;
use TAP::Harness;

my $counts = shift;
my $jobs = shift;
my @command;
push @command, shift while @ARGV && $ARGV[0] ne '--';
shift;

my $harness = TAP::Harness->new({
	exec => \@command,
	jobs => $jobs,
	failures => 1,
	comments => 1,
	color => -t STDOUT,
	timer => 1,
});
my $aggregate = $harness->runtests(@ARGV);

my ($passed, $failed, $skipped) = (0, 0, 0);
for my $parser ($aggregate->parsers) {
	my %skip = map { $_ => 1 } $parser->skipped, $parser->todo;

	$passed += grep { !$skip{$_} } $parser->passed;
	$failed += scalar $parser->failed;
	$skipped += keys %skip;
	$skipped++ if defined $parser->skip_all;
	$failed++ if $parser->has_problems && !$parser->failed;
}

open my $out, '>', $counts or die "$counts: $!\n";
print $out "$passed $failed $skipped\n";
close $out;
exit($failed ? 1 : 0);
