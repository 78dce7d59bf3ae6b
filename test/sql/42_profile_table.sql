-- profile_table: results, defaults and errors
SET search_path = public, datamon;
SET datestyle = ISO; SET timezone = 'UTC';
\set VERBOSITY default

CREATE TABLE flights (carrier text, origin text, hour int, delay float8, late boolean, score float8, dep timestamptz, note json);
INSERT INTO flights VALUES
	('AA', 'JFK', 5, 10, true, 0.9, '2024-05-01 05:10+00', '{}'), ('AA', 'JFK', 5, -3, false, 0.6, '2024-05-01 05:59:59.999999+00', NULL),
	('AA', 'LGA', 6, 30, true, 0.2, '2024-05-01 06:00+00', NULL), ('UA', 'JFK', 6, NULL, NULL, 0.7, '2024-05-01 06:30+00', NULL),
	('UA', NULL, NULL, 'NaN', false, NULL, NULL, NULL), (NULL, 'LGA', 6, 'Infinity', true, 0.5, 'infinity', NULL);

-- the whole table
SELECT bucket, segment, n, column_count(profile), performance FROM profile_table('flights');
SELECT p.column_no, p.kind, p.count, p.null_count FROM profile_table('flights'), columns(profile) p ORDER BY 1;
-- leaves: a NULL is a value
SELECT segment, n, histogram(profile, 1) FROM profile_table('flights', '{delay}', '{carrier,origin}') ORDER BY segment::text;
SELECT segment, n FROM profile_table('flights', '{}', '{carrier,origin,hour}', 'cube') ORDER BY segment::text;
SELECT segment, n FROM profile_table('flights', '{}', '{carrier,origin,hour}', 'pairs') ORDER BY segment::text;
SELECT segment, n FROM profile_table('flights', '{}', '{carrier,origin,hour}', 'singles') ORDER BY segment::text;
-- buckets: a row without a finite time is in none
SELECT bucket, segment, n FROM profile_table('flights', '{}', '{origin}', time_column => 'dep', bucket => '1 hour') ORDER BY 1, segment::text;
SELECT bucket, n FROM profile_table('flights', '{}', time_column => 'dep', bucket => '7 days') ORDER BY 1;
-- a score and its threshold, a class
SELECT segment, n, profile, performance, f1_score(performance) FROM profile_table('flights', '{}', '{carrier}', actual => 'late',
	predicted => 'score', threshold => 0.5) ORDER BY segment::text;
SELECT n, performance FROM profile_table('flights', '{}', actual => 'late', predicted => 'late');
SELECT n, performance FROM profile_table('flights', '{}', actual => 'late', predicted => 'score');
-- fewer bits
SELECT histogram(profile, 1) FROM profile_table('flights', '{score}', significant_bits => 2);
SELECT histogram(profile(_significant(score, 2)), 1) FROM flights;
-- NULL is the default
SELECT segment, n FROM profile_table('flights', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

-- errors
SELECT * FROM profile_table(NULL);
SELECT * FROM profile_table('flights', '{nosuch}');
SELECT * FROM profile_table('flights', '{}', '{nosuch}');
SELECT * FROM profile_table('flights', '{note}');
SELECT * FROM profile_table('flights', '{}', '{origin,carrier,origin}');
SELECT * FROM profile_table('flights', '{delay,delay}');
SELECT * FROM profile_table('flights', '{}', ARRAY['origin', NULL]::name[]);
SELECT * FROM profile_table('flights', '{}', '{origin}', 'all');
SELECT * FROM profile_table('flights', bucket => '1 hour');
SELECT * FROM profile_table('flights', time_column => 'dep');
SELECT * FROM profile_table('flights', time_column => 'hour', bucket => '1 hour');
SELECT * FROM profile_table('flights', time_column => 'nosuch', bucket => '1 hour');
SELECT * FROM profile_table('flights', time_column => 'dep', bucket => '1 month');
SELECT * FROM profile_table('flights', time_column => 'dep', bucket => '1.5 seconds');
SELECT * FROM profile_table('flights', time_column => 'dep', bucket => '0');
SELECT * FROM profile_table('flights', time_column => 'dep', bucket => '-1 hour');
SELECT * FROM profile_table('flights', actual => 'late');
SELECT * FROM profile_table('flights', predicted => 'late');
SELECT * FROM profile_table('flights', threshold => 0.5);
SELECT * FROM profile_table('flights', actual => 'carrier', predicted => 'late');
SELECT * FROM profile_table('flights', actual => 'late', predicted => 'origin');
SELECT * FROM profile_table('flights', actual => 'late', predicted => 'late', threshold => 0.5);
SELECT * FROM profile_table('flights', actual => 'late', predicted => 'score', threshold => 'NaN');
SELECT * FROM profile_table('flights', significant_bits => 0);
SELECT * FROM profile_table('flights', significant_bits => 54);
CREATE TABLE wide (d1 int, d2 int, d3 int, d4 int, d5 int, d6 int, d7 int, d8 int, d9 int, d10 int, d11 int, d12 int, d13 int);
SELECT * FROM profile_table('wide', '{}', '{d1,d2,d3,d4,d5,d6,d7,d8,d9,d10,d11,d12,d13}');
SELECT count(*) FROM (SELECT profile_table('flights', '{}', '{origin}')) s;
INSERT INTO flights (dep) VALUES ('4714-11-24 00:00+00 BC');
SELECT bucket, n FROM profile_table('flights', '{}', time_column => 'dep', bucket => '10000 days') WHERE bucket < '2000-01-01';
DROP TABLE flights, wide;
