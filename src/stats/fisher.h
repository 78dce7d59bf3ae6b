/*
 * fisher.h - Fisher's exact test of 2 x 2 and larger tables.
 */
#ifndef DATAMON_FISHER_H
#define DATAMON_FISHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/contingency.h"

typedef enum DmAlternative
{
	DM_TWO_SIDED,
	DM_LESS,
	DM_GREATER
} DmAlternative;

/* 'two-sided', 'less', 'greater'; false if it is none. */
extern bool dm_alternative_parse(const char *text, DmAlternative *out);

/* Of the table (a b; c d): a d / (b c), infinite where b c is 0, NaN where a margin is. */
extern double dm_odds_ratio(const double *cell);

/*
 * The chance, given the margins, of an a no larger, no smaller, or (two-sided)
 * of a table no more probable than this one.  1 where a margin is 0; NaN where
 * there are more than DM_FISHER_MAX_2X2: tables next to each other would be one
 * to a double, and their number has no end.
 */
#define DM_FISHER_MAX_2X2 9007199254740992.0

extern double dm_fisher_2x2(const double *cell, DmAlternative alternative);

/* What the rest of a table can still contribute; by key, 0 is free. */
typedef struct DmFisherNode
{
	uint64_t	key;
	double		most;
	double		least;
} DmFisherNode;

/* Room that the caller gives; n is the sum of all counts. */
typedef struct DmFisherRoom
{
	double	   *log_factorial;	/* n + 1 */
	double	   *margins;		/* 4 * (rows + columns) */
	DmFisherNode *node;			/* all zero */
	size_t		nodes;			/* a power of two */
	void		(*pause) (void);	/* called now and then; may be NULL */
} DmFisherRoom;

/* No larger sum of counts is tried, and no more steps. */
#define DM_FISHER_MAX_N 1000000
#define DM_FISHER_MAX_STEPS 100000000

/* The walk calls itself for every cell of the table: some 2 MB of stack. */
#define DM_FISHER_MAX_DEPTH 10000

/* A number of nodes that is likely to do, a power of two. */
extern size_t dm_fisher_nodes(const DmTable *t);

/*
 * Freeman and Halton's test of any table (Biometrika 38, 1951): the chance of
 * a table no more probable than this one, to 1 part in 10^7 as in R's
 * fisher.test.  False where it would take too long or too much room.
 */
extern bool dm_fisher_exact(const DmTable *t, const DmFisherRoom *room, double *p_value);

#endif							/* DATAMON_FISHER_H */
