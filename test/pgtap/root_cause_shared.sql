-- The 25 incidents of page views that the 2019 AIOps challenge injected, with four earlier buckets each: the set of causes is named
-- exactly in 20 of them; two may be lost before this fails.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
\setenv DATAMON_CASES :shared/data/rootcause
\set there `test -r "$DATAMON_CASES/aiops_leaves.csv.gz" && test -r "$DATAMON_CASES/aiops_truth.csv" && echo true || echo false`
\if :there
\else
	SELECT plan(1);
	SELECT skip('no data/rootcause in the folder of optional data');
	SELECT * FROM finish();
	\q
\endif
BEGIN;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(2);
CREATE TEMP TABLE leaf_of_slot (case_id int, slot text, ts timestamptz, i text, e text, c text, p text, l text, value float8);
\copy leaf_of_slot FROM PROGRAM 'zcat "$DATAMON_CASES/aiops_leaves.csv.gz"' (FORMAT csv, HEADER)
CREATE TEMP TABLE truth (case_id int, ts timestamptz, root_cause text, layer int, elements int, anomalous float8, original float8, leaves int, changed int);
\copy truth FROM PROGRAM 'cat "$DATAMON_CASES/aiops_truth.csv"' (FORMAT csv, HEADER)
CREATE TEMP TABLE found AS
SELECT case_id, root_cause(segment, actual, history) AS r
FROM (SELECT case_id, jsonb_build_object('i', i, 'e', e, 'c', c, 'p', p, 'l', l) AS segment,
		coalesce(sum(value) FILTER (WHERE slot = 'anomalous'), 0) AS actual,
		ARRAY[coalesce(sum(value) FILTER (WHERE slot = 'back_5min'), 0), coalesce(sum(value) FILTER (WHERE slot = 'back_10min'), 0),
			coalesce(sum(value) FILTER (WHERE slot = 'back_15min'), 0), coalesce(sum(value) FILTER (WHERE slot = 'week_before'), 0)] AS history
	FROM leaf_of_slot WHERE slot <> 'original' GROUP BY case_id, i, e, c, p, l) s
GROUP BY case_id;
SELECT cmp_ok((SELECT count(*) FROM found f JOIN truth t USING (case_id)
	WHERE (SELECT array_agg(s ORDER BY s) FROM (SELECT (SELECT string_agg(k || '=' || v, '&' ORDER BY k) FROM jsonb_each_text(c.segment) j (k, v)) AS s
			FROM unnest((f.r).causes) c) x)
		= (SELECT array_agg(s ORDER BY s) FROM (SELECT (SELECT string_agg(k, '&' ORDER BY k) FROM unnest(string_to_array(e, '&')) k) AS s
			FROM unnest(string_to_array(t.root_cause, ';')) e) x)), '>=', 18::bigint, 'sets of causes that are named exactly');
SELECT is((SELECT count(*) FROM found WHERE abs((SELECT sum(c.share) FROM unnest((r).causes) c) + (r).residual_share - 1) > 1e-9), 0::bigint,
	'shares and what is left add up to 1');
SELECT * FROM finish();
ROLLBACK;
