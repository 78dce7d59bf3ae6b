-- agreement_state, measures of agreement, their aggregates, reasons and errors.
SET search_path = datamon, public;
\pset null '-'
CREATE FUNCTION pg_temp.r(x float8) RETURNS numeric LANGUAGE sql AS $$ SELECT round(x::numeric, 6) $$;

-- Krippendorff (2011), four observers, twelve units, with gaps
CREATE TEMP TABLE observer (annotator text, line text);
INSERT INTO observer VALUES ('A', '123321412...'), ('B', '1233224125..'), ('C', '.33323422513'), ('D', '12332441251.');
CREATE TEMP TABLE unit AS
	SELECT i AS item, annotator, nullif(substr(line, i, 1), '.')::int AS value FROM observer, generate_series(1, 12) i;
CREATE TEMP TABLE state AS SELECT agreement_state(item, annotator, value) AS s FROM unit;
SELECT s FROM state;
SELECT count(s), unused_count(s), item_count(s), annotator_count(s), category_count(s) FROM state;
SELECT r.* FROM state, ratings(s) r WHERE item = '10' ORDER BY annotator;
SELECT metric, pg_temp.r(krippendorff_alpha(s, metric)) FROM state, unnest('{nominal,ordinal,interval,ratio}'::text[]) metric;
SELECT pg_temp.r(percent_agreement(s)) AS percent, pg_temp.r(full_agreement(s)) AS whole, pg_temp.r(fleiss_kappa(s)) AS fleiss,
	pg_temp.r(conger_kappa(s)) AS conger, pg_temp.r(light_kappa(s)) AS light, pg_temp.r(randolph_kappa(s)) AS randolph,
	pg_temp.r(brennan_prediger(s)) AS bp, pg_temp.r(gwet_ac1(s)) AS ac1, pg_temp.r(gwet_ac2(s)) AS ac2 FROM state;
\x
SELECT method AS asked, (a).method, (a).reason, pg_temp.r((a).value) AS value, pg_temp.r((a).standard_error) AS se, pg_temp.r((a).ci_low) AS low,
	pg_temp.r((a).ci_high) AS high, pg_temp.r((a).null_standard_error) AS se0, pg_temp.r((a).statistic) AS statistic, (a).df1, (a).df2,
	pg_temp.r((a).p_value) AS p, pg_temp.r((a).observed_agreement) AS observed, pg_temp.r((a).expected_agreement) AS expected,
	(a).n_items, (a).unused_items, (a).n_annotators, (a).n_categories, (a).n_ratings, (a).unused_ratings
	FROM (SELECT method, agreement(s, method) AS a FROM state,
		unnest('{fleiss_kappa,scott_pi,conger,light,randolph,bp,ac1,gwet_ac2,cohen_kappa_score,krippendorff_alpha,percent,full,kendall,ICC1,icc2k}'::text[]) method) q;
\x

-- two of them; all they do not both rate is left out
SELECT pg_temp.r(cohen_kappa_score(s, annotators => '{A,B}')) AS cohen, pg_temp.r((agreement(s, 'scott', annotators => '{B,A}')).value) AS scott,
	(agreement(s, 'cohen', annotators => '{A,C}')).n_items FROM state;

-- a table of SAS: rows (a, b), and the same by annotators
CREATE TEMP TABLE sas AS SELECT row_number() OVER () AS item, a, b
	FROM (VALUES (1, 2, 4), (1, 3, 1), (2, 2, 8), (3, 2, 1), (3, 3, 5)) t(a, b, n), generate_series(1, n);
SELECT pg_temp.r(cohen_kappa_score(a, b)) AS plain, pg_temp.r(cohen_kappa_score(a, b, 'linear')) AS linear,
	pg_temp.r(cohen_kappa_score(a::text, b::text, 'quadratic')) AS quadratic, pg_temp.r(cohen_kappa_score(a, b, NULL)) AS none,
	pg_temp.r(scott_pi(a, b)) AS scott FROM sas;
SELECT weights, pg_temp.r((a).value) AS value, pg_temp.r((a).standard_error) AS ase, pg_temp.r((a).ci_low) AS low, pg_temp.r((a).ci_high) AS high,
	pg_temp.r((a).null_standard_error) AS ase0, pg_temp.r((a).statistic) AS z, pg_temp.r((a).p_value) AS p, (a).n_items, (a).method
	FROM (SELECT weights, agreement(agreement_pairs(a, b), 'cohen', weights => weights) AS a
		FROM sas, unnest('{none,linear,quadratic}'::text[]) weights GROUP BY weights) q ORDER BY value DESC;
SELECT cohen_kappa_score(agreement_pairs(a, b)) = cohen_kappa_score(agreement_state(item, 'a', a) + agreement_state(item, 'b', b)) AS same,
	agreement_pairs(a, b) AS pairs FROM sas;
