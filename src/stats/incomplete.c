/*
 * incomplete.c - incomplete gamma and beta functions for every size of
 * argument by one method: Gauss-Legendre quadrature from the point outwards.
 *
 * With t = x e^(-u) the lower tail of the gamma distribution is
 *
 *	 x^a e^-x / Gamma(a) * integral over u > 0 of exp(-(a - x) u - x psi(-u))
 *
 * where psi(u) = e^u - 1 - u, and the upper tail has t = x e^u and the signs
 * changed.  The tail of the beta distribution has the same form in the logit
 * of t, with (a + b) kappa(u) for x psi, kappa being the cumulant generating
 * function of a centred Bernoulli variable.  The integrands are positive and
 * their logarithms concave: nothing cancels, whatever the parameters, and the
 * number of points does not grow with them.  Factors are computed by their
 * deviance, after Loader, "Fast and accurate computation of binomial
 * probabilities" (2000).  The change of variable is the one of Temme, "The
 * asymptotic expansion of the incomplete gamma functions" (1979), integrated
 * instead of expanded.
 */
#include <float.h>
#include <math.h>

#include "stats/incomplete.h"

#define TWO_PI 6.283185307179586477
#define NODES 10
#define MAX_DROP 24.0			/* of the integrand's logarithm over one panel */
#define MAX_BEND 6.0			/* its departure from a straight line */
#define STRAIGHT 1e-13			/* a bend that quadrature cannot see */
#define BEND_WIDTH 4.0			/* widest panel that is not straight */
#define CUT 45.0				/* e^-45 of the largest value is nothing */
#define MAX_PANELS 5000

/* The right half of the Gauss-Legendre rule of 20 points (DLMF 3.5). */
static const double node[NODES] = {
	0.076526521133497333755, 0.22778585114164507808, 0.37370608871541956067,
	0.510867001950827098, 0.63605368072651502545, 0.74633190646015079261,
	0.83911697182221882339, 0.91223442825132590587, 0.96397192727791379127,
	0.99312859918509492479,
};
static const double weight[NODES] = {
	0.1527533871307258507, 0.14917298647260374679, 0.14209610931838205133,
	0.1316886384491766269, 0.11819453196151841731, 0.10193011981724043504,
	0.083276741576704748725, 0.06267204833410906357, 0.040601429800386941331,
	0.017614007139152118312,
};

typedef enum Curve
{
	POISSON_UP,
	POISSON_DOWN,
	BERNOULLI
} Curve;

/* x, y, a and b of the point; slope is minus the derivative at u = 0. */
typedef struct Integrand
{
	Curve		curve;
	double		slope;
	double		a;
	double		b;
	double		x;
	double		y;
	double		log_x;
} Integrand;

/* log(n!) - log(sqrt(2 pi n) (n/e)^n), for any n > 0 (DLMF 5.11.1). */
double
dm_stirling_error(double n)
{
	double		sum = 0;
	double		nn,
				tail;

	/* log Gamma(n + 1) = log Gamma(n + 2) - log(n + 1) */
	for (; n < 15; n += 1)
		sum += (n + 0.5) * log1p(1 / n) - 1;
	nn = n * n;
	tail = 1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 / nn) / nn;
	return sum + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - tail / nn) / nn) / nn) / n;
}

/* z - log(1 + z), which is never negative */
double
dm_log1p_gap(double z)
{
	double		v,
				vv,
				term,
				sum = 0;
	int			k;

	if (z < -0.5 || z > 1)
		return z - log1p(z);
	v = z / (2 + z);
	vv = v * v;
	term = v * vv;
	for (k = 3; k < 60; k += 2)
	{
		double		next = sum + term / k;

		if (next == sum)
			break;
		sum = next;
		term *= vv;
	}
	return z * v - 2 * sum;
}

/* e^u - 1 - u for small u, which is never negative */
static double
exp_gap(double u)
{
	double		sum = 1;
	int			k;

	for (k = 14; k > 2; k--)
		sum = 1 + sum * u / k;
	return u * u / 2 * sum;
}

