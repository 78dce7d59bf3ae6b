/*
 * contingency.c - tests on tables of counts.
 *
 * Conventions are those of scipy.stats.chi2_contingency and chisquare: Pearson
 * (1900) and the log-likelihood ratio, members of the family of Cressie and
 * Read (J. R. Stat. Soc. B 46, 1984); Yates's correction moves every count by
 * at most a half towards what is expected.
 */
#include <math.h>

#include "stats/contingency.h"
#include "stats/special.h"

/* What the margins say of a table. */
typedef struct Margins
{
	double	   *row;
	double	   *column;
	double		total;
	size_t		rows;			/* with counts */
	size_t		columns;
} Margins;

static void
take_margins(const DmTable *t, double *room, Margins *m)
{
	size_t		i,
				j;

	m->row = room;
	m->column = room + t->rows;
	m->total = 0;
	m->rows = m->columns = 0;
	for (i = 0; i < t->rows + t->columns; i++)
		room[i] = 0;
	for (i = 0; i < t->rows; i++)
		for (j = 0; j < t->columns; j++)
		{
			m->row[i] += t->cell[i * t->columns + j];
			m->column[j] += t->cell[i * t->columns + j];
		}
	for (i = 0; i < t->rows; i++)
	{
		m->rows += m->row[i] > 0;
		m->total += m->row[i];
	}
	for (j = 0; j < t->columns; j++)
		m->columns += m->column[j] > 0;
}

/* x - r c / n, rounded as if the products were exact: large tables differ little. */
static double
excess(double x, double r, double c, double n)
{
	double		xn = x * n,
				rc = r * c;

	return ((xn - rc) + (fma(x, n, -xn) - fma(r, c, -rc))) / n;
}

/*
 * One cell's part of the statistic, given what is expected and the excess
 * over it.  The parts of G are x log(x/e) - (x - e), whose second half adds up
 * to nothing: so no part is negative, and nothing cancels where x is near e.
 */
static double
part(double e, double d, DmPowerDivergence kind)
{
	double		x = e + d;
	double		v = d / (e + x);
	double		power = 1,
				sum = 0;
	int			j;

	if (kind == DM_PEARSON)
		return d * d / e;
	if (!(x > 0))
		return 2 * e;
	if (fabs(v) > 0.1)
		return 2 * (x * log(x / e) - d);
	/* log(x/e) = 2 atanh(v), and 2 x v - d = d v */
	for (j = 1; j < 12; j++)
	{
		power *= v * v;
		sum += power / (2 * j + 1);
	}
	return 2 * (d * v + 2 * x * v * sum);
}

static double
yates(double d)
{
	return d - copysign(fmin(fabs(d), 0.5), d);
}

static double
independence(const DmTable *t, const Margins *m, DmPowerDivergence kind, bool correction)
{
	bool		yates_applies = correction && m->rows == 2 && m->columns == 2;
	double		sum = 0;
	size_t		i,
				j;

	for (i = 0; i < t->rows; i++)
		for (j = 0; j < t->columns; j++)
		{
			double		r = m->row[i],
						c = m->column[j];
			double		d;

			if (!(r > 0) || !(c > 0))
				continue;
			d = excess(t->cell[i * t->columns + j], r, c, m->total);
			sum += part(r / m->total * c, yates_applies ? yates(d) : d, kind);
		}
	return sum;
}

static double
cramers_v(double chi_square, const Margins *m)
{
	double		least = fmin((double) m->rows, (double) m->columns) - 1;

	return least > 0 ? fmin(sqrt(chi_square / m->total / least), 1) : 0;
}

DmTest
dm_contingency_test(const DmTable *t, DmPowerDivergence kind, bool correction, double *margins)
{
	DmTest		test = {NAN, NAN, NAN, NAN};
	Margins		m;

	take_margins(t, margins, &m);
	if (m.rows < 2)
		return test;
	test.df = ((double) m.rows - 1) * ((double) m.columns - 1);
	test.statistic = test.df > 0 ? independence(t, &m, kind, correction) : 0;
	test.p_value = test.df > 0 ? dm_chi_square_sf(test.statistic, test.df) : 1;
	test.effect_size = cramers_v(independence(t, &m, DM_PEARSON, false), &m);
	return test;
}

DmTest
dm_goodness_of_fit(const double *observed, const double *expected, size_t k,
				   DmPowerDivergence kind)
{
	DmTest		test = {NAN, NAN, NAN, NAN};
	double		n = 0,
				total = 0,
				sum = 0,
				pearson = 0;
	size_t		seen = 0;
	size_t		i;

	for (i = 0; i < k; i++)
	{
		if (observed[i] > 0 && !(expected[i] > 0))
			return test;
		n += observed[i];
		total += expected[i];
		seen += expected[i] > 0;
	}
	if (!(n > 0) || !(total > 0))
		return test;
	for (i = 0; i < k; i++)
	{
		double		e = expected[i] / total * n;
		double		d = excess(observed[i], expected[i], n, total);

		if (!(expected[i] > 0))
			continue;
		sum += part(e, d, kind);
		pearson += part(e, d, DM_PEARSON);
	}
	test.df = (double) seen - 1;
	test.statistic = seen > 1 ? sum : 0;
	test.p_value = seen > 1 ? dm_chi_square_sf(sum, test.df) : 1;
	test.effect_size = seen > 1 ? sqrt(pearson / n) : 0;
	return test;
}

double
dm_cramers_v_corrected(const DmTable *t, bool correction, double *margins)
{
	Margins		m;
	double		phi,
				n,
				r,
				c;

	take_margins(t, margins, &m);
	if (m.rows < 2)
		return NAN;
	if (m.columns < 2)
		return 0;
	n = m.total;
	phi = independence(t, &m, DM_PEARSON, correction) / n;
	r = (double) m.rows - 1;
	c = (double) m.columns - 1;
	phi = fmax(phi - r * c / (n - 1), 0);
	r -= r * r / (n - 1);
	c -= c * c / (n - 1);
	/* so few counts that the corrected degrees of freedom vanish */
	if (!(fmin(r, c) > 0))
		return NAN;
	return fmin(sqrt(phi / fmin(r, c)), 1);
}
