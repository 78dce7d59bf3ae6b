-- Probability distributions: published values, agreement of the forms, ends, NULL and NaN, errors.
SET search_path = datamon, public;
\pset null '(null)'

CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';

-- critical values of the NIST/SEMATECH e-Handbook, 1.3.6.7
SELECT pg_temp.r(normal_cdf(1.96)) AS "0.97500", pg_temp.r(t_isf(0.025, 10)) AS "2.228", pg_temp.r(f_isf(0.05, 3, 10)) AS "3.708",
	pg_temp.r(chi_square_isf(0.05, 5)) AS "11.070";
-- Smirnov 1948; Miller 1956
SELECT pg_temp.r(kolmogorov_cdf(1.36)) AS "0.950514", pg_temp.r(kolmogorov_isf(0.05, 10)) AS "0.40925";
-- closed forms
SELECT pg_temp.r(beta_cdf(0.3, 2, 1)) AS "0.3^2", pg_temp.r(gamma_sf(3, 1, 2)) AS "exp(-1.5)",
	pg_temp.r(binomial_pmf(2, 4, 0.5)) AS "6/16", pg_temp.r(binomial_cdf(1, 4, 0.5)) AS "5/16", pg_temp.r(poisson_cdf(1, 2)) AS "3 exp(-2)",
	pg_temp.r(t_cdf(1, 1)) AS "3/4", pg_temp.r(f_cdf(3, 2, 2)) AS "3/4";
SELECT pg_temp.r(normal_pdf(0)) AS normal, pg_temp.r(t_pdf(0, 1)) AS t, pg_temp.r(chi_square_pdf(2, 2)) AS chi_square, pg_temp.r(f_pdf(1, 2, 2)) AS f,
	pg_temp.r(beta_pdf(0.5, 2, 2)) AS beta, pg_temp.r(gamma_pdf(3, 1, 2)) AS gamma, pg_temp.r(poisson_pmf(2, 3)) AS poisson;

-- location and scale, by name too
SELECT normal_cdf(130, 100, 15) = normal_cdf(2) AS cdf, normal_sf(70, mean => 100, stddev => 15) = normal_sf(-2) AS sf,
	normal_ppf(0.975, stddev => 2, mean => 1) = 1 + 2 * normal_ppf(0.975) AS ppf, abs(normal_isf(0.025, 1, 2) - normal_ppf(0.975, 1, 2)) < 1e-14 AS isf,
	normal_pdf(3, 1, 2) = normal_pdf(1) / 2 AS pdf, gamma_cdf(6, 2, 3) = gamma_cdf(2, 2) AS gamma;

-- the tails are computed as such: far out they neither vanish nor lose digits
SELECT to_char(normal_sf(37), '9.999999EEEE') AS normal, to_char(t_sf(1e60, 5), '9.999999EEEE') AS t,
	to_char(chi_square_sf(1400, 2), '9.999999EEEE') AS "exp(-700)", to_char(f_sf(1e100, 2, 4), '9.999999EEEE') AS "4e-200",
	to_char(beta_cdf(1e-100, 3, 1), '9.999999EEEE') AS "1e-300", to_char(beta_sf(0.75, 1, 400), '9.999999EEEE') AS "0.25^400",
	to_char(binomial_sf(999, 1000, 0.5), '9.999999EEEE') AS "2^-1000", to_char(poisson_sf(99, 1e-1), '9.999999EEEE') AS poisson,
	to_char(kolmogorov_sf(18), '9.999999EEEE') AS kolmogorov;
SELECT pg_temp.r(normal_isf(1e-300)) AS normal, to_char(t_isf(1e-300, 5), '9.999999EEEE') AS t, pg_temp.r(chi_square_isf(1e-300, 2)) AS "-2 ln 1e-300",
	to_char(f_ppf(1e-300, 2, 4), '9.999999EEEE') AS f, to_char(beta_ppf(1e-300, 3, 1), '9.999999EEEE') AS "1e-100",
	binomial_isf(1e-300, 1000, 0.5) AS binomial, poisson_isf(1e-300, 0.1) AS poisson, pg_temp.r(kolmogorov_isf(1e-300)) AS kolmogorov;
-- any size of parameter
SELECT pg_temp.r(t_cdf(2, 1e10)) AS t, pg_temp.r(chi_square_cdf(1e10, 1e10)) AS chi_square, pg_temp.r(f_cdf(1.00001, 1e10, 1e10)) AS f,
	pg_temp.r(beta_cdf(0.3333, 1e6, 2e6)) AS beta, pg_temp.r(binomial_cdf(500000, 1e6, 0.5)) AS binomial, pg_temp.r(t_cdf(1e50, 0.01)) AS "t of 0.01",
	pg_temp.r(chi_square_isf(0.5, 0.01)) AS "chi-square of 0.01", t_cdf(2, 'Infinity') = normal_cdf(2) AS "t is normal at last";

