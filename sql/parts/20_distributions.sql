-- Probability distributions: density (pdf) or mass (pmf), lower tail P(X <= x) (cdf), upper tail P(X > x) (sf),
-- and the quantiles of the two (ppf, isf). The names and the order of arguments are scipy.stats'.

-- The normal distribution

CREATE FUNCTION datamon.normal_pdf(x double precision, mean double precision DEFAULT 0, stddev double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_normal_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normal_pdf(double precision, double precision, double precision) IS
	'density of the normal distribution';

CREATE FUNCTION datamon.normal_cdf(x double precision, mean double precision DEFAULT 0, stddev double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_normal_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normal_cdf(double precision, double precision, double precision) IS
	'P(X <= x) of the normal distribution';

CREATE FUNCTION datamon.normal_sf(x double precision, mean double precision DEFAULT 0, stddev double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_normal_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normal_sf(double precision, double precision, double precision) IS
	'P(X > x) of the normal distribution, without cancellation';

CREATE FUNCTION datamon.normal_ppf(p double precision, mean double precision DEFAULT 0, stddev double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_normal_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normal_ppf(double precision, double precision, double precision) IS
	'quantile of the normal distribution, the inverse of the cdf';

CREATE FUNCTION datamon.normal_isf(q double precision, mean double precision DEFAULT 0, stddev double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_normal_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.normal_isf(double precision, double precision, double precision) IS
	'upper quantile of the normal distribution, the inverse of the sf';

-- Student's t

CREATE FUNCTION datamon.t_pdf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_t_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.t_pdf(double precision, double precision) IS
	'density of Student''s t';

CREATE FUNCTION datamon.t_cdf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_t_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.t_cdf(double precision, double precision) IS
	'P(X <= x) of Student''s t';

CREATE FUNCTION datamon.t_sf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_t_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.t_sf(double precision, double precision) IS
	'P(X > x) of Student''s t, without cancellation';

CREATE FUNCTION datamon.t_ppf(p double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_t_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.t_ppf(double precision, double precision) IS
	'quantile of Student''s t, the inverse of the cdf';

CREATE FUNCTION datamon.t_isf(q double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_t_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.t_isf(double precision, double precision) IS
	'upper quantile of Student''s t, the inverse of the sf';

-- Chi-square

CREATE FUNCTION datamon.chi_square_pdf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_chi_square_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_pdf(double precision, double precision) IS
	'density of chi-square';

CREATE FUNCTION datamon.chi_square_cdf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_chi_square_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_cdf(double precision, double precision) IS
	'P(X <= x) of chi-square';

CREATE FUNCTION datamon.chi_square_sf(x double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_chi_square_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_sf(double precision, double precision) IS
	'P(X > x) of chi-square, without cancellation';

CREATE FUNCTION datamon.chi_square_ppf(p double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_chi_square_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_ppf(double precision, double precision) IS
	'quantile of chi-square, the inverse of the cdf';

CREATE FUNCTION datamon.chi_square_isf(q double precision, df double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_chi_square_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.chi_square_isf(double precision, double precision) IS
	'upper quantile of chi-square, the inverse of the sf';

-- F

CREATE FUNCTION datamon.f_pdf(x double precision, dfn double precision, dfd double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_pdf(double precision, double precision, double precision) IS
	'density of F';

CREATE FUNCTION datamon.f_cdf(x double precision, dfn double precision, dfd double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_cdf(double precision, double precision, double precision) IS
	'P(X <= x) of F';

CREATE FUNCTION datamon.f_sf(x double precision, dfn double precision, dfd double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_sf(double precision, double precision, double precision) IS
	'P(X > x) of F, without cancellation';

CREATE FUNCTION datamon.f_ppf(p double precision, dfn double precision, dfd double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_ppf(double precision, double precision, double precision) IS
	'quantile of F, the inverse of the cdf';

CREATE FUNCTION datamon.f_isf(q double precision, dfn double precision, dfd double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_f_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.f_isf(double precision, double precision, double precision) IS
	'upper quantile of F, the inverse of the sf';

-- The beta distribution

CREATE FUNCTION datamon.beta_pdf(x double precision, a double precision, b double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_beta_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.beta_pdf(double precision, double precision, double precision) IS
	'density of the beta distribution';

CREATE FUNCTION datamon.beta_cdf(x double precision, a double precision, b double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_beta_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.beta_cdf(double precision, double precision, double precision) IS
	'P(X <= x) of the beta distribution';

CREATE FUNCTION datamon.beta_sf(x double precision, a double precision, b double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_beta_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.beta_sf(double precision, double precision, double precision) IS
	'P(X > x) of the beta distribution, without cancellation';

CREATE FUNCTION datamon.beta_ppf(p double precision, a double precision, b double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_beta_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.beta_ppf(double precision, double precision, double precision) IS
	'quantile of the beta distribution, the inverse of the cdf';

CREATE FUNCTION datamon.beta_isf(q double precision, a double precision, b double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_beta_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.beta_isf(double precision, double precision, double precision) IS
	'upper quantile of the beta distribution, the inverse of the sf';

-- The gamma distribution

CREATE FUNCTION datamon.gamma_pdf(x double precision, shape double precision, scale double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gamma_pdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gamma_pdf(double precision, double precision, double precision) IS
	'density of the gamma distribution';

CREATE FUNCTION datamon.gamma_cdf(x double precision, shape double precision, scale double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gamma_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gamma_cdf(double precision, double precision, double precision) IS
	'P(X <= x) of the gamma distribution';

CREATE FUNCTION datamon.gamma_sf(x double precision, shape double precision, scale double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gamma_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gamma_sf(double precision, double precision, double precision) IS
	'P(X > x) of the gamma distribution, without cancellation';

CREATE FUNCTION datamon.gamma_ppf(p double precision, shape double precision, scale double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gamma_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gamma_ppf(double precision, double precision, double precision) IS
	'quantile of the gamma distribution, the inverse of the cdf';

CREATE FUNCTION datamon.gamma_isf(q double precision, shape double precision, scale double precision DEFAULT 1)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_gamma_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.gamma_isf(double precision, double precision, double precision) IS
	'upper quantile of the gamma distribution, the inverse of the sf';

-- The binomial distribution

CREATE FUNCTION datamon.binomial_pmf(k double precision, n double precision, p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_binomial_pmf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_pmf(double precision, double precision, double precision) IS
	'P(X = k) of the binomial distribution';

CREATE FUNCTION datamon.binomial_cdf(k double precision, n double precision, p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_binomial_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_cdf(double precision, double precision, double precision) IS
	'P(X <= k) of the binomial distribution';

CREATE FUNCTION datamon.binomial_sf(k double precision, n double precision, p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_binomial_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_sf(double precision, double precision, double precision) IS
	'P(X > k) of the binomial distribution, without cancellation';

CREATE FUNCTION datamon.binomial_ppf(q double precision, n double precision, p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_binomial_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_ppf(double precision, double precision, double precision) IS
	'least k whose cdf is at least q: quantile of the binomial distribution';

CREATE FUNCTION datamon.binomial_isf(q double precision, n double precision, p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_binomial_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.binomial_isf(double precision, double precision, double precision) IS
	'least k whose sf is at most q: upper quantile of the binomial distribution';

-- The Poisson distribution

CREATE FUNCTION datamon.poisson_pmf(k double precision, mu double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_poisson_pmf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.poisson_pmf(double precision, double precision) IS
	'P(X = k) of the Poisson distribution';

CREATE FUNCTION datamon.poisson_cdf(k double precision, mu double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_poisson_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.poisson_cdf(double precision, double precision) IS
	'P(X <= k) of the Poisson distribution';

CREATE FUNCTION datamon.poisson_sf(k double precision, mu double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_poisson_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.poisson_sf(double precision, double precision) IS
	'P(X > k) of the Poisson distribution, without cancellation';

CREATE FUNCTION datamon.poisson_ppf(p double precision, mu double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_poisson_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.poisson_ppf(double precision, double precision) IS
	'least k whose cdf is at least p: quantile of the Poisson distribution';

CREATE FUNCTION datamon.poisson_isf(q double precision, mu double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_poisson_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.poisson_isf(double precision, double precision) IS
	'least k whose sf is at most q: upper quantile of the Poisson distribution';

-- Kolmogorov's limit distribution of sqrt(n) D

CREATE FUNCTION datamon.kolmogorov_cdf(x double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_cdf(double precision) IS
	'P(X <= x) of Kolmogorov''s limit distribution of sqrt(n) D';

CREATE FUNCTION datamon.kolmogorov_sf(x double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_sf(double precision) IS
	'P(X > x) of Kolmogorov''s limit distribution of sqrt(n) D, without cancellation';

CREATE FUNCTION datamon.kolmogorov_ppf(p double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_ppf(double precision) IS
	'quantile of Kolmogorov''s limit distribution of sqrt(n) D, the inverse of the cdf';

CREATE FUNCTION datamon.kolmogorov_isf(q double precision)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_isf(double precision) IS
	'upper quantile of Kolmogorov''s limit distribution of sqrt(n) D, the inverse of the sf';

-- The Kolmogorov-Smirnov statistic of one sample of n values against a given distribution

CREATE FUNCTION datamon.kolmogorov_cdf(d double precision, n bigint)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_n_cdf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_cdf(double precision, bigint) IS
	'P(D <= d) of the statistic of one sample of n';

CREATE FUNCTION datamon.kolmogorov_sf(d double precision, n bigint)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_n_sf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_sf(double precision, bigint) IS
	'P(D > d) of the statistic of one sample of n: the p-value of the test';

CREATE FUNCTION datamon.kolmogorov_ppf(p double precision, n bigint)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_n_ppf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_ppf(double precision, bigint) IS
	'quantile of the statistic of one sample of n, the inverse of the cdf';

CREATE FUNCTION datamon.kolmogorov_isf(q double precision, n bigint)
	RETURNS double precision
	AS 'MODULE_PATHNAME', 'datamon_kolmogorov_n_isf'
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION datamon.kolmogorov_isf(double precision, bigint) IS
	'upper quantile of the statistic of one sample of n: the critical value at level q';
