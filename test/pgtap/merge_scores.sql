-- score_state, scored_labels, topk_state: any split of the rows, merged in any tree, gives the bytes of one pass.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(22);
SELECT setseed(0.15);

-- Labels, scores, weights, ranked lists and gains of one kind.
CREATE FUNCTION pg_temp.sample(kind text, n int) RETURNS TABLE (y bool, s float8, w float8, actual text, ranked text[], gain float8)
LANGUAGE sql AS $$
	SELECT CASE WHEN random() > 0.1 THEN random() < 0.4 END,
		CASE WHEN random() < 0.05 THEN NULL WHEN random() < 0.05 THEN
			(ARRAY['NaN', 'Infinity', '-Infinity'])[1 + floor(random() * 3)::int]::float8
		ELSE CASE kind
			WHEN 'probabilities' THEN random()
			WHEN 'tied' THEN round(random()::numeric, 1)::float8
			WHEN 'wide' THEN (random() - 0.5) * 10 ^ (random() * 600 - 300)
			WHEN 'extreme' THEN (ARRAY[0, '-0'::float8, 1, 5e-324, 1e-300, 1 - 1e-16, 1.7976931348623157e308, -1])[1 + floor(random() * 8)::int]
			WHEN 'constant' THEN 0.25 END END,
		CASE WHEN kind = 'tied' THEN 1 ELSE nullif(floor(random() * 5), 4) END,
		CASE WHEN random() > 0.05 THEN 'c' || floor(random() * 9) END,
		CASE WHEN random() > 0.05 THEN ARRAY(SELECT 'c' || c FROM generate_series(0, (random() * 8)::int) c ORDER BY random()) END,
		CASE WHEN random() > 0.05 THEN random() * 10 ^ (random() * 40 - 20) END
	FROM generate_series(1, n) i
$$;

CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_a score_state; whole_b scored_labels; whole_c scored_labels; whole_d topk_state;
	a score_state[]; b scored_labels[]; c scored_labels[]; d topk_state[];
	bad int := 0; parts int; n int; i int; j int; max_bytes int; max_rank int;
BEGIN
	FOR round IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 7.6))::int;
		parts := 1 + floor(random() * 50)::int;
		max_bytes := (ARRAY[8, 16, 64, 300, 1024, 8192])[1 + floor(random() * 6)::int];
		max_rank := (ARRAY[1, 2, 5, 100])[1 + floor(random() * 4)::int];
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT x.*, floor(random() * parts)::int AS part FROM pg_temp.sample(kind, n) x;
		SELECT score_state(r.y, r.s, max_bytes), scored_labels(r.y, r.s), scored_labels(r.y::int, r.s, r.w),
				topk_state(r.actual, r.ranked, max_rank) + topk_state(r.gain)
			INTO whole_a, whole_b, whole_c, whole_d FROM rows r;
		SELECT array_agg(pa ORDER BY random()), array_agg(pb ORDER BY random()), array_agg(pc ORDER BY part), array_agg(pd ORDER BY part)
			INTO a, b, c, d
			FROM (SELECT part, score_state(r.y::int, r.s, max_bytes) AS pa, scored_labels(r.y::int, r.s) AS pb,
					scored_labels(r.y, r.s, r.w) AS pc, topk_state(r.actual, r.ranked, max_rank) + topk_state(r.gain) AS pd
				FROM rows r GROUP BY part) q;
		DROP TABLE rows;
		WHILE cardinality(a) > 1 LOOP
			i := 1 + floor(random() * (cardinality(a) - 1))::int;
			j := cardinality(a);
			a[i] := CASE WHEN random() < 0.5 THEN a[i] + a[j] ELSE a[j]::text::score_state + a[i] END;
			b[i] := CASE WHEN random() < 0.5 THEN b[i] + b[j] ELSE b[j]::text::scored_labels + b[i] END;
			c[i] := CASE WHEN random() < 0.5 THEN c[i] + c[j] ELSE c[j]::text::scored_labels + c[i] END;
			d[i] := CASE WHEN random() < 0.5 THEN (SELECT merge(x) FROM unnest(ARRAY[d[i], NULL, d[j]]) x) ELSE d[j]::text::topk_state + d[i] END;
			a := a[:j - 1];
			b := b[:j - 1];
			c := c[:j - 1];
			d := d[:j - 1];
		END LOOP;
		bad := bad + (a[1] <> whole_a)::int + (b[1] <> whole_b)::int + (c[1] <> whole_c)::int + (d[1] <> whole_d)::int
			+ (whole_a::text::score_state <> whole_a)::int + (whole_c::text::scored_labels <> whole_c)::int
			+ (whole_d::text::topk_state <> whole_d)::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 120), 0, kind || ' scores: 120 random trees')
	FROM unnest(ARRAY['probabilities', 'tied', 'wide', 'extreme', 'constant']) kind;

