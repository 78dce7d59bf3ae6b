/*
 * test_distributions.c - distributions against mpmath 1.2.1 at 50 digits.
 *
 * The table comes from the references of test/oracle/distributions.py (series,
 * continued fraction and quadrature at mp.dps = 50); quantiles are their roots.
 */
#include <string.h>

#include "near.h"
#include "stats/distributions.h"
#include "stats/kolmogorov.h"
#include "stats/special.h"

static const struct
{
	const char *name;
	double		x;
	double		a;
	double		b;
	double		value;
}			known[] = {
	{"t_cdf", 2.0, 10.0, 0.0, 0.96330598261462982},
	{"t_sf", 2.0, 10.0, 0.0, 0.036694017385370183},
	{"t_cdf", -2.0, 10.0, 0.0, 0.036694017385370183},
	{"t_sf", -2.0, 10.0, 0.0, 0.96330598261462982},
	{"t_cdf", 0.001, 3.5, 0.0, 0.50037177226406662},
	{"t_sf", 0.001, 3.5, 0.0, 0.49962822773593338},
	{"t_cdf", 30.0, 1000000.0, 0.0, 1.0},
	{"t_sf", 30.0, 1000000.0, 0.0, 6.0100471168317189e-198},
	{"t_cdf", -37.0, 10000000000.0, 0.0, 5.7258398866334475e-300},
	{"t_sf", -37.0, 10000000000.0, 0.0, 1.0},
	{"t_cdf", 1e+100, 1.0, 0.0, 1.0},
	{"t_sf", 1e+100, 1.0, 0.0, 3.1830988618379067e-101},
	{"t_cdf", 1e+200, 1.5, 0.0, 1.0},
	{"t_cdf", 5.0, 0.01, 0.0, 0.52248469253560003},
	{"t_sf", 5.0, 0.01, 0.0, 0.47751530746439997},
	{"f_cdf", 3.0, 4.0, 5.0, 0.87029651539949064},
	{"f_sf", 3.0, 4.0, 5.0, 0.12970348460050936},
	{"f_cdf", 1e-05, 0.01, 7.0, 0.92133225583663008},
	{"f_sf", 1e-05, 0.01, 7.0, 0.078667744163369921},
	{"f_cdf", 1.002, 1000000.0, 2000000.0, 0.87572277185054161},
	{"f_sf", 1.002, 1000000.0, 2000000.0, 0.12427722814945839},
	{"f_cdf", 0.9999, 10000000000.0, 10000000000.0, 2.8628010119138033e-7},
	{"f_sf", 0.9999, 10000000000.0, 10000000000.0, 0.99999971371989881},
	{"f_cdf", 100.0, 1.0, 30.0, 0.99999999995424749},
	{"f_sf", 100.0, 1.0, 30.0, 4.5752514082296132e-11},
	{"f_cdf", 1e+30, 3.0, 4.0, 1.0},
	{"f_sf", 1e+30, 3.0, 4.0, 3.3333333333333332e-60},
	{"beta_cdf", 0.3, 0.001, 0.001, 0.49957696213967647},
	{"beta_sf", 0.3, 0.001, 0.001, 0.50042303786032353},
	{"beta_cdf", 0.3333, 1000000.0, 2000000.0, 0.45131470497840601},
	{"beta_sf", 0.3333, 1000000.0, 2000000.0, 0.54868529502159399},
	{"beta_cdf", 1e-200, 1.5, 3.0, 4.3749999999999999e-300},
	{"beta_sf", 1e-200, 1.5, 3.0, 1.0},
	{"beta_cdf", 0.999999, 0.01, 1000.0, 1.0},
	{"beta_cdf", 0.25, 0.5, 0.5, 0.33333333333333333},
	{"beta_sf", 0.25, 0.5, 0.5, 0.66666666666666667},
	{"beta_cdf", 0.1, 200.0, 300.0, 7.5631012721513167e-70},
	{"beta_sf", 0.1, 200.0, 300.0, 1.0},
	{"chi_square_cdf", 3.84, 1.0, 0.0, 0.9499564787512949},
	{"chi_square_sf", 3.84, 1.0, 0.0, 0.050043521248705103},
	{"chi_square_cdf", 1e-10, 0.01, 0.0, 0.89071619713260806},
	{"chi_square_sf", 1e-10, 0.01, 0.0, 0.10928380286739194},
	{"chi_square_cdf", 1000000.0, 1000000.0, 0.0, 0.5001880631966055},
	{"chi_square_sf", 1000000.0, 1000000.0, 0.0, 0.4998119368033945},
	{"chi_square_cdf", 10001000000.0, 10000000000.0, 0.0, 0.99999999999922999},
	{"chi_square_sf", 10001000000.0, 10000000000.0, 0.0, 7.7001065428595144e-13},
	{"chi_square_cdf", 1500.0, 10.0, 0.0, 1.0},
	{"gamma_cdf", 2.0, 3.0, 0.5, 0.76189669444645566},
	{"gamma_sf", 2.0, 3.0, 0.5, 0.23810330555354434},
	{"gamma_cdf", 0.0001, 0.25, 20.0, 0.052170017580666626},
	{"gamma_sf", 0.0001, 0.25, 20.0, 0.94782998241933337},
	{"binomial_cdf", 3.0, 10.0, 0.2, 0.87912611839999998},
	{"binomial_sf", 3.0, 10.0, 0.2, 0.12087388160000002},
	{"binomial_cdf", 499999.0, 1000000.0, 0.5, 0.49960105781933412},
	{"binomial_sf", 499999.0, 1000000.0, 0.5, 0.50039894218066588},
	{"binomial_cdf", 0.0, 1000000000.0, 1e-09, 0.36787944098750258},
	{"binomial_sf", 0.0, 1000000000.0, 1e-09, 0.63212055901249742},
	{"binomial_cdf", 700.0, 1000.0, 0.3, 1.0},
	{"binomial_sf", 700.0, 1000.0, 0.3, 3.9793042075439551e-150},
	{"poisson_cdf", 3.0, 2.0, 0.0, 0.85712346049854705},
	{"poisson_sf", 3.0, 2.0, 0.0, 0.14287653950145295},
	{"poisson_cdf", 1000000000.0, 1000000000.0, 0.0, 0.50000841044173899},
	{"poisson_sf", 1000000000.0, 1000000000.0, 0.0, 0.49999158955826101},
	{"poisson_cdf", 100.0, 1.0, 0.0, 1.0},
	{"poisson_sf", 100.0, 1.0, 0.0, 3.9414758906375201e-161},
	{"kolmogorov_cdf", 0.05, 0.0, 0.0, 2.4231674791576992e-213},
	{"kolmogorov_sf", 0.05, 0.0, 0.0, 1.0},
	{"kolmogorov_cdf", 0.5, 0.0, 0.0, 0.036054756335124906},
	{"kolmogorov_sf", 0.5, 0.0, 0.0, 0.96394524366487509},
	{"kolmogorov_cdf", 1.18, 0.0, 0.0, 0.87654619057023429},
	{"kolmogorov_sf", 1.18, 0.0, 0.0, 0.12345380942976571},
	{"kolmogorov_cdf", 3.0, 0.0, 0.0, 0.99999996954004051},
	{"kolmogorov_sf", 3.0, 0.0, 0.0, 3.0459959489425257e-8},
	{"kolmogorov_cdf", 15.0, 0.0, 0.0, 1.0},
	{"kolmogorov_sf", 15.0, 0.0, 0.0, 7.3877661369745124e-196},
	{"t_ppf", 1e-300, 5.0, 0.0, -1.5683925590993378e+60},
	{"t_isf", 1e-300, 5.0, 0.0, 1.5683925590993378e+60},
	{"t_ppf", 0.975, 3.3, 0.0, 3.0248744618408073},
	{"t_isf", 0.975, 3.3, 0.0, -3.0248744618408073},
	{"t_ppf", 0.6, 0.01, 0.0, 246458794.80554222},
	{"t_isf", 0.6, 0.01, 0.0, -246458794.80554222},
	{"t_ppf", 0.01, 10000000000.0, 0.0, -2.3263478744137485},
	{"t_isf", 0.01, 10000000000.0, 0.0, 2.3263478744137485},
	{"t_ppf", 1e-10, 2.0, 0.0, -70710.678108048149},
	{"t_isf", 1e-10, 2.0, 0.0, 70710.678108048149},
	{"chi_square_ppf", 1e-300, 10.0, 0.0, 5.2103421693947038e-60},
	{"chi_square_isf", 1e-300, 10.0, 0.0, 1427.7719561298886},
	{"chi_square_ppf", 0.05, 10000000000.0, 0.0, 9999767383.7062992},
	{"chi_square_isf", 0.05, 10000000000.0, 0.0, 10000232618.567759},
	{"chi_square_ppf", 0.5, 0.01, 0.0, 7.0166677652356113e-61},
	{"chi_square_isf", 0.5, 0.01, 0.0, 7.0166677652356113e-61},
	{"chi_square_ppf", 0.999, 1.0, 0.0, 10.827566170662731},
	{"chi_square_isf", 0.999, 1.0, 0.0, 1.5707971492624927e-6},
	{"f_ppf", 1e-300, 4.0, 5.0, 5.9761430466719683e-151},
	{"f_isf", 1e-300, 4.0, 5.0, 2.0631805299362354e+120},
	{"f_ppf", 0.05, 3.5, 1000000.0, 0.14859098743694875},
	{"f_isf", 0.05, 3.5, 1000000.0, 2.4757579439946846},
	{"f_ppf", 0.5, 10000000000.0, 10000000000.0, 1.0},
	{"f_isf", 0.5, 10000000000.0, 10000000000.0, 1.0},
	{"f_ppf", 1e-06, 0.5, 0.7, 8.0750120974348985e-24},
	{"f_isf", 1e-06, 0.5, 0.7, 21276209501459344.0},
	{"beta_ppf", 1e-30, 4.0, 5.0, 1.0932651234909225e-8},
	{"beta_isf", 1e-30, 4.0, 5.0, 0.99999955294341974},
	{"beta_ppf", 0.05, 1000000.0, 2000000.0, 0.33288572411997032},
	{"beta_isf", 0.05, 1000000.0, 2000000.0, 0.33378106888327011},
	{"beta_ppf", 0.5, 0.1, 0.2, 0.041652495555596219},
	{"beta_isf", 0.5, 0.1, 0.2, 0.041652495555596219},
	{"beta_ppf", 1e-06, 1.5, 700.0, 1.7266011568101818e-7},
	{"beta_isf", 1e-06, 1.5, 700.0, 0.021657690812259936},
};