-- costs are weights: those of equal steps are linear ones; others as R irr takes them, scores (0, 0, 1, 1, 2)
SELECT cohen_kappa_score(s, 'linear') = cohen_kappa_score(s, labels => '{1,2,3}', costs => '{{0,1,2},{1,0,1},{2,1,0}}') AS linear,
	gwet_ac2(s, 'linear') = gwet_ac2(s, labels => '{1,2,3}', costs => '{{0,5,10},{5,0,5},{10,5,0}}') AS scaled,
	pg_temp.r(brennan_prediger(s, labels => '{1,2,3}', costs => '{{0,1,1},{1,0,0},{1,0,0}}')) AS own
	FROM (SELECT agreement_pairs(a, b) AS s FROM sas) q;
-- labels: the order of words, a category that nobody used, or only some
SELECT labels, pg_temp.r(cohen_kappa_score(s, 'linear', labels)) AS cohen, pg_temp.r(gwet_ac1(s, labels)) AS ac1,
	(agreement(s, 'gwet_ac1', labels => labels)).n_categories, (agreement(s, 'ac1', labels => labels)).unused_ratings
	FROM (SELECT agreement_pairs((ARRAY['low', 'mid', 'high'])[a], (ARRAY['low', 'mid', 'high'])[b]) AS s FROM sas) q,
		(VALUES (NULL::text[]), ('{low,mid,high}'), ('{low,mid,high,extreme}'), ('{mid,high}')) l(labels);

-- Shrout and Fleiss (1979), table 2
CREATE TEMP TABLE judge (item int, a float8, b float8, c float8, d float8);
INSERT INTO judge VALUES (1, 9, 2, 5, 8), (2, 6, 1, 3, 2), (3, 8, 4, 6, 8), (4, 7, 1, 2, 6), (5, 10, 5, 6, 9), (6, 6, 2, 4, 7);
CREATE TEMP TABLE judged AS SELECT item, annotator, value FROM judge, LATERAL (VALUES ('a', a), ('b', b), ('c', c), ('d', d)) v(annotator, value);
SELECT type, pg_temp.r(icc(item, annotator, value, type)) FROM judged, unnest('{ICC1,ICC2,ICC3,ICC1k,ICC2k,ICC3k}'::text[]) type GROUP BY type ORDER BY type;
SELECT pg_temp.r(icc(s)) AS icc2, pg_temp.r(kendall_w(s)) AS w, pg_temp.r((agreement(s, 'ICC3')).ci_low) AS low, (agreement(s, 'ICC3')).method
	FROM (SELECT agreement_state(item, annotator, value) AS s FROM judged) q;
SELECT pg_temp.r(kendall_w(item, annotator, value)) FROM judged;
-- who rated is not needed for ICC1; other forms say so
SELECT pg_temp.r(icc(s, 'ICC1')) AS icc1, (agreement(s, 'ICC2')).reason FROM (SELECT agreement_state(item, value) AS s FROM judged) q;

-- undefined is NULL, and why
SELECT method, (a).value, (a).observed_agreement AS observed, (a).n_items, (a).unused_items, (a).reason
	FROM (SELECT method, agreement(agreement_state(item, annotator, 'same'), method) AS a
		FROM unit, unnest('{fleiss,conger,light,gwet_ac1,krippendorff,randolph}'::text[]) method GROUP BY method) q ORDER BY method;
SELECT method, (a).value, (a).n_items, (a).unused_items, (a).reason
	FROM (SELECT method, agreement(agreement_state(item, annotator, value) FILTER (WHERE annotator = 'B'), method) AS a
		FROM unit, unnest('{fleiss,conger,light,gwet_ac1,krippendorff,cohen,ICC2,kendall}'::text[]) method GROUP BY method) q ORDER BY method;
SELECT (agreement(agreement_state(item, annotator, 'v' || value), method, metric => 'interval')).reason FROM unit, unnest('{krippendorff,kendall,ICC3}'::text[]) method GROUP BY method ORDER BY method;
SELECT (agreement(agreement_pairs(a, b), 'ICC2')).reason, icc(agreement_pairs(a, b)) FROM sas;
SELECT fleiss_kappa(item, value), krippendorff_alpha(item, annotator, value), agreement(agreement_state(item, value), 'fleiss') FROM unit WHERE false;
SELECT fleiss_kappa(item, NULL::int), percent_agreement(item, NULL::int), agreement_state(item, NULL::int) FROM unit;
SELECT (agreement(agreement_state(item, NULL::int), 'fleiss')).reason, (agreement(agreement_state(item, NULL::int), 'fleiss')).unused_ratings FROM unit;
SELECT fleiss_kappa(NULL::agreement_state), agreement(NULL, 'fleiss') IS NULL AS nothing, cohen_kappa_score(NULL::agreement_state, 'linear');
-- an item that somebody rated twice counts once for Cohen, and by its mean for ICC
SELECT pg_temp.r(cohen_kappa_score(s)) AS cohen, pg_temp.r(icc(s)) AS icc, (agreement(s, 'cohen')).n_items, (agreement(s, 'cohen')).n_ratings
	FROM (SELECT agreement_state(item, who, value) AS s FROM (VALUES (1, 'x', 1), (1, 'x', 2), (1, 'y', 2), (2, 'x', 3), (2, 'y', 3), (3, 'x', 1), (3, 'y', 1)) v(item, who, value)) q;

