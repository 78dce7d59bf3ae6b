/*
 * gauss_legendre.c - points and weights of Gauss and Legendre on [0, 1].
 *
 * Roots of the Legendre polynomial by Newton's method from Tricomi's
 * approximation; Abramowitz and Stegun, 25.4.29 and 25.4.30.
 */
#include "stats/gauss_legendre.h"

#include <math.h>

/* P_n(x), and its derivative. */
static double
legendre(int n, double x, double *slope)
{
	double		before = 1;
	double		value = x;
	int			k;

	for (k = 2; k <= n; k++)
	{
		double		next = ((2 * k - 1) * x * value - (k - 1) * before) / k;

		before = value;
		value = next;
	}
	*slope = n * (x * value - before) / (x * x - 1);
	return value;
}

void
dm_gauss_legendre(int n, double *point, double *weight)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		/* of the lower half; the upper half mirrors it, and the middle is 0 */
		int			k = 2 * i < n ? i : n - 1 - i;
		double		x = 2 * k + 1 == n ? 0 : cos(3.14159265358979323846 * (k + 0.75) / (n + 0.5));
		double		slope;
		int			step;

		for (step = 0; step < 8; step++)
			x -= legendre(n, x, &slope) / slope;
		legendre(n, x, &slope);
		weight[i] = 1 / ((1 - x * x) * slope * slope);
		point[i] = k == i ? (1 - x) / 2 : (1 + x) / 2;
	}
}