static const struct
{
	const char *name;
	double		(*one) (double);
	double		(*two) (double, double);
	double		(*three) (double, double, double);
}			function[] = {
	{"beta_cdf", NULL, NULL, dm_beta_cdf},
	{"beta_isf", NULL, NULL, dm_beta_isf},
	{"beta_ppf", NULL, NULL, dm_beta_ppf},
	{"beta_sf", NULL, NULL, dm_beta_sf},
	{"binomial_cdf", NULL, NULL, dm_binomial_cdf},
	{"binomial_sf", NULL, NULL, dm_binomial_sf},
	{"chi_square_cdf", NULL, dm_chi_square_cdf, NULL},
	{"chi_square_isf", NULL, dm_chi_square_isf, NULL},
	{"chi_square_ppf", NULL, dm_chi_square_ppf, NULL},
	{"chi_square_sf", NULL, dm_chi_square_sf, NULL},
	{"f_cdf", NULL, NULL, dm_f_cdf},
	{"f_isf", NULL, NULL, dm_f_isf},
	{"f_ppf", NULL, NULL, dm_f_ppf},
	{"f_sf", NULL, NULL, dm_f_sf},
	{"gamma_cdf", NULL, NULL, dm_gamma_cdf},
	{"gamma_sf", NULL, NULL, dm_gamma_sf},
	{"kolmogorov_cdf", dm_kolmogorov_cdf, NULL, NULL},
	{"kolmogorov_sf", dm_kolmogorov_sf, NULL, NULL},
	{"poisson_cdf", NULL, dm_poisson_cdf, NULL},
	{"poisson_sf", NULL, dm_poisson_sf, NULL},
	{"t_cdf", NULL, dm_t_cdf, NULL},
	{"t_isf", NULL, dm_t_isf, NULL},
	{"t_ppf", NULL, dm_t_ppf, NULL},
	{"t_sf", NULL, dm_t_sf, NULL},
};