-- columns of smallint are numbers like any others, alone and beside integers
CREATE TEMP TABLE small AS SELECT item::smallint AS i, annotator::smallint AS g, value::smallint AS v FROM
	(VALUES (1, 1, 1), (1, 2, 1), (2, 1, 2), (2, 2, 3), (3, 1, 3), (3, 2, 3), (4, 1, 1), (4, 2, 2)) r(item, annotator, value);
SELECT fleiss_kappa(i, v) = fleiss_kappa(i::int, v::int) AS fleiss, gwet_ac1(i, v) = gwet_ac1(i::int, v) AS gwet,
	percent_agreement(i, v) = percent_agreement(i::bigint, v) AS percent, randolph_kappa(i, v) = randolph_kappa(i, v::int) AS randolph,
	conger_kappa(i, g, v) = conger_kappa(i::int, g, v) AS conger, light_kappa(i, g, v) = light_kappa(i, g::int, v) AS light,
	krippendorff_alpha(i, g, v) = krippendorff_alpha(i::int, g::int, v::int) AS alpha,
	agreement_state(i, g, v) = agreement_state(i::int, g, v) AS ratings, agreement_state(i, v) = agreement_state(i, v::int) AS items
	FROM small;
SELECT cohen_kappa_score(a, b) = cohen_kappa_score(a::int, b::int) AS cohen, cohen_kappa_score(a, b, 'linear') = cohen_kappa_score(a, b::bigint, 'linear') AS linear,
	scott_pi(a, b) = scott_pi(a::int, b) AS scott, agreement_pairs(a, b) = agreement_pairs(a::int, b::int) AS pairs, agreement_pairs(a, NULL) IS NOT NULL AS with_null
	FROM (SELECT x.v AS a, y.v AS b FROM small x JOIN small y USING (i) WHERE x.g = 1 AND y.g = 2) p;
DROP TABLE small;

-- bad parameters
SELECT agreement(s, 'kappa') FROM state;
SELECT agreement(s, 'fleiss', 95) FROM state;
SELECT agreement(s, 'fleiss', weights => 'cubic') FROM state;
SELECT agreement(s, 'krippendorff', weights => 'linear') FROM state;
SELECT agreement(s, 'ac1', weights => 'linear') FROM state;
SELECT krippendorff_alpha(s, 'euclidean') FROM state;
SELECT icc(s, 'ICC4') FROM state;
SELECT cohen_kappa_score(s, costs => '{{0,1},{1,0}}') FROM state;
SELECT cohen_kappa_score(s, labels => '{1,2}', costs => '{{1,0},{0,1}}') FROM state;
SELECT cohen_kappa_score(s, labels => '{1,2,1}') FROM state;
SELECT cohen_kappa_score(s, labels => '{}') FROM state;
SELECT cohen_kappa_score(agreement_pairs(a, b), annotators => '{x,y}') FROM sas;
SELECT krippendorff_alpha(item, annotator, value, 'cubic') FROM unit;
SELECT krippendorff_alpha(item, annotator, value, CASE WHEN item < 5 THEN 'nominal' ELSE 'ratio' END) FROM unit;
SELECT icc(item, annotator, value, NULL) FROM unit;
SELECT cohen_kappa_score(a, b, 'cubic') FROM sas;
SELECT merge(s) FROM (SELECT agreement_state(item, value) AS s FROM unit UNION ALL SELECT agreement_pairs(a, b) FROM sas) q;
SELECT '{"of":"items","unused":0,"rows":[["1",2]]}'::agreement_state;
SELECT '{"of":"items","option":"cubic","unused":0,"rows":[]}'::agreement_state;
SELECT '{"of":"items","unused":9223372036854775807,"rows":[["1","a",1]]}'::agreement_state;
SELECT _agreement_items_trans(NULL, 1, 2);

-- a state on its way from one server to another keeps what its aggregate was asked for
SELECT pg_temp.r(krippendorff_alpha(merge(v))) AS ordinal
	FROM (SELECT replace(agreement_state(item, annotator, value)::text, ',"unused"', ',"option":"ordinal","unused"')::agreement_state AS v
		FROM unit GROUP BY item % 3) q;
