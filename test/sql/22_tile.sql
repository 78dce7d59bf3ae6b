-- tile: forms, accessors, errors.
SET search_path = datamon, public;
\pset null '(null)'

-- 3 dimensions: one with a NULL (0), one not fixed (-1), one of large ids
CREATE TEMP TABLE rows (key bigint[], x float8, t text, actual boolean, predicted boolean);
INSERT INTO rows VALUES ('{1,-1,4294967294}', 1, 'a', true, true), ('{1,-1,4294967294}', 2.5, 'b', true, false), ('{0,-1,5}', NULL, NULL, false, NULL),
	('{1,-1,7}', 'NaN', 'a', false, false), ('{1,-1,7}', 'Infinity', 'a', NULL, NULL), ('{1,-1,7}', 3, 'a', NULL, true);
CREATE TEMP TABLE cell AS SELECT key, count(*) AS n, profile(x, t) AS p, f_beta_state(actual, predicted) AS f FROM rows GROUP BY key;
CREATE TEMP TABLE whole AS SELECT tile(key, p, f) AS t FROM cell;
SELECT t FROM whole;
SELECT encode(_tile_send(t), 'hex') FROM whole;
SELECT tile(key, NULL, f) FROM cell;
SELECT tile(key, n) FROM cell;
SELECT tile('{}', p, NULL) FROM cell WHERE n = 1;
SELECT tile(key, p, f) FROM cell WHERE false;
SELECT count(t), cell_count(t), dimension_count(t), column_count(t) FROM whole;
SELECT key, n, count(profile) AS rows, performance FROM whole, cells(t);
SELECT key, n, profile, performance FROM (SELECT tile(key, n) AS t FROM cell) s, cells(t);
SELECT n, count(profile) AS rows, performance FROM whole, cell(t, '{1,-1,-1}');
SELECT n, profile, performance FROM whole, cell(t, '{0,-1,5}');
SELECT cell(t, '{2,-1,-1}') FROM whole;
SELECT c.key, c.n FROM whole, cells(roll_up(t, '{3}')) c;
SELECT c.key, c.n FROM whole, cells(roll_up(t, '{}')) c;
SELECT roll_up(t, '{1,2,3}') = t AS same, roll_up(t, '{3,1,3}') = roll_up(t, '{1,3}') AS twice, t + t <> t AS more,
		count(t + t) = 2 * count(t) AS twice_as_many FROM whole;

-- a tile of no cells
SELECT tile(key, p, NULL) FROM (SELECT key, '{"rows":0,"max_bytes":64,"significant_bits":53,"columns":[{"kind":"number","n":0,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"bins":[]}]}'::profile AS p FROM cell) s;
SELECT count(t), cell_count(t), (SELECT count(*) FROM cells(t)) AS cells, cell(t, '{1}'), roll_up(t, '{}') = t AS same, t + t = t AS twice
	FROM (SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[]}'::tile AS t) s;

-- text has cells in any order, and a key more than once
SELECT '{"dimensions":1,"performance":true,"kinds":"","cells":[{"key":[3],"rows":1,"performance":[1,0,0,0,0,0,0]},{"key":[0],"rows":1,"performance":[1,0,0,0,0,0,0]},{"key":[-1],"rows":2,"performance":[0,0,0,2,0,0,0]},{"key":[3],"rows":2,"performance":[1,0,0,1,0,0,0]}]}'::tile;
SELECT '{"dimensions":0,"performance":false,"kinds":"","cells":[{"key":[],"rows":1},{"key":[],"rows":1}]}'::tile;

-- of different shapes
SELECT t + roll_up(s, '{}') FROM whole, (SELECT tile('{1}', p, f) AS s FROM cell) q;
SELECT t + s FROM whole, (SELECT tile(key, p, NULL) AS s FROM cell) q;
SELECT t + s FROM whole, (SELECT tile(key, NULL, f) AS s FROM cell) q;
SELECT t + s FROM whole, (SELECT tile(key, profile, performance) AS s FROM (SELECT key, profile(t, x), f_beta_state(actual, predicted) AS performance FROM rows GROUP BY key) r) q;
SELECT tile(ARRAY[1], p, CASE WHEN n = 1 THEN f END) FROM cell;
SELECT tile(key[:n], n) FROM cell;

-- arguments
SELECT tile(NULL, p, f) FROM cell;
SELECT tile(key, NULL, NULL) FROM cell;
SELECT tile(key, NULL::bigint) FROM cell;
SELECT tile(key, -1) FROM cell;
SELECT tile(ARRAY[1, NULL], n) FROM cell;
SELECT tile('{-2}', n) FROM cell;
SELECT tile('{4294967295}', n) FROM cell;
SELECT tile('{{1,2},{3,4}}', n) FROM cell;
SELECT tile('{1,2,3,4,5,6,7,8,9,10,11,12,13}', n) FROM cell;
SELECT tile(key, p, '{"tp":1,"fp":0,"fn":0,"tn":8,"unlabelled":0,"unpredicted":0,"empty":0}') FROM cell;
SELECT tile('{1}', n) FROM (VALUES (9223372036854775807), (1)) v(n);
SELECT tile(ARRAY[n % 2], n) FROM (VALUES (9223372036854775807), (2)) v(n);
SELECT cell(t, '{1}') FROM whole;
SELECT cell(t, '{1,-3,0}') FROM whole;
SELECT roll_up(t, '{4}') FROM whole;
SELECT roll_up(t, '{0}') FROM whole;
SELECT roll_up(t, ARRAY[1, NULL]) FROM whole;
SELECT _tile_trans(NULL, '{1}', 1);

-- malformed text, one line each
SELECT ''::tile;
SELECT '{"dimensions":13,"performance":false,"kinds":"","cells":[]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"x","cells":[]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"n","cells":[]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[{"key":[],"rows":1}]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[{"key":[4294967295],"rows":1}]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[{"key":[-2],"rows":1}]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[{"key":[1],"rows":0}]}'::tile;
SELECT '{"dimensions":1,"performance":false,"kinds":"","cells":[{"key":[1],"rows":9223372036854775807},{"key":[2],"rows":1}]}'::tile;
SELECT '{"dimensions":0,"performance":true,"kinds":"","cells":[{"key":[],"rows":2,"performance":[1,0,0,0,0,0,0]}]}'::tile;
SELECT '{"dimensions":0,"performance":true,"kinds":"","cells":[{"key":[],"rows":2,"performance":[1,2,0,0,0,0,0]}]}'::tile;
SELECT '{"dimensions":0,"performance":true,"kinds":"","cells":[{"key":[],"rows":2}]}'::tile;
SELECT '{"dimensions":0,"performance":false,"kinds":"n","max_bytes":64,"significant_bits":53,"cells":[{"key":[],"rows":2,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]]}]}]}'::tile;
SELECT '{"dimensions":0,"performance":false,"kinds":"c","max_bytes":64,"significant_bits":53,"cells":[{"key":[],"rows":1,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]]}]}]}'::tile;
SELECT '{"dimensions":0,"performance":false,"kinds":"nn","max_bytes":64,"significant_bits":53,"cells":[{"key":[],"rows":1,"columns":[{"kind":"number","n":1,"nulls":0,"nan":0,"-inf":0,"+inf":0,"shift":0,"min":1,"max":1,"bins":[[1,1]]}]}]}'::tile;