static double
compute(const char *name, double x, double a, double b)
{
	size_t		i;

	for (i = 0; i < sizeof(function) / sizeof(function[0]); i++)
	{
		if (strcmp(name, function[i].name) != 0)
			continue;
		if (function[i].one)
			return function[i].one(x);
		return function[i].two ? function[i].two(x, a) : function[i].three(x, a, b);
	}
	return NAN;
}

/* Published values, with their source. */
static void
published(void)
{
	/* NIST/SEMATECH e-Handbook, 1.3.6.7: critical values at 0.05, to the digits printed */
	tap_near(dm_t_isf(0.025, 10), 2.228, 1e-4, "NIST 1.3.6.7.2: t of 10");
	tap_near(dm_f_isf(0.05, 3, 10), 3.708, 1e-4, "NIST 1.3.6.7.3: F of 3 and 10");
	tap_near(dm_chi_square_isf(0.05, 5), 11.070, 1e-4, "NIST 1.3.6.7.4: chi-square of 5");
	tap_near(dm_normal_cdf(1.96) - 0.5, 0.47500, 1e-5, "NIST 1.3.6.7.1: normal at 1.96");
	/* Abramowitz and Stegun, table 26.10, A = 0.999 */
	tap_near(dm_t_isf(0.0005, 5), 6.869, 1e-4, "A & S 26.10: t of 5");
	/* Smirnov, Ann. Math. Stat. 19 (1948): L(1.36) = .950514 */
	tap_near(dm_kolmogorov_cdf(1.36), 0.950514, 1e-6, "Smirnov 1948: L(1.36)");
	/* Miller, J. Am. Stat. Assoc. 51 (1956): n = 10, two-sided 5 % */
	tap_near(dm_kolmogorov_n_isf(10, 0.05), 0.40925, 2e-5, "Miller 1956: n = 10 at 0.05");
}

