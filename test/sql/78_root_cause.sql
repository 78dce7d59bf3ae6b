-- Which segments explain a change, and what each contributes.
SET extra_float_digits = 0;
CREATE TABLE leaf AS
SELECT jsonb_build_object('country', c, 'device', d, 'version', v) AS segment, c, d, v,
	100 + 7 * c + 3 * d AS expected,
	(100 + 7 * c + 3 * d + (c * 5 + d * 3 + v * 7) % 11 - 5) AS quiet
FROM generate_series(1, 8) c, generate_series(1, 4) d, generate_series(1, 6) v;

-- One value of one dimension fell to half.
SELECT c.segment, round(c.share::numeric, 3) AS share, c.actual, c.expected, c.leaves, c.gain > 100 AS sure
FROM (SELECT datamon.root_cause(segment, CASE WHEN leaf.d = 2 THEN floor(quiet / 2) ELSE quiet END, expected) AS r FROM leaf) x, unnest((x.r).causes) c;

-- Two cells of one cuboid rose, one more than the other.
SELECT c.segment, round(c.share::numeric, 3) AS share, c.leaves
FROM (SELECT datamon.root_cause(segment, CASE WHEN leaf.c = 3 AND leaf.v = 1 THEN 3 * quiet WHEN leaf.c = 5 AND leaf.v = 6 THEN 2 * quiet ELSE quiet END,
	expected) AS r FROM leaf) x, unnest((x.r).causes) c;

-- The same from four earlier values of each.
SELECT (r).leaves, (r).unused, c.segment, c.expected
FROM (SELECT datamon.root_cause(segment, CASE WHEN leaf.c = 3 AND leaf.v = 1 THEN 3 * quiet ELSE quiet END,
	ARRAY[quiet - 2, quiet + 3, quiet - 1, expected]) AS r FROM leaf) x, unnest((x.r).causes) c;

-- A rate rose where two values meet.
SELECT c.segment, round(c.share::numeric, 3) AS share, round(c.actual::numeric, 4) AS now, round(c.expected::numeric, 4) AS before
FROM (SELECT datamon.root_cause_rate(segment, CASE WHEN leaf.c = 2 AND leaf.d = 4 THEN 60 ELSE 10 + quiet % 3 END, 1000, 40 + expected % 3, 4000) AS r
	FROM leaf) x, unnest((x.r).causes) c;

-- Shares of causes and what is left add up to 1.
SELECT abs((SELECT sum(c.share) FROM unnest((r).causes) c) + (r).residual_share - 1) < 1e-9 AS adds_up
FROM (SELECT datamon.root_cause(segment, CASE WHEN leaf.d = 2 THEN floor(quiet / 2) ELSE quiet END, expected) AS r FROM leaf) x;

-- Options: fewer causes, fewer dimensions, larger shares.
CREATE TABLE changes AS SELECT datamon.segment_changes(segment, CASE WHEN leaf.c = 3 AND leaf.v = 1 THEN 3 * quiet WHEN leaf.c = 5 AND leaf.v = 6 THEN 2 * quiet
	ELSE quiet END, expected) AS s FROM leaf;
SELECT o.name, (SELECT string_agg(c.segment::text, ' ') FROM unnest((o.r).causes) c) AS causes FROM changes, LATERAL (VALUES
	('all', datamon.root_cause(s)), ('one', datamon.root_cause(s, most_causes => 1)), ('one dimension', datamon.root_cause(s, most_dimensions => 1)),
	('half', datamon.root_cause(s, least_share => 0.5))) o (name, r);
SELECT datamon.count(s), datamon.unused_count(s) FROM changes;

-- Values of any scalar type; NULL is a value; a dimension that a row lacks is NULL; rows of the same words are added up.
SELECT datamon.segment_changes(s::jsonb, 1, 2) FROM unnest(ARRAY['{"b": true, "a": 1.50}', '{"a": "x\"y\n"}', '{"a": null}', '{}', '{}']) s;
SELECT (r).leaves, (r).actual, (r).expected FROM (SELECT datamon.root_cause(s::jsonb, 1, 2) AS r FROM unnest(ARRAY['{"a": null}', '{}', '{}', '{"a": 1}']) s) x;

-- What lacks something is counted apart.
SELECT datamon.segment_changes(s::jsonb, a, e) FROM (VALUES ('{"a": 1}', 1::float8, 2::float8), (NULL, 1, 2), ('{"a": 1}', NULL, 2), ('{"a": 1}', 1, NULL),
	('{"a": 1}', 'NaN', 2), ('{"a": 1}', 1, 'infinity')) v (s, a, e);
