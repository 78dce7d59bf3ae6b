-- Distances from histograms of the default budget against the exact two-sample values, a million rows a side.
\pset footer off
CREATE TEMP TABLE shapes (shape text, limit_percent float8);
INSERT INTO shapes VALUES ('normal', 1), ('lognormal', 1), ('uniform', 1), ('pareto 1.1', 3), ('beta', 1), ('poisson', 1), ('mixture', 1), ('1e9 +- 1', 1);
CREATE FUNCTION pg_temp.draw(shape text, shift float8) RETURNS float8 LANGUAGE sql VOLATILE AS $$
	SELECT CASE shape
		WHEN 'normal' THEN sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + shift
		WHEN 'lognormal' THEN exp(sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + shift)
		WHEN 'uniform' THEN random() * (1 + shift)
		WHEN 'pareto 1.1' THEN power(1 - random(), -1 / (1.1 - shift / 2))
		WHEN 'beta' THEN power(random(), 2 - shift)
		WHEN 'poisson' THEN floor(20 + 4.5 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + 10 * shift)
		WHEN 'mixture' THEN CASE WHEN random() < 0.7 - shift / 2 THEN 0 ELSE 10 END + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())
		WHEN '1e9 +- 1' THEN 1e9 + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) + shift
	END
$$;
DO $$ BEGIN PERFORM setseed(0.25); END $$;
CREATE TEMP TABLE sample AS
SELECT shape, is_reference, pg_temp.draw(shape, CASE WHEN is_reference THEN 0 ELSE 0.1 END) AS x
FROM shapes, generate_series(1, :rows), (VALUES (true), (false)) v (is_reference);
WITH exact AS (
	-- the integral of |F - G| and its maximum, over all values of both samples
	SELECT shape, sum(abs(f - g) * (next - x)) AS w1, max(abs(f - g)) FILTER (WHERE next > x OR next IS NULL) AS ks
	FROM (SELECT shape, x, lead(x) OVER w AS next,
			(sum(is_reference::int) OVER w)::float8 / :rows AS f, (sum((NOT is_reference)::int) OVER w)::float8 / :rows AS g
		FROM sample WINDOW w AS (PARTITION BY shape ORDER BY x)) s
	GROUP BY shape
), sketch AS (
	SELECT shape, datamon.histogram(x) FILTER (WHERE is_reference) AS r, datamon.histogram(x) FILTER (WHERE NOT is_reference) AS c
	FROM sample GROUP BY shape
)
SELECT shape, round(w1::numeric, 5) AS wasserstein_exact,
	round((100 * (datamon.wasserstein_distance(r, c) / w1 - 1))::numeric, 3) AS error_percent,
	round(ks::numeric, 5) AS ks_exact, round((100 * ((datamon.ks_test(r, c)).statistic / ks - 1))::numeric, 3) AS ks_error_percent,
	limit_percent, octet_length(datamon._histogram_send(r)) AS bytes
FROM exact JOIN sketch USING (shape) JOIN shapes USING (shape) ORDER BY shape;