-- the two tails, and each quantile with its tail
SELECT bool_and(abs(normal_cdf(x) + normal_sf(x) - 1) < 1e-15 AND abs(t_cdf(x, 3) + t_sf(x, 3) - 1) < 1e-15
		AND abs(chi_square_cdf(x, 3) + chi_square_sf(x, 3) - 1) < 1e-15 AND abs(f_cdf(x, 3, 7) + f_sf(x, 3, 7) - 1) < 1e-15
		AND abs(beta_cdf(x / 8, 3, 7) + beta_sf(x / 8, 3, 7) - 1) < 1e-15 AND abs(gamma_cdf(x, 3, 2) + gamma_sf(x, 3, 2) - 1) < 1e-15
		AND abs(binomial_cdf(x, 8, 0.3) + binomial_sf(x, 8, 0.3) - 1) < 1e-15 AND abs(poisson_cdf(x, 3) + poisson_sf(x, 3) - 1) < 1e-15
		AND abs(kolmogorov_cdf(x / 3) + kolmogorov_sf(x / 3) - 1) < 1e-15
		AND abs(kolmogorov_cdf(x / 8, 20) + kolmogorov_sf(x / 8, 20) - 1) < 1e-12) AS tails_add_up
	FROM generate_series(-1, 9, 0.25) AS i, LATERAL (SELECT i::float8 AS x) AS v;
SELECT bool_and(abs(normal_sf(normal_isf(q)) / q - 1) < 1e-12 AND abs(normal_cdf(normal_ppf(q)) / q - 1) < 1e-12
		AND abs(t_sf(t_isf(q, 3), 3) / q - 1) < 1e-12 AND abs(t_cdf(t_ppf(q, 3), 3) / q - 1) < 1e-12
		AND abs(chi_square_sf(chi_square_isf(q, 3), 3) / q - 1) < 1e-12 AND abs(chi_square_cdf(chi_square_ppf(q, 3), 3) / q - 1) < 1e-12
		AND abs(f_sf(f_isf(q, 3, 7), 3, 7) / q - 1) < 1e-12 AND abs(f_cdf(f_ppf(q, 3, 7), 3, 7) / q - 1) < 1e-12
		AND abs(beta_cdf(beta_ppf(q, 3, 7), 3, 7) / q - 1) < 1e-12 AND abs(gamma_sf(gamma_isf(q, 3, 2), 3, 2) / q - 1) < 1e-12
		AND abs(gamma_cdf(gamma_ppf(q, 3, 2), 3, 2) / q - 1) < 1e-12
		AND abs(kolmogorov_sf(kolmogorov_isf(q)) / q - 1) < 1e-12 AND abs(kolmogorov_cdf(kolmogorov_ppf(q)) / q - 1) < 1e-12) AS back
	FROM generate_series(1, 299) AS i, LATERAL (SELECT power(10::float8, -i) AS q) AS v;
SELECT bool_and(abs(beta_sf(beta_isf(q, 3, 7), 3, 7) / q - 1) < 1e-12 AND abs(kolmogorov_sf(kolmogorov_isf(q, 20), 20) / q - 1) < 1e-12
		AND abs(kolmogorov_cdf(kolmogorov_ppf(q, 20), 20) / q - 1) < 1e-12) AS back
	FROM generate_series(0.02, 0.98, 0.02) AS i, LATERAL (SELECT i::float8 AS q) AS v;
SELECT bool_and(binomial_ppf(binomial_cdf(k, 20, 0.3), 20, 0.3) = k AND binomial_isf(binomial_sf(k, 20, 0.3), 20, 0.3) = k
		AND poisson_ppf(poisson_cdf(k, 4), 4) = k AND poisson_isf(poisson_sf(k, 4), 4) = k) AS back FROM generate_series(0, 15) AS k;

-- the ends of the support
SELECT p, normal_ppf(p) AS normal, t_ppf(p, 3) AS t, chi_square_ppf(p, 3) AS chi_square, f_ppf(p, 3, 4) AS f, beta_ppf(p, 3, 4) AS beta,
		gamma_ppf(p, 3, 4) AS gamma, binomial_ppf(p, 9, 0.4) AS binomial, poisson_ppf(p, 3) AS poisson, kolmogorov_ppf(p) AS kolmogorov,
		kolmogorov_ppf(p, 4) AS "kolmogorov of 4"
	FROM unnest('{0,1}'::float8[]) AS p;
