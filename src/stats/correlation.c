/*
 * correlation.c - correlation and simple linear regression from exact sums.
 */
#include "stats/correlation.h"

#include <math.h>

#include "stats/special.h"
#include "stats/vector.h"

bool
dm_pair_sums_add(DmExactSum *const *sum, const double *x, const double *y, int n)
{
	DmRange		range;
	int			i;

	dm_vector_range(x, n, &range);
	if (!dm_vector_sums(sum[0], sum[2], x, n, &range))
		return false;
	dm_vector_range(y, n, &range);
	if (!dm_vector_sums(sum[1], sum[3], y, n, &range))
		return false;
	for (i = 0; i < n; i++)
		if (!dm_sum_add_product(sum[4], x[i], y[i]))
			return false;
	return true;
}

void
dm_correlate(const DmLong *a, const DmLong *b, const DmLong *c, uint64_t n, DmCorrelation *out)
{
	DmLong		ab;
	DmLong		cc;
	DmLong		rest;
	DmScaled	spread;

	out->r = out->unexplained = out->p_value = NAN;
	if (a->n == 0 || b->n == 0)
		return;
	dm_long_multiply(&ab, a, b);
	dm_long_multiply(&cc, c, c);
	dm_long_add(&rest, &ab, &cc, -1);
	spread = dm_long_round(&ab);
	out->r = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(c), dm_scaled_root(spread)));
	if (rest.n == 0)
		out->r = copysign(1, out->r);
	out->unexplained = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&rest), spread));
	if (n > 2)
		out->p_value = dm_beta_p(((double) n - 2) / 2, 0.5, out->unexplained);
	else
		out->p_value = 1;
}

void
dm_pearson(const DmPairSums *s, DmCorrelation *out)
{
	DmLong		a;
	DmLong		b;
	DmLong		c;

	dm_long_covariance(&a, s->xx, s->x, s->x, s->n);
	dm_long_covariance(&b, s->yy, s->y, s->y, s->n);
	dm_long_covariance(&c, s->xy, s->x, s->y, s->n);
	dm_correlate(&a, &b, &c, s->n, out);
}

bool
dm_pearson_interval(const DmPairSums *s, double confidence, double *low, double *high)
{
	DmCorrelation c;
	double		z;
	double		half;

	dm_pearson(s, &c);
	if (isnan(c.r) || s->n < 4)
		return false;
	/* atanh(r), where 1 - |r| may be small */
	z = copysign(log1p(fabs(c.r)) - log(c.unexplained) / 2, c.r);
	half = dm_normal_quantile(0.5 + confidence / 2) / sqrt((double) s->n - 3);
	*low = tanh(z - half);
	*high = tanh(z + half);
	return true;
}

double
dm_pair_covariance(const DmPairSums *s, int ddof)
{
	DmLong		c;
	DmScaled	v;
	double		divisor = (double) s->n - ddof;

	if (divisor <= 0)
		return NAN;
	dm_long_covariance(&c, s->xy, s->x, s->y, s->n);
	v = dm_scaled_quotient(dm_long_round(&c), dm_scaled((double) s->n * divisor));
	return dm_scaled_to_double(v);
}

/* (Sy Sxx - Sx Sxy) / a */
static DmScaled
intercept(const DmPairSums *s, DmScaled a)
{
	DmLong		p;
	DmLong		q;
	DmLong		first;
	DmLong		second;

	dm_long_from_sum(&p, s->y);
	dm_long_from_sum(&q, s->xx);
	dm_long_multiply(&first, &p, &q);
	dm_long_from_sum(&p, s->x);
	dm_long_from_sum(&q, s->xy);
	dm_long_multiply(&second, &p, &q);
	dm_long_add(&first, &first, &second, -1);
	return dm_scaled_quotient(dm_long_round(&first), a);
}

/*
 * With a = n Sxx - Sx^2 and so on, the slope's error is the root of
 * (a b - c^2) / (n - 2) over a; the intercept's is that times the root of
 * Sxx / n: Draper and Smith, "Applied Regression Analysis" (1998), ch. 1.
 */
void
dm_linear_regression(const DmPairSums *s, DmLine *out)
{
	DmLong		a;
	DmLong		b;
	DmLong		c;
	DmLong		rest;
	DmScaled	spread;
	DmScaled	error;

	out->slope = out->intercept = out->slope_stderr = out->intercept_stderr = NAN;
	dm_long_covariance(&a, s->xx, s->x, s->x, s->n);
	dm_long_covariance(&b, s->yy, s->y, s->y, s->n);
	dm_long_covariance(&c, s->xy, s->x, s->y, s->n);
	dm_correlate(&a, &b, &c, s->n, &out->correlation);
	if (a.n == 0)
		return;
	spread = dm_long_round(&a);
	out->slope = dm_scaled_to_double(dm_scaled_quotient(dm_long_round(&c), spread));
	out->intercept = dm_scaled_to_double(intercept(s, spread));
	if (s->n < 3)
		return;
	dm_long_multiply(&rest, &a, &b);
	dm_long_multiply(&b, &c, &c);
	dm_long_add(&rest, &rest, &b, -1);
	error = dm_scaled_quotient(dm_long_round(&rest), dm_scaled((double) (s->n - 2)));
	error = dm_scaled_quotient(dm_scaled_root(error), spread);
	out->slope_stderr = dm_scaled_to_double(error);
	dm_long_from_sum(&rest, s->xx);
	error = dm_scaled_product(error, dm_scaled_root(dm_scaled_quotient(dm_long_round(&rest),
																	   dm_scaled((double) s->n))));
	out->intercept_stderr = dm_scaled_to_double(error);
}
