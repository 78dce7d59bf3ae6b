/*
 * root_cause.h - the smallest set of segments that explains a change.
 *
 * The change is given leaf by leaf: a leaf names a value in every dimension, and
 * has what was counted and what was expected, or a rate now and before.  A
 * cause is a cell: values in some of the dimensions.  docs/root_cause.md
 * has the model and the search; here is what a caller has to know.
 */
#ifndef DATAMON_STATS_ROOT_CAUSE_H
#define DATAMON_STATS_ROOT_CAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DM_RC_DIMENSIONS 12
#define DM_RC_CAUSES 32

/* Leaves times cuboids that a search looks at in one pass, unless fewer dimensions than two go together. */
#define DM_RC_WORK 10000000.0

/* What is added up over the leaves of a cell. */
enum
{
	DM_RC_CONTRIBUTION,			/* to the change */
	DM_RC_FEATURES = 15
};

typedef struct DmLeaves
{
	int			n;				/* leaves */
	int			d;				/* dimensions, at most DM_RC_DIMENSIONS */
	const int32_t *code;		/* of leaf j in dimension k: code[j * d + k], below card[k] */
	const int32_t *card;
	const double *actual;		/* counts or sums, now; of rates: events now */
	const double *expected;		/* and as expected; of rates: events before */
	const double *trials;		/* of rates: out of how many, now; else NULL */
	const double *reference_trials; /* and before */
	const double *dispersion;	/* of counts: variance over mean that is known, or NULL */
} DmLeaves;

typedef struct DmCauseOptions
{
	int			most_causes;	/* 1 .. DM_RC_CAUSES */
	int			most_layers;	/* dimensions that go together in a cause */
	double		least_share;	/* of the change, of a cause */
	void		(*check) (void);	/* called now and then; may not return; may be NULL */
} DmCauseOptions;

typedef struct DmCause
{
	uint32_t	dimensions;		/* bits of the dimensions it names */
	int			leaf;			/* one that lies in it, and so has its values */
	int			leaves;
	double		contribution;	/* of its leaves that no cause before it has */
	double		gain;			/* of log-likelihood, in nats */
	double		net;			/* the gain less what it costs to name it */
} DmCause;

typedef struct DmCauses
{
	int			n;
	DmCause		cause[DM_RC_CAUSES];
	double		change;			/* the sum of all contributions */
	double		dispersion;		/* of rates: one factor; of counts: that of the middle leaf */
	int			layers;			/* that were searched */
} DmCauses;

/* Bytes that dm_root_cause needs for leaves of this shape. */
extern size_t dm_root_cause_memory(const DmLeaves *leaves);

/*
 * Fills "result", and owner[] with the cause of each leaf, -1 where it has none.
 * "memory" is aligned for doubles.
 */
extern void dm_root_cause(const DmLeaves *leaves, const DmCauseOptions *options,
						  void *memory, int8_t *owner, DmCauses *result);

/* How many dimensions go together so that a pass stays within DM_RC_WORK. */
extern int	dm_root_cause_layers(int n, int d, int most);

#endif							/* DATAMON_STATS_ROOT_CAUSE_H */
