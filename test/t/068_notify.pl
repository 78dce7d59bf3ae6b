# What listeners are told of alerts, and where: the payload that docs/alerts.md promises, channels of rules, nothing while silenced.
use strict;
use warnings;
use Datamon::Test;
use JSON::PP;
use Test::More;

my $node = datamon_node('notify');
$node->safe_psql('postgres', q{
	CREATE EXTENSION IF NOT EXISTS datamon;
	CREATE TABLE calls AS
	SELECT '2025-01-01 00:00+00'::timestamptz + d * interval '1 day' + i * interval '30 minutes' AS at, i % 7 / 7.0 AS x
	FROM generate_series(0, 29) d, generate_series(0, 39) i;
	SELECT * FROM datamon.watch('calls', bucket => '1 day', baseline => '[2025-01-01 00:00+00,2025-01-15 00:00+00)', dimensions => '{}');
	SELECT error FROM datamon.tick('calls', '2025-01-20 00:00+00');
	SELECT datamon.add_rule('calls', 'some', 'n > 30', channel => 'operations');
	SELECT datamon.add_rule('calls', 'others', 'n > 35', severity => 'critical');
});
my $alert = q{(SELECT alert_id FROM datamon.alerts WHERE rule = 'some')};

# Channel and payload of what a listener on all channels hears while it runs something.
sub heard
{
	my ($sql) = @_;
	my $out = $node->safe_psql('postgres', "LISTEN datamon; LISTEN operations; $sql");

	return map { [ $_->[0], decode_json($_->[1]) ] } map { /notification "(\w+)" with payload "(.*)" received/ ? [ $1, $2 ] : () } split /\n/, $out;
}

my %message = map { $_->[0] => $_->[1] } heard(q{SELECT error FROM datamon.tick('calls', '2025-01-21 00:00+00')});
is_deeply([ sort keys %message ], [ 'datamon', 'operations' ], 'each rule on its channel');
is_deeply([ sort keys %{ $message{operations} } ], [ 'alert_id', 'severity', 'state', 'v' ], 'the message says no more than it has to');
is_deeply(
	{ %{ $message{operations} }, alert_id => 0 },
	{ v => 1, alert_id => 0, state => 'open', severity => 'warning' },
	'and that an alert is open');
is($message{datamon}{severity}, 'critical', 'how bad it is');
is($message{operations}{alert_id}, $node->safe_psql('postgres', "SELECT $alert"), 'and which');
is(scalar heard('SELECT datamon.notify_pending()'), 0, 'once');

is((heard("SELECT datamon.acknowledge($alert); SELECT datamon.notify_pending()"))[0][1]{state}, 'acknowledged', 'an acknowledgement is told');
is(scalar heard("SELECT datamon.silence('calls', rule => 'some', for_interval => '1 hour'); SELECT datamon.resolve($alert);
	SELECT datamon.notify_pending()"), 0, 'a silenced one is not');
my @late = heard('SELECT datamon.unsilence(max(silence_id)) FROM datamon.silences; SELECT datamon.notify_pending()');
is_deeply([ map { "$_->[0] $_->[1]{state}" } @late ], ['operations resolved'], 'but when the silence is over');

$node->safe_psql('postgres', q{UPDATE datamon.monitor SET notify_text = true; SELECT datamon.set_channel('calls', 'some', NULL)});
my ($text) = heard("SELECT datamon.reopen($alert); SELECT datamon.notify_pending()");
is($text->[0], 'datamon', 'the channel is the common one again');
is($text->[1]{source}, 'public.calls', 'with notify_text it names the source');
like($text->[1]{title}, qr/^some of calls since 2025-01-20: 40, n > 30 is bad$/, 'and what was found');
$node->stop;
done_testing();