/* Near the point the slope is apart, lest large terms cancel. */
static double
log_integrand_near(const Integrand *f, double u)
{
	double		curve;

	if (f->curve != BERNOULLI)
		curve = f->x * exp_gap(f->curve == POISSON_UP ? u : -u);
	else if (f->x <= 0.5)
		curve = (f->a + f->b) * (f->x * exp_gap(-u) - dm_log1p_gap(f->x * expm1(-u)));
	else
		curve = (f->a + f->b) * (f->y * exp_gap(u) - dm_log1p_gap(f->y * expm1(u)));
	return -f->slope * u - curve;
}

/* Far from it the whole is a line at last, and its own slope must not cancel. */
static double
log_integrand(const Integrand *f, double u)
{
	if (u <= 0.5)
		return log_integrand_near(f, u);
	if (f->curve == POISSON_UP)
		return f->a * u - (u < 700 ? f->x * expm1(u) : exp(u + f->log_x));
	if (f->curve == POISSON_DOWN)
		return -f->a * u - f->x * expm1(-u);
	if (f->x <= 0.5)
		return -f->a * u - (f->a + f->b) * log1p(f->x * expm1(-u));
	if (u < 700)
		return f->b * u - (f->a + f->b) * log1p(f->y * expm1(u));
	return -f->a * u - (f->a + f->b) * log(f->y + f->x * exp(-u));
}

/* The widest panel from u on that the rule integrates to rounding. */
static double
panel_width(const Integrand *f, double u, double value, double width, double *end)
{
	for (;;)
	{
		double		middle = log_integrand(f, u + width / 2);
		double		bend;

		*end = log_integrand(f, u + width);
		bend = fabs(value - 2 * middle + *end);
		if (fabs(*end - value) <= MAX_DROP &&
			bend <= (width > BEND_WIDTH ? STRAIGHT : MAX_BEND))
			return width;
		width /= 2;
		if (!(u + width > u))
			return width;
	}
}

static double
panel_sum(const Integrand *f, double u, double width)
{
	double		half = width / 2;
	double		sum = 0;
	int			i;

	for (i = NODES - 1; i >= 0; i--)
		sum += weight[i] * (exp(log_integrand(f, u + half * (1 + node[i]))) +
							exp(log_integrand(f, u + half * (1 - node[i]))));
	return sum * half;
}

/* The integral over all u > 0 */
static double
integrate(const Integrand *f, double variance)
{
	double		sum = 0;
	double		u = 0;
	double		value = 0;
	double		largest = 0;
	double		width = fmin(MAX_DROP / fabs(f->slope), 5 / sqrt(variance));
	int			i;

	width = fmin(fmax(width, 1e-300), 1e305);
	for (i = 0; i < MAX_PANELS; i++)
	{
		double		end;

		width = panel_width(f, u, value, width, &end);
		sum += panel_sum(f, u, width);
		u += width;
		largest = fmax(largest, end);
		if (end < value && end < largest - CUT)
			break;
		value = end;
		width *= 2;
	}
	return sum;
}

DmGammaPoint
dm_gamma_point(double a, double x, double scale)
{
	DmGammaPoint p = {a, x / scale, log(x) - log(scale), fma(-a, scale, x) / scale};

	return p;
}

/*
 * Minus a times dm_log1p_gap(z), where 1 + z = x / mean.  Near -1 z has lost
 * the digits of that ratio, and the ratio may be below the range of double.
 */
static double
minus_deviance(double a, double z, double x, double mean, double log_x)
{
	if (z > -0.5)
		return -a * dm_log1p_gap(z);
	if (x > 1e-290 && mean > 1e-290)
		return a * (log(x / mean) - z);
	return a * (log_x - log(mean) - z);
}

double
dm_gamma_log_factor(const DmGammaPoint *p)
{
	double		a = p->a;

	return minus_deviance(a, p->excess / a, p->x, a, p->log_x) -
		dm_stirling_error(a) + 0.5 * log(a / TWO_PI);
}

DmTail
dm_gamma_lower(const DmGammaPoint *p)
{
	Integrand	f = {POISSON_DOWN, -p->excess, p->a, 0, p->x, 0, p->log_x};
	DmTail		t = {dm_gamma_log_factor(p), integrate(&f, p->x)};

	return t;
}

