/*
 * significant.c - doubles rounded to so many significant bits, a column at a time.
 */
#include "stats/significant.h"

#include "stats/vectorise.h"

DM_VECTOR void
dm_vector_significant(double *x, int n, int bits)
{
	int			i;

	if (bits >= DM_ALL_BITS)
		return;
	for (i = 0; i < n; i++)
		x[i] = dm_significant(x[i], bits);
}
