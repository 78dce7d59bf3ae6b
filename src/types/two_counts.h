/*
 * two_counts.h - what other C files may ask of two_counts: the value_counts of
 * a reference and of a current sample.
 *
 * Packed form: docs/types.md.  Working form, inside aggregates only: the struct
 * below, followed by the working forms of both sides.
 */
#ifndef DATAMON_TYPES_TWO_COUNTS_H
#define DATAMON_TYPES_TWO_COUNTS_H

#include "base/wire.h"

#define TWO_COUNTS_TYPE_NAME "two_counts"

typedef enum DmSample
{
	DM_REFERENCE,
	DM_CURRENT,
	DM_SAMPLES
} DmSample;

typedef struct DmTwoCounts
{
	DmHeader	header;
	uint64		unflagged;		/* rows of neither sample */
	uint32		offset[DM_SAMPLES];	/* from the start of the struct */
	uint32		unused[2];
} DmTwoCounts;

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmTwoCounts *dm_two_counts_working(const struct varlena *state);

/* Count a value, NULL for a NULL, so many times. */
extern DmTwoCounts *dm_two_counts_add(DmTwoCounts *w, DmSample sample, const char *value,
									  size_t len, uint64 count);

/* The value_counts of a side, in whichever form, and the rows of neither. */
extern const struct varlena *dm_two_counts_side(const struct varlena *state, DmSample sample);
extern uint64 dm_two_counts_unflagged(const struct varlena *state);

#endif							/* DATAMON_TYPES_TWO_COUNTS_H */
