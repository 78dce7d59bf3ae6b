#!/usr/bin/perl
# Turns the notifications that psql prints into lines for people. Makes the file named first once "end" came on demo.
use strict;
use warnings;
use JSON::PP;

$| = 1;
binmode STDOUT, ':encoding(UTF-8)';
my ($end) = @ARGV;
my %mark = (pending => ' ?', open => ' !', resolved => 'ok');

while (<STDIN>)
{
	# psql puts the payload as it is: nothing in it is escaped
	my ($channel, $payload) = /^Asynchronous notification "(\w+)" with payload "(.*)" received from server process with PID/
	  or next;
	if ($channel eq 'demo')
	{
		if ($payload eq 'end') { open my $made, '>', $end; next; }
		print "-- $payload\n";
		next;
	}
	my $said = eval { JSON::PP->new->utf8->decode($payload) };
	if (ref $said ne 'HASH') { print "   $payload\n"; next; }
	my $title = $said->{title} // $payload;
	printf "%s %s%s\n", $mark{ $said->{state} // '' } // '  ', defined $said->{alert_id} ? "#$said->{alert_id} " : '', $title;
}
