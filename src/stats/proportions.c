/*
 * proportions.c - tests and intervals of one and of two proportions.
 *
 * Intervals: Brown, Cai and DasGupta, "Interval estimation for a binomial
 * proportion", Stat. Sci. 16 (2001); Newcombe, Stat. Med. 17 (1998) for the
 * corrected one.
 */
#include <math.h>
#include <string.h>

#include "stats/bisect.h"
#include "stats/distributions.h"
#include "stats/proportions.h"
#include "stats/special.h"

#define TIE (1 + 1e-7)			/* as R's binom.test and scipy's binomtest */

static double
at_most(double k, double n, double p)
{
	return k < 0 ? 0 : dm_binomial_cdf(k, n, p);
}

static double
at_least(double k, double n, double p)
{
	return k <= 0 ? 1 : dm_binomial_sf(k - 1, n, p);
}

typedef struct Trials
{
	double		n;
	double		p;
} Trials;

static double
pmf_of(const void *trials, double k)
{
	const Trials *t = trials;

	return dm_binomial_pmf(k, t->n, t->p);
}

double
dm_binomial_test(double k, double n, double p, DmAlternative alternative)
{
	const Trials trials = {n, p};
	double		mean = n * p;
	double		d;

	if (alternative == DM_LESS)
		return at_most(k, n, p);
	if (alternative == DM_GREATER)
		return at_least(k, n, p);
	if (k == mean)
		return 1;
	d = dm_binomial_pmf(k, n, p) * TIE;
	if (k < mean)
	{
		double		other = dm_bisect_counts(ceil(mean) - 1, n + 1, pmf_of, &trials, d, false);

		return fmin(at_most(k, n, p) + at_least(other, n, p), 1);
	}
	return fmin(at_least(k, n, p) +
				at_most(dm_bisect_counts(-1, floor(mean) + 1, pmf_of, &trials, d, true), n, p), 1);
}

bool
dm_interval_method_parse(const char *text, DmIntervalMethod *out)
{
	static const struct
	{
		const char *name;
		DmIntervalMethod method;
	}			named[] = {
		{"normal", DM_NORMAL},
		{"wilson", DM_WILSON},
		{"wilsoncc", DM_WILSON_CORRECTED},
		{"exact", DM_CLOPPER_PEARSON},
		{"beta", DM_CLOPPER_PEARSON},
		{"agresti_coull", DM_AGRESTI_COULL},
		{"jeffreys", DM_JEFFREYS},
	};
	size_t		i;

	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		if (strcmp(text, named[i].name) == 0)
		{
			*out = named[i].method;
			return true;
		}
	return false;
}

/* Wilson's bounds are roots whose product is p^2 / (1 + z^2/n): the lower one must not cancel. */
static void
wilson(double k, double n, double z, double *low, double *high)
{
	double		p = k / n;
	double		scale = 1 + z * z / n;
	double		half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

	*high = k < n ? (p + z * z / (2 * n) + half) / scale : 1;
	*low = k > 0 ? p * p / (p + z * z / (2 * n) + half) : 0;
}

/* A bound with continuity correction; sign -1: the lower one. */
static double
wilson_corrected(double k, double n, double z, double sign)
{
	double		p = k / n;
	double		root = z * z + sign * 2 - 1 / n + 4 * p * (n * (1 - p) - sign);

	return (2 * n * p + z * z + sign * (1 + z * sqrt(root))) / (2 * (n + z * z));
}

void
dm_proportion_interval(double k, double n, double alpha, DmIntervalMethod method, double *low, double *high)
{
	double		z = -dm_normal_quantile(alpha / 2);
	double		m = n;
	double		p = k / n;
	double		half;

	switch (method)
	{
		case DM_WILSON:
			wilson(k, n, z, low, high);
			break;
		case DM_WILSON_CORRECTED:
			*low = k > 0 ? wilson_corrected(k, n, z, -1) : 0;
			*high = k < n ? wilson_corrected(k, n, z, 1) : 1;
			break;
		case DM_CLOPPER_PEARSON:
			*low = k > 0 ? dm_beta_ppf(alpha / 2, k, n - k + 1) : 0;
			*high = k < n ? dm_beta_isf(alpha / 2, k + 1, n - k) : 1;
			break;
		case DM_JEFFREYS:
			*low = dm_beta_ppf(alpha / 2, k + 0.5, n - k + 0.5);
			*high = dm_beta_isf(alpha / 2, k + 0.5, n - k + 0.5);
			break;
		case DM_AGRESTI_COULL:
		case DM_NORMAL:
			if (method == DM_AGRESTI_COULL)
			{
				m = n + z * z;
				p = (k + z * z / 2) / m;
			}
			half = z * sqrt(p * (1 - p) / m);
			*low = p - half;
			*high = p + half;
			break;
	}
	*low = fmin(fmax(*low, 0), 1);
	*high = fmin(fmax(*high, 0), 1);
}

double
dm_cohens_h(double p1, double p2)
{
	return 2 * asin(sqrt(p1)) - 2 * asin(sqrt(p2));
}

static double
normal_p_value(double z, DmAlternative alternative)
{
	if (alternative == DM_LESS)
		return dm_normal_cdf(z);
	if (alternative == DM_GREATER)
		return dm_normal_sf(z);
	return 2 * dm_normal_sf(fabs(z));
}

DmTest
dm_proportions_test(double k1, double n1, double k2, double n2, DmAlternative alternative)
{
	DmTest		test = {NAN, NAN, NAN, NAN};
	double		pooled = (k1 + k2) / (n1 + n2);
	double		variance = pooled * ((n1 - k1 + n2 - k2) / (n1 + n2)) * (1 / n1 + 1 / n2);

	if (!(n1 > 0) || !(n2 > 0))
		return test;
	test.effect_size = dm_cohens_h(k1 / n1, k2 / n2);
	if (!(variance > 0))
		return test;
	test.statistic = (k1 / n1 - k2 / n2) / sqrt(variance);
	test.p_value = normal_p_value(test.statistic, alternative);
	return test;
}