SELECT datamon.segment_changes(s::jsonb, 1, h) FROM (VALUES ('{"a": 1}', '{1,2}'::float8[]), ('{"a": 1}', '{1,NULL}'), ('{"a": 1}', '{1,NaN}'), ('{"a": 1}', NULL)) v (s, h);

-- Nothing to explain.
SELECT (datamon.root_cause('{}'::jsonb, 1, 2)).* FROM generate_series(1, 0);
SELECT (datamon.root_cause('{"a": 1}'::jsonb, 2, 2)).*;
SELECT (datamon.root_cause(NULL::jsonb, 2, 2)).*;
SELECT (datamon.root_cause('{}'::jsonb, 1, 2)).*;
SELECT (datamon.root_cause_rate('{"a": 1}'::jsonb, 0, 0, 0, 0)).*;

-- The type.
SET search_path = datamon, public;
SELECT (s::text)::datamon.segment_changes = s AS by_text, s + s = (SELECT datamon.merge(t) FROM (SELECT s AS t FROM changes UNION ALL SELECT s FROM changes) u) AS merged
FROM changes;
SELECT '{"kind":"empty","numbers":0,"unused":3,"rows":[]}'::datamon.segment_changes;
SELECT '{"kind":"counts","numbers":2,"unused":0,"rows":[[["a","\"x\""],1,2],[[],-0,2]]}'::datamon.segment_changes;
SELECT s::datamon.segment_changes FROM (VALUES ('{"kind":"counts","numbers":2,"unused":0,"rows":[[["b","1","a","1"],1,2]]}')) v (s);
SELECT '{"kind":"counts","numbers":2,"unused":0,"rows":[[["a","x"],1,2]]}'::datamon.segment_changes;
SELECT '{"kind":"counts","numbers":2,"unused":0,"rows":[[["a","01"],1,2]]}'::datamon.segment_changes;
SELECT '{"kind":"counts","numbers":3,"unused":0,"rows":[]}'::datamon.segment_changes;
SELECT '{"kind":"empty","numbers":0,"unused":0,"rows":[[[]]]}'::datamon.segment_changes;

-- Mistakes.
SELECT datamon.root_cause('[1]'::jsonb, 1, 2);
SELECT datamon.root_cause('{"a": [1]}'::jsonb, 1, 2);
SELECT datamon.root_cause((SELECT jsonb_object_agg(i, i) FROM generate_series(1, 13) i), 1, 2);
SELECT datamon.root_cause(jsonb_build_object(i, i), 1, 2) FROM generate_series(1, 13) i;
SELECT datamon.root_cause('{"a": 1}'::jsonb, 1, '{}'::float8[]);
SELECT datamon.root_cause('{"a": 1}'::jsonb, 1, h) FROM (VALUES ('{1,2}'::float8[]), ('{1}')) v (h);
SELECT datamon.root_cause_rate('{"a": 1}'::jsonb, 3, 2, 0, 1);
SELECT datamon.root_cause(s, most_causes => 0) FROM changes;
SELECT datamon.root_cause(s, most_dimensions => 0) FROM changes;
SELECT datamon.root_cause(s, least_share => 2) FROM changes;
SELECT s + '{"kind":"rates","numbers":4,"unused":0,"rows":[]}'::datamon.segment_changes FROM changes;

RESET search_path;
-- What the ratio of each segment and its weight contribute: every rate rose, the whole fell.
SELECT segment, round(mix::numeric, 4) AS mix, round(rate::numeric, 4) AS rate, round(contribution::numeric, 4) AS contribution, round(share::numeric, 4) AS share
FROM datamon.mix_rate_contributions('{new,old}', '{30,90}', '{900,100}', '{4,720}', '{200,900}');
SELECT * FROM datamon.mix_rate_contributions('{a,b}', '{1,0}', '{2,0}', '{0,3}', '{0,4}');
SELECT * FROM datamon.mix_rate_contributions('{a}', '{1}', '{0}', '{1}', '{1}');
SELECT * FROM datamon.mix_rate_contributions('{}', '{}', '{}', '{}', '{}');
SELECT * FROM datamon.mix_rate_contributions('{a}', '{1,2}', '{1}', '{1}', '{1}');

SELECT datamon.shapley_values('{0,1,2,4}'), datamon.shapley_values('{5}'), datamon.shapley_values('{0,NaN}');
SELECT datamon.shapley_values('{1,2,3}');
SELECT datamon.shapley_values('{1,NULL}');