DmTail
dm_gamma_upper(const DmGammaPoint *p)
{
	Integrand	f = {POISSON_UP, p->excess, p->a, 0, p->x, 0, p->log_x};
	DmTail		t = {dm_gamma_log_factor(p), integrate(&f, p->x)};

	return t;
}

static double
tail_value(DmTail t)
{
	return fmin(exp(t.log_factor) * t.integral, 1);
}

/* From a tail that is at most 1/2 the other follows without loss. */
double
dm_gamma_lower_value(const DmGammaPoint *p)
{
	if (p->log_x == -INFINITY)
		return 0;
	if (p->excess <= 0)
		return tail_value(dm_gamma_lower(p));
	/* the mean is not below the median */
	return 1 - tail_value(dm_gamma_upper(p));
}

double
dm_gamma_upper_value(const DmGammaPoint *p)
{
	double		other;

	if (p->log_x == -INFINITY)
		return 1;
	if (p->excess < 0)
	{
		other = tail_value(dm_gamma_lower(p));
		/* from 1 up the lower tail is at most 1 - 1/e here, and the integral below may be huge */
		if (other <= 0.5 || p->a >= 1)
			return 1 - other;
	}
	return tail_value(dm_gamma_upper(p));
}

/* a - a x - b x with its rounding errors */
static double
beta_drift(double a, double b, double x)
{
	double		ax = a * x;
	double		bx = b * x;
	double		low = -fma(a, x, -ax) - fma(b, x, -bx);
	double		s = a - ax;
	double		t = s - bx;
	double		back = s - a;

	low += (a - (s - back)) + (-ax - back);
	back = t - s;
	low += (s - (t - back)) + (-bx - back);
	return t + low;
}

DmBetaPoint
dm_beta_point(double a, double b, double x)
{
	DmBetaPoint p = {a, b, x, 1 - x, log(x), log1p(-x), beta_drift(a, b, x)};

	return p;
}

DmBetaPoint
dm_beta_point_f(double a, double b, double f, double log_f, double f_minus_1)
{
	DmBetaPoint p = {a, b, 0, 0, 0, 0, 0};
	double		log_odds = log(a / b) + log_f;
	double		odds = f == 0 || isinf(f) ? exp(log_odds) : a / b * f;

	p.y = 1 / (1 + odds);
	p.x = isinf(odds) ? 1 : odds / (1 + odds);
	p.log_x = log_odds < 36 ? log_odds - log1p(odds) : -exp(-log_odds);
	p.log_y = log_odds < 36 ? -log1p(odds) : -log_odds;
	/* near the mean a y and b x cancel */
	p.drift = f < 1e9 ? -a * f_minus_1 * p.y : a * p.y - b * p.x;
	return p;
}

DmBetaPoint
dm_beta_swap(const DmBetaPoint *p)
{
	DmBetaPoint s = {p->b, p->a, p->y, p->x, p->log_y, p->log_x, -p->drift};

	return s;
}

double
dm_beta_log_factor(const DmBetaPoint *p)
{
	double		a = p->a;
	double		b = p->b;
	double		n = a + b;

	return minus_deviance(a, -p->drift / a, p->x, a / n, p->log_x) +
		minus_deviance(b, p->drift / b, p->y, b / n, p->log_y) +
		dm_stirling_error(n) - dm_stirling_error(a) - dm_stirling_error(b) +
		0.5 * log(fmin(a, b) / TWO_PI * (fmax(a, b) / n));
}

DmTail
dm_beta_lower(const DmBetaPoint *p)
{
	Integrand	f = {BERNOULLI, p->drift, p->a, p->b, p->x, p->y, p->log_x};
	DmTail		t = {dm_beta_log_factor(p), integrate(&f, (p->a + p->b) * p->x * p->y)};

	return t;
}

double
dm_beta_lower_value(const DmBetaPoint *p)
{
	DmBetaPoint s = dm_beta_swap(p);
	double		other;

	if (p->log_x == -INFINITY || p->log_y == -INFINITY)
		return p->log_x == -INFINITY ? 0 : 1;
	if (p->drift < 0)
	{
		other = tail_value(dm_beta_lower(&s));
		/* as with gamma; and without a y there is no other way */
		if (other <= 0.5 || p->b >= 1 || p->y < DBL_MIN)
			return 1 - other;
	}
	return tail_value(dm_beta_lower(p));
}
