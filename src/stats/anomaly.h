/*
 * anomaly.h - how surprising the next value of a series is, judged before any
 * later one is seen, from a state of fixed size.
 *
 * If what was seen so far is exchangeable, the next value is a new extreme
 * with probability 1/n: a record is its own p-value and needs no model and no
 * scale (Renyi 1962, Theorie des elements saillants).  Five views of the
 * series are asked for records; docs/online.md has the reasons.
 */
#ifndef DATAMON_STATS_ANOMALY_H
#define DATAMON_STATS_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

/* An alert is a score above this; for some points after one, above that one's score. */
#define DM_ANOMALY_THRESHOLD 1.95
#define DM_ANOMALY_HOLD 48

#define DM_ANOMALY_WINDOW 12	/* points of a short mean */
#define DM_ANOMALY_SLOTS 48		/* 24 hours of weekdays, 24 of weekends, UTC */
#define DM_ANOMALY_EPOCH 4000	/* records live for one to two epochs */
#define DM_ANOMALY_MOST 1e150	/* beyond it a square is no double */

typedef enum DmAnomalyView
{
	DM_VIEW_VALUE,				/* the value itself */
	DM_VIEW_SEASON,				/* less what is usual at this hour, where that explains half the variance */
	DM_VIEW_LEVEL,				/* less the mean of the last few hundred */
	DM_VIEW_MEAN,				/* mean of the last twelve */
	DM_VIEW_CHANGE,				/* mean step of the last twelve, each at most three times the usual */
	DM_VIEWS
} DmAnomalyView;

/* Extremes of the epoch under way [0] and of the one before [1]. */
typedef struct DmRecords
{
	double		high[2];
	double		low[2];
	uint32_t	n[2];
} DmRecords;

/* Mean and variance that forget, robust: what lies beyond four standard deviations counts as four. */
typedef struct DmTrailing
{
	double		mean;
	double		variance;
} DmTrailing;

typedef struct DmSeasonSlot
{
	double		mean;
	uint32_t	ms;				/* milliseconds seen in the slot, at most ten hours */
	uint32_t	n;				/* values: 0, 1, or 2 for more */
} DmSeasonSlot;

typedef struct DmAnomaly
{
	/* the answers */
	uint8_t		current;		/* was the last value one to use? Else it has no score, and is no alert. */
	double		score;
	uint8_t		alert;			/* is it one? */
	uint8_t		view;			/* which view gave most of it: DM_VIEWS where none did */
	uint8_t		high;			/* above what was seen, not below */
	uint64_t	used;
	uint64_t	unused;			/* NULL, not finite, too great */
	uint64_t	alerts;

	/* what they are made from */
	int64_t		last_at;		/* microseconds since 2000-01-01 UTC */
	double		last_value;
	double		step;			/* usual seconds from one to the next */
	double		held;			/* score of the last alert */
	uint32_t	since;			/* points since then, at most DM_ANOMALY_HOLD */
	uint32_t	in_window;
	uint32_t	changes_in_window;
	uint32_t	seasonal;		/* values that had a season to be compared with */
	double		plain_variance; /* of those, around the mean, */
	double		season_variance;	/* and around their seasons */
	DmTrailing	slow;
	DmTrailing	local;
	DmTrailing	change;
	double		values[DM_ANOMALY_WINDOW];	/* oldest first */
	double		changes[DM_ANOMALY_WINDOW];
	DmRecords	records[DM_VIEWS];
	DmSeasonSlot slot[DM_ANOMALY_SLOTS];
} DmAnomaly;

extern void dm_anomaly_init(DmAnomaly *a);

/* Judges the value, then learns it; false where it is not used (and counted so). */
extern bool dm_anomaly_update(DmAnomaly *a, int64_t at, double value);

/* Counts a value that is not there. */
extern void dm_anomaly_skip(DmAnomaly *a);

/* What is usual at a time: of its hour where seasons help, else lately; NaN before the first value. */
extern double dm_anomaly_expected(const DmAnomaly *a, int64_t at);

/* Values that would score at most the threshold lie between; NaN: there is no such end. */
typedef struct DmBand
{
	double		expected;
	double		lower;
	double		upper;
} DmBand;

extern void dm_anomaly_band(const DmAnomaly *a, int64_t at, double threshold, DmBand *band);

/* Could updates have led here?  What cannot be is refused, so that no later update divides by it. */
extern bool dm_anomaly_valid(const DmAnomaly *a);

#endif							/* DATAMON_STATS_ANOMALY_H */
