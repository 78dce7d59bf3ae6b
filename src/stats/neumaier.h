/*
 * neumaier.h - a sum of doubles that keeps what each addition rounds away.
 *
 * Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen", ZAMM 54 (1974).  For sums in a fixed order; a sum that must not
 * depend on order is a DmExactSum.
 */
#ifndef DATAMON_STATS_NEUMAIER_H
#define DATAMON_STATS_NEUMAIER_H

#include <math.h>

typedef struct DmNeumaier
{
	double		sum;
	double		lost;
} DmNeumaier;

static inline void
dm_neumaier_add(DmNeumaier *s, double x)
{
	double		t = s->sum + x;

	if (fabs(s->sum) >= fabs(x))
		s->lost += (s->sum - t) + x;
	else
		s->lost += (x - t) + s->sum;
	s->sum = t;
}

static inline double
dm_neumaier_value(const DmNeumaier *s)
{
	return s->sum + s->lost;
}

#endif							/* DATAMON_STATS_NEUMAIER_H */