-- both modes occur, and a state of 1024 distinct scores a side is exact
SELECT ok(is_exact(score_state(i % 2 = 0, sqrt(i))), '1024 distinct scores of either label are exact') FROM generate_series(1, 2048) i;
SELECT ok(NOT is_exact(score_state(i % 2 = 0, sqrt(i))), '1040 are not') FROM generate_series(1, 2080) i;

-- a score_state of many rows keeps log loss and Brier exact: those of the rows
CREATE TEMP TABLE many AS SELECT random() < x AS y, x AS s, i % 37 AS part FROM generate_series(1, 20000) i, LATERAL (SELECT random() + 0 * i AS x) r;
SELECT is(log_loss(merge(p)), (SELECT log_loss(score_state(y, s)) FROM many), 'log loss of parts is that of the whole')
	FROM (SELECT score_state(y, s) AS p FROM many GROUP BY part) q;
SELECT is(round(log_loss(a)::numeric, 14), round(log_loss(b)::numeric, 14), 'and of every row')
	FROM (SELECT score_state(y, s, 64) AS a, scored_labels(y, s) AS b FROM many) q;
SELECT is(round(brier_score_loss(a)::numeric, 14), round(brier_score_loss(b)::numeric, 14), 'so is the Brier score')
	FROM (SELECT score_state(y, s, 64) AS a, scored_labels(y, s) AS b FROM many) q;
SELECT ok(abs(roc_auc_score(a) - roc_auc_score(b)) <= (roc_auc(a)).max_error, 'the area is as near as it says')
	FROM (SELECT score_state(y, s, 64) AS a, scored_labels(y, s) AS b FROM many) q;

-- the smaller budget and the fewer places win
SELECT is(score_state(y, s, 100) + score_state(y, s, 5000), score_state(y, s, 5000) + score_state(y, s, 100), 'budgets: the smaller wins') FROM many;
SELECT is(topk_state('b'::text, r, 1) + topk_state('b'::text, r), topk_state('b'::text, r) + topk_state('b'::text, r, 1), 'places: the fewer win')
	FROM (VALUES ('{a,b}'::text[]), ('{b}')) t(r);
SELECT is(top_k_accuracy(topk_state('b'::text, r, 1) + topk_state('b'::text, r, 5), 1), 0.5::float8, 'what is further down is then a miss')
	FROM (VALUES ('{a,b}'::text[]), ('{b}')) t(r);

-- weights that are all 1 leave no trace; in any order
SELECT is(scored_labels(y, s, 1), scored_labels(y, s), 'weights of 1 are none') FROM many;
SELECT is(scored_labels(y, s ORDER BY s DESC, y), scored_labels(y, s ORDER BY random()), 'order plays no part') FROM many;

-- windows: a state goes on after its final function has looked at it
SELECT is(count(*) FILTER (WHERE a <> b), 0::bigint, 'running windows')
	FROM (SELECT i, roc_auc_score(i % 3 = 0, i * 7 % 101) OVER (ORDER BY i) AS a,
			(SELECT roc_auc_score(j % 3 = 0, j * 7 % 101) FROM generate_series(1, i) j) AS b FROM generate_series(1, 60) i OFFSET 0) w;
SELECT is(count(*) FILTER (WHERE a <> b), 0::bigint, 'running windows of states')
	FROM (SELECT i, brier_score_loss(i % 3 = 0, i % 101 / 101.0) OVER (ORDER BY i ROWS 1500 PRECEDING) AS a,
			(SELECT brier_score_loss(j % 3 = 0, j % 101 / 101.0) FROM generate_series(greatest(1, i - 1500), i) j) AS b
		FROM generate_series(1, 3000, 1) i OFFSET 0) w WHERE i % 50 = 0;

SELECT throws_ok($$ SELECT score_state(true, 1, n) FROM (VALUES (100), (200)) t(n) $$, '22023', NULL, 'max_bytes must be constant');
SELECT throws_ok($$ SELECT '{}'::score_state $$, '22P02', NULL, 'malformed score_state');
SELECT throws_ok($$ SELECT '{}'::scored_labels $$, '22P02', NULL, 'malformed scored_labels');
SELECT throws_ok($$ SELECT '{}'::topk_state $$, '22P02', NULL, 'malformed topk_state');
SELECT * FROM finish();
ROLLBACK;
