/*
 * mmd.h - maximum mean discrepancy of two samples of vectors.
 *
 * Gretton, Borgwardt, Rasch, Schoelkopf and Smola, "A kernel two-sample test",
 * J. Mach. Learn. Res. 13 (2012).  The kernel is exp(-|x - y|^2 / (2 sigma^2)).
 */
#ifndef DATAMON_MMD_H
#define DATAMON_MMD_H

#include <stddef.h>
#include <stdint.h>

typedef struct DmMmdInput
{
	const double *vector;		/* the n of the reference, then the m current ones */
	size_t		n;
	size_t		m;
	size_t		dimension;
	double		sigma;			/* NaN: the median heuristic */
	int			permutations;
	uint64_t	seed;
	double	   *room;			/* dm_mmd_room() doubles */
	void		(*pause) (void);	/* called now and then; may be NULL */
} DmMmdInput;

typedef struct DmMmd
{
	double		statistic;		/* squared, the unbiased estimate: may be below 0 */
	double		biased;			/* root of the biased estimate: from 0 to root 2 */
	double		p_value;		/* (k + 1) / (permutations + 1) */
	double		sigma;
} DmMmd;

extern size_t dm_mmd_room(size_t rows, size_t dimension);

/*
 * Undefined, all NaN, where a sample has fewer than two vectors.  The same
 * vectors in the same order and the same seed give the same result.
 *
 * The median heuristic: 2 sigma^2 is the (lower) median of the squared
 * distances of all pairs of the pooled sample, or their mean where that is 0.
 * It does not ask which sample a vector is of, so the permutations stay exact.
 */
extern DmMmd dm_mmd(const DmMmdInput *in);

#endif							/* DATAMON_MMD_H */
