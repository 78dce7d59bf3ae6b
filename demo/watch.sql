SELECT * FROM datamon.watch('predictions', labels => 'labels', baseline => '[2013-01-01,2013-03-01)');
