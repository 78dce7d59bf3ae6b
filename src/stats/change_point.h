/*
 * change_point.h - when did a series change, and how?
 *
 * Looking back over a window of values, four kinds of change are weighed
 * against none, in nats, each at its best place: docs/online.md.
 */
#ifndef DATAMON_STATS_CHANGE_POINT_H
#define DATAMON_STATS_CHANGE_POINT_H

#include <stdbool.h>
#include <stddef.h>

#define DM_CHANGE_LEAST 12		/* values without which nothing is said */

typedef enum DmChangeKind
{
	DM_CHANGE_NONE,
	DM_CHANGE_SPIKE,			/* one to three values, then back */
	DM_CHANGE_SHIFT,			/* another mean from there on */
	DM_CHANGE_TREND,			/* a slope from there on */
	DM_CHANGE_VARIANCE,			/* another spread from there on */
	DM_CHANGE_KINDS
} DmChangeKind;

typedef struct DmChangePoint
{
	DmChangeKind kind;			/* the likeliest */
	double		confidence;		/* that there is a change at all */
	size_t		at;				/* first value after it, from 0 */
	size_t		low;			/* 95 % of the chances lie in low..high */
	size_t		high;
	double		before;			/* means; of a spike: of all else, and of the spike */
	double		after;
	double		before_stddev;	/* NaN of a single value */
	double		after_stddev;
} DmChangePoint;

/* Room for so many doubles. */
#define DM_CHANGE_ROOM(n) (5 * (n))

/* Finite values up to 1e150; false where there are too few. */
extern bool dm_change_point(const double *x, size_t n, double *room, DmChangePoint *c);

#endif							/* DATAMON_STATS_CHANGE_POINT_H */