SELECT q, normal_isf(q) AS normal, t_isf(q, 3) AS t, chi_square_isf(q, 3) AS chi_square, f_isf(q, 3, 4) AS f, beta_isf(q, 3, 4) AS beta,
		gamma_isf(q, 3, 4) AS gamma, binomial_isf(q, 9, 0.4) AS binomial, poisson_isf(q, 3) AS poisson, kolmogorov_isf(q) AS kolmogorov,
		kolmogorov_isf(q, 4) AS "kolmogorov of 4"
	FROM unnest('{0,1}'::float8[]) AS q;
SELECT x, normal_cdf(x) AS normal, t_sf(x, 3) AS t, chi_square_cdf(x, 3) AS chi_square, f_sf(x, 3, 4) AS f, beta_cdf(x, 3, 4) AS beta, gamma_sf(x, 3) AS gamma,
		binomial_cdf(x, 9, 0.4) AS binomial, poisson_sf(x, 3) AS poisson, kolmogorov_sf(x) AS kolmogorov, kolmogorov_cdf(x, 4) AS "kolmogorov of 4"
	FROM unnest('{-Infinity,Infinity}'::float8[]) AS x;
SELECT x, pg_temp.r(normal_pdf(x)) AS normal, pg_temp.r(t_pdf(x, 3)) AS t, chi_square_pdf(x, 3) AS chi_square, f_pdf(x, 3, 4) AS f, beta_pdf(x, 3, 4) AS beta, gamma_pdf(x, 3) AS gamma,
		binomial_pmf(x, 9, 0.4) AS binomial, poisson_pmf(x, 3) AS poisson
	FROM unnest('{-Infinity,-1,Infinity}'::float8[]) AS x;
SELECT chi_square_pdf(0, 1) AS "a pole", beta_pdf(1, 2, 0.5) AS "a pole", f_pdf(0, 2, 3) AS "1", gamma_pdf(0, 1, 4) AS "0.25", t_isf(1e-300, 0.01) AS "beyond double";
-- without chance or trials
SELECT binomial_cdf(0, 0, 0.5) AS "1", binomial_ppf(0.5, 0, 0.5) AS "0", binomial_pmf(3, 3, 1) AS "1", binomial_ppf(0.5, 3, 1) AS "3", binomial_sf(2, 3, 0) AS "0",
	poisson_pmf(0, 0) AS "1", poisson_ppf(0.7, 0) AS "0", binomial_pmf(1.5, 3, 0.5) AS "0", binomial_cdf(1.5, 3, 0.5) = binomial_cdf(1, 3, 0.5) AS floored;

-- NULL and NaN anywhere give NULL
SELECT normal_cdf(NULL) AS n1, normal_cdf('NaN') AS n2, normal_cdf(0, 'NaN') AS n3, normal_ppf('NaN') AS n4, t_sf('NaN', 3) AS n5, t_sf(1, 'NaN') AS n6, f_cdf(1, NULL, 2) AS n7,
	beta_ppf('NaN', 1, 1) AS n8, binomial_cdf('NaN', 3, 0.5) AS n9, binomial_pmf(1, 3, 'NaN') AS n10, poisson_isf(0.5, 'NaN') AS n11,
	kolmogorov_sf('NaN') AS n12, kolmogorov_sf(NULL, 3) AS n13, kolmogorov_isf('NaN', 3) AS n14, gamma_pdf('NaN', 1) AS n15, chi_square_ppf(0.5, 'NaN') AS n16;

-- parameters outside their domain
SELECT normal_cdf(1, 0, 0);
SELECT normal_ppf(0.5, 'Infinity', 1);
SELECT normal_ppf(1.5);
SELECT normal_isf(-0.1);
SELECT t_cdf(1, 0);
SELECT chi_square_sf(1, 'Infinity');
SELECT f_cdf(1, -1, 2);
SELECT f_cdf(1, 1, 0);
SELECT beta_cdf(0.5, 0, 1);
SELECT beta_isf(0.5, 1, -1);
SELECT gamma_cdf(1, 0);
SELECT gamma_cdf(1, 1, 0);
SELECT binomial_cdf(1, 2.5, 0.5);
SELECT binomial_cdf(1, -1, 0.5);
SELECT binomial_cdf(1, 3, 1.1);
SELECT binomial_ppf(2, 3, 0.1);
SELECT poisson_cdf(1, -1);
SELECT kolmogorov_ppf(2);
SELECT kolmogorov_sf(0.5, 0);
