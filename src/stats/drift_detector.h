/*
 * drift_detector.h - has the mean of a stream of errors, or of other numbers,
 * changed?  Asked after every few rows, answered from a state of fixed size.
 *
 * For every row at which a change may have happened, a Bayes factor weighs
 * "two means" against "one mean"; their sum is the e-detector of Shiryaev and
 * Roberts (Shin, Ramdas, Rinaldo 2023, E-detectors, arXiv 2203.03532): under
 * no change the expected number of rows up to an alarm is at least the
 * threshold, however often one looks.  Errors may rise or fall.
 */
#ifndef DATAMON_STATS_DRIFT_DETECTOR_H
#define DATAMON_STATS_DRIFT_DETECTOR_H

#include <stdbool.h>
#include <stdint.h>

#define DM_DRIFT_ROWS 8			/* rows of the smallest bucket: one look for each */
#define DM_DRIFT_WIDTH 4		/* buckets of a size, before two are joined */
#define DM_DRIFT_LEVELS 28		/* sizes 8, 16, 32, ... */
#define DM_DRIFT_BEYOND 2		/* numbers far out that count for less: later ones are a change */
#define DM_DRIFT_MOST 1e140		/* of sums of squares there must be doubles, too */

/* Rows up to a false alarm, where none are asked for; and the fewest one may ask for. */
#define DM_DRIFT_RUN_OF_ERRORS 1e6
#define DM_DRIFT_RUN_OF_NUMBERS 1e5
#define DM_DRIFT_LEAST_RUN 100.0

typedef struct DmDriftBucket
{
	double		sum;			/* of what exceeds the origin */
	double		squares;
} DmDriftBucket;

typedef struct DmDrift
{
	uint64_t	used;
	uint64_t	unused;
	uint64_t	drifts;
	uint8_t		detected;		/* by the last row */
	uint8_t		numeric;		/* some value was neither 0 nor 1 */
	uint8_t		above;			/* the last numbers, so many, were far above the others, or far below */
	uint8_t		beyond;

	/* the last change found: rows count from 1 */
	uint64_t	change_row;		/* the first row after it, about */
	uint64_t	found_row;
	double		before;
	double		after;

	double		run_length;		/* rows up to a false alarm, on average, at least; 0: the usual ones */

	/* what they are made from: rows since the last change */
	double		origin;
	double		evidence;		/* log of the sum of Bayes factors at the last look */
	uint32_t	waiting;		/* rows that are no bucket yet */
	DmDriftBucket last;			/* of those */
	uint32_t	n[DM_DRIFT_LEVELS];
	DmDriftBucket bucket[DM_DRIFT_LEVELS][DM_DRIFT_WIDTH + 1];	/* oldest first */

	/* of all buckets: follows from them, and is no part of the state */
	double		rows;
	DmDriftBucket total;
} DmDrift;

extern void dm_drift_init(DmDrift *d, double run_length);

/* After a state was read: what follows from it. */
extern void dm_drift_restore(DmDrift *d);

/* Takes one error (0 or 1) or number; false where it is not used. */
extern bool dm_drift_update(DmDrift *d, double value);

/* Counts a value that is not there. */
extern void dm_drift_skip(DmDrift *d);

/* Could updates have led here? */
extern bool dm_drift_valid(const DmDrift *d);

#endif							/* DATAMON_STATS_DRIFT_DETECTOR_H */