static void
densities(void)
{
	tap_near(dm_normal_pdf(0), 0.3989422804014327, 1e-15, "normal density at 0");
	tap_near(dm_t_pdf(0, 1), 0.3183098861837907, 1e-14, "Cauchy density at 0: 1/pi");
	tap_near(dm_t_pdf(2, 1), 0.06366197723675814, 1e-14, "Cauchy density at 2: 1/(5 pi)");
	tap_near(dm_gamma_pdf(3, 1, 2), exp(-1.5) / 2, 1e-14, "exponential density");
	tap_near(dm_chi_square_pdf(0, 2), 0.5, 1e-15, "chi-square density of 2 at 0");
	tap_near(dm_chi_square_pdf(0, 1), INFINITY, 0, "chi-square density of 1 at 0");
	tap_near(dm_beta_pdf(0.25, 2, 3), 12 * 0.25 * 0.75 * 0.75, 1e-14, "beta density");
	tap_near(dm_beta_pdf(1, 3, 1), 3, 1e-15, "beta density at 1");
	tap_near(dm_f_pdf(1, 2, 2), 0.25, 1e-14, "F density of 2 and 2 at 1");
	tap_near(dm_binomial_pmf(1.5, 3, 0.5), 0, 0, "no mass between whole numbers");
	tap_near(dm_poisson_pmf(2, 3), 4.5 * exp(-3.0), 1e-14, "Poisson mass");
}

static void
ends(void)
{
	tap_near(dm_t_ppf(0, 3), -INFINITY, 0, "t at 0");
	tap_near(dm_t_isf(0, 3), INFINITY, 0, "t at 0 from above");
	tap_near(dm_t_ppf(0.5, 3), 0, 0, "t at 1/2");
	tap_near(dm_t_isf(1e-300, 0.01), INFINITY, 0, "t beyond the range of double");
	tap_near(dm_t_cdf(2, INFINITY), dm_normal_cdf(2), 0, "t of infinite df is normal");
	tap_near(dm_chi_square_ppf(1, 3), INFINITY, 0, "chi-square at 1");
	tap_near(dm_chi_square_ppf(0, 3), 0, 0, "chi-square at 0");
	tap_near(dm_beta_ppf(0, 2, 3), 0, 0, "beta at 0");
	tap_near(dm_beta_ppf(1, 2, 3), 1, 0, "beta at 1");
	tap_near(dm_beta_isf(0, 2, 3), 1, 0, "beta at 0 from above");
	tap_near(dm_f_isf(1, 2, 3), 0, 0, "F at 1 from above");
	tap_near(dm_f_cdf(INFINITY, 2, 3), 1, 0, "F of infinity");
	tap_near(dm_binomial_ppf(0, 10, 0.5), 0, 0, "binomial at 0");
	tap_near(dm_binomial_ppf(1, 10, 0.5), 10, 0, "binomial at 1");
	tap_near(dm_binomial_cdf(-1, 10, 0.5), 0, 0, "binomial below the support");
	tap_near(dm_binomial_sf(10, 10, 0.5), 0, 0, "binomial above the support");
	tap_near(dm_binomial_cdf(3, 10, 0), 1, 0, "binomial without a chance");
	tap_near(dm_binomial_cdf(3, 10, 1), 0, 0, "binomial with certainty");
	tap_near(dm_poisson_ppf(1, 3), INFINITY, 0, "Poisson at 1");
	tap_near(dm_poisson_cdf(0, 0), 1, 0, "Poisson of mean 0");
	tap_near(dm_kolmogorov_n_ppf(4, 0), 0.125, 0, "Kolmogorov of 4 at 0");
	tap_near(dm_kolmogorov_n_isf(4, 0), 1, 0, "Kolmogorov of 4 at 0 from above");
	tap_near(dm_t_cdf(1, 0), NAN, 0, "t of 0 df");
	tap_near(dm_beta_ppf(1.5, 1, 1), NAN, 0, "beta at 1.5");
	tap_near(dm_f_sf(NAN, 1, 1), NAN, 0, "F of NaN");
}

