-- Any split of the rows, merged in any tree, gives the bytes of one pass: counts by class, sets of labels, labelled points.
\set ON_ERROR_STOP 1
BEGIN;
CREATE EXTENSION IF NOT EXISTS datamon;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, datamon, pg_catalog;
SELECT plan(8);
SELECT setseed(0.43);

-- Classes of one kind: two, some, as many as rows, long names.
CREATE FUNCTION pg_temp.class(kind text) RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < 0.05 THEN NULL ELSE CASE kind
		WHEN 'two' THEN (random() < 0.3)::text
		WHEN 'some' THEN floor(random() * random() * 40)::text
		WHEN 'many' THEN md5(random()::text)
		WHEN 'long' THEN repeat(chr(97 + (random() * 9)::int), (random() * 300)::int)
	END END
$$;
CREATE FUNCTION pg_temp.labels(kind text) RETURNS text[] LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() > 0.05 THEN (SELECT coalesce(array_agg(pg_temp.class(kind)) FILTER (WHERE i <= random() * 5), '{}')
		FROM generate_series(1, 4) i) END
$$;

-- Random rows, random parts, a random tree; how many cases differ from one pass.
CREATE FUNCTION pg_temp.differing(kind text, cases int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	whole_m confusion_matrix; whole_l multilabel_state; whole_v labelled_vectors;
	m confusion_matrix[]; l multilabel_state[]; v labelled_vectors[];
	bad int := 0; parts int; n int; a int; b int;
BEGIN
	FOR c IN 1 .. cases LOOP
		n := 1 + floor(exp(random() * 6))::int;
		parts := 1 + floor(random() * 50)::int;
		CREATE TEMP TABLE rows ON COMMIT DROP AS
			SELECT pg_temp.class(kind) AS a, pg_temp.class(kind) AS p, pg_temp.labels(kind) AS la, pg_temp.labels(kind) AS lp,
				CASE WHEN random() < 0.95 THEN ARRAY[round(random() * 5), random(), CASE WHEN random() < 0.05 THEN float8 'nan' ELSE 0 END] END::float8[] AS x,
				floor(random() * parts)::int AS part
			FROM generate_series(1, n);
		SELECT confusion_matrix(r.a, r.p), multilabel_state(la, lp), labelled_vectors(x, r.a) INTO whole_m, whole_l, whole_v FROM rows r;
		SELECT array_agg(pm ORDER BY random()), array_agg(pl ORDER BY part), array_agg(pv ORDER BY part DESC) INTO m, l, v
			FROM (SELECT part, confusion_matrix(r.a, r.p) AS pm, multilabel_state(la, lp) AS pl, labelled_vectors(x, r.a) AS pv
				FROM rows r GROUP BY part) s;
		DROP TABLE rows;
		WHILE cardinality(m) > 1 LOOP
			a := 1 + floor(random() * (cardinality(m) - 1))::int;
			b := cardinality(m);
			IF random() < 0.1 THEN
				m[a] := (SELECT merge(s ORDER BY random()) FROM unnest(m[a:b]) s);
				l[a] := (SELECT merge(s) FROM unnest(l[a:b]) s);
				v[a] := (SELECT merge(s) FROM unnest(v[a:b]) s);
				b := a + 1;
			ELSE
				m[a] := CASE WHEN random() < 0.5 THEN m[a] + m[b] ELSE m[b]::text::confusion_matrix + m[a] END;
				l[a] := CASE WHEN random() < 0.5 THEN l[a] + l[b] ELSE l[b]::text::multilabel_state + l[a] END;
				v[a] := CASE WHEN random() < 0.5 THEN v[a] + v[b] ELSE v[b]::text::labelled_vectors + v[a] END;
			END IF;
			m := m[:b - 1]; l := l[:b - 1]; v := v[:b - 1];
		END LOOP;
		bad := bad + (m[1] <> whole_m OR l[1] <> whole_l OR v[1] <> whole_v OR count(whole_m) + unused_count(whole_m) <> n
			OR count(whole_l) + unused_count(whole_l) <> n OR count(whole_v) + unused_count(whole_v) <> n)::int;
	END LOOP;
	RETURN bad;
END $$;

SELECT is(pg_temp.differing(kind, 120), 0, kind || ' classes: 120 random trees') FROM unnest(ARRAY['two', 'some', 'many', 'long']) kind;

-- Scores by class of merged states are those of the rows, counted by plain SQL.
CREATE TEMP TABLE rows AS SELECT pg_temp.class('some') AS a, pg_temp.class('some') AS p, i % 7 AS part FROM generate_series(1, 3000) i;
SELECT is((SELECT accuracy_score(merge(m)) FROM (SELECT confusion_matrix(a, p) AS m FROM rows GROUP BY part) s),
	(SELECT avg((a = p)::int::float8) FROM rows), 'accuracy of merged parts is that of the rows');
SELECT is((SELECT count(*) FROM (SELECT confusion_matrix(a, p) AS m FROM rows) s, classes(m) c
	WHERE class_counts(m, c.class) <> (SELECT f_beta_state(a, p, c.class) FROM rows)), 0::bigint, 'one class against all others is its f_beta_state');
SELECT is((SELECT count(*) FROM (SELECT confusion_matrix(a, p) AS m FROM rows) s, classification_report(m) r
	WHERE kind = 'class' AND f1_score <> (SELECT f1_score(f_beta_state(a, p, r.class)) FROM rows)), 0::bigint, 'so is its line in the report');
-- Whichever class or cluster a row is given, its name is of no account.
SELECT is((SELECT round(adjusted_mutual_info_score(a, p)::numeric, 9) FROM rows),
	(SELECT round(adjusted_mutual_info_score(md5(p), reverse(a) || '.')::numeric, 9) FROM rows), 'clusterings compare alike under any names');
SELECT * FROM finish();
ROLLBACK;
