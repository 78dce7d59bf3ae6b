-- notify_text: the messages may carry the alerts' titles, since nobody else listens here.
SELECT * FROM datamon.watch('predictions', labels => 'labels', baseline => '[2013-01-01,2013-03-01)', notify_text => true);