/* From one end to the other quantiles never step back, and a cdf's quantile is its argument. */
static void
monotone(void)
{
	static const double df[] = {0.01, 0.5, 3, 200, 1e6, 1e10};
	double		worst_trip = 0;
	int			back = 0;
	int			wrong = 0;
	int			i,
				j;

	for (i = 0; i < 6; i++)
	{
		double		last = -INFINITY;

		for (j = -690; j <= 690; j++)
		{
			double		p = 1 / (1 + exp(-j));
			double		x = j <= 0 ? dm_chi_square_ppf(exp(j) / (1 + exp(j)), df[i]) :
				dm_chi_square_isf(exp(-j) / (1 + exp(-j)), df[i]);

			if (x < last)
				back++;
			last = x;
			if (j < 0 && x > 1e-300)
				worst_trip = fmax(worst_trip, fabs(dm_chi_square_cdf(x, df[i]) / p - 1) / (1 + df[i] / 2));
		}
	}
	tap_ok(back == 0, "quantiles of chi-square never step back");
	tap_ok(worst_trip < 2e-13, "the cdf takes quantiles of chi-square back");
	for (j = 0; j <= 300; j++)
	{
		double		cdf = dm_binomial_cdf(j, 300, 0.4);
		double		sf = dm_binomial_sf(j, 300, 0.4);

		/* far up the cdf is 1 for several k, and the first of them is the quantile */
		if (cdf < 1 && dm_binomial_ppf(cdf, 300, 0.4) != j)
			wrong++;
		if (sf < 1 && dm_binomial_isf(sf, 300, 0.4) != j)
			wrong++;
	}
	tap_ok(wrong == 0, "the quantile of a binomial cdf is its k");
}

/* Where the odds x / (1 - x) leave the range of double on the way, or the density is steep. */
static void
extremes(void)
{
	double		f = dm_f_isf(0.2, 0.00114, 181707);

	tap_near(dm_f_sf(f, 0.00114, 181707), 0.2, 1e-12, "F of tiny dfn and back");
	tap_near(dm_f_isf(0.485677, 0.00114, 181707), 0, 0, "F below the range of double");
	tap_near(dm_gamma_cdf(9.7e-300, 4e-4, 9e15) + dm_gamma_sf(9.7e-300, 4e-4, 9e15), 1, 1e-12,
			 "gamma tails where x / scale is denormal");
	tap_near(dm_t_cdf(1e200, 1), 1, 0, "t whose square overflows");
	tap_near(dm_t_sf(-1e200, 0.91), 1, 1e-12, "t whose square overflows, below");
	tap_near(dm_beta_cdf(0.5, 1e-10, 1e-10), 0.5, 1e-12, "beta in two points");
	tap_near(dm_chi_square_ppf(0.3, 1e-10), 0, 0, "chi-square below the range of double");
}

int
main(void)
{
	char		name[120];
	size_t		i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		snprintf(name, sizeof(name), "%s(%g, %g, %g)", known[i].name, known[i].x, known[i].a,
				 known[i].b);
		tap_near(compute(known[i].name, known[i].x, known[i].a, known[i].b), known[i].value,
				 1e-12, name);
	}
	published();
	densities();
	ends();
	monotone();
	extremes();
	return tap_done();
}
