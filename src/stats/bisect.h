/*
 * bisect.h - where a probability of counts passes a level, on a side of its
 * mode: what the exact two-sided tests have in common.
 */
#ifndef DATAMON_BISECT_H
#define DATAMON_BISECT_H

#include <math.h>
#include <stdbool.h>

typedef double (*DmCountProbability) (const void *of, double k);

/*
 * Between from and to, outcomes are ever more (rising) or less probable.  The
 * last that is no more probable than d, on a rise; the first, on a fall.
 */
static inline double
dm_bisect_counts(double from, double to, DmCountProbability pmf, const void *of, double d,
				 bool rising)
{
	while (to - from > 1)
	{
		double		middle = floor(from / 2 + to / 2);

		if (middle <= from)
			middle = from + 1;
		if (middle <= from || middle >= to)
			break;				/* above 2^53, where not every count is a double */
		if ((pmf(of, middle) <= d) == rising)
			from = middle;
		else
			to = middle;
	}
	return rising ? from : to;
}

#endif							/* DATAMON_BISECT_H */
