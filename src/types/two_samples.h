/*
 * two_samples.h - what other C files may ask of two_samples.
 *
 * Packed form: docs/types.md.  Working form, inside aggregates only: the
 * values in the order they came, reference from the front of one array and
 * current from its back, so that the two sides share what room there is.
 */
#ifndef DATAMON_TYPES_TWO_SAMPLES_H
#define DATAMON_TYPES_TWO_SAMPLES_H

#include "utils/expandeddatum.h"

#include "base/wire.h"
#include "stats/samples.h"

#define TS_TYPE_NAME "two_samples"

/* Index of a side: as is_reference says. */
#define DM_CURRENT 0
#define DM_REFERENCE 1
#define DM_SIDES 2

/* Why a row of a side has no value that counts. */
typedef enum DmUnused
{
	DM_UNUSED_NULL,				/* value or weight is */
	DM_UNUSED_NAN,
	DM_UNUSED_NEG_INF,
	DM_UNUSED_POS_INF,
	DM_UNUSED_REASONS
} DmUnused;

/*
 * What an aggregate over rows was told beside them; all zero: nothing.  Only
 * its state has some, which may come packed from another node.
 */
typedef struct DmSampleOptions
{
	char		bins[24];
	char		empty[40];
	double		floor;
	double		base;
} DmSampleOptions;

typedef struct DmTwoSamples
{
	DmHeader	header;
	int64		next[DM_SIDES];	/* slot that the next value of a side goes to */
	int64		room;			/* slots */
	uint64		unused[DM_SIDES][DM_UNUSED_REASONS];
	uint64		unassigned;		/* rows that say no side */
	int64		weighted;		/* 1: a slot is a value and its weight, else a value */
	DmSampleOptions options;
	double		slot[FLEXIBLE_ARRAY_MEMBER];
} DmTwoSamples;

/* A state that is large: see two_samples_large.c. */
typedef struct DmLargeSamples
{
	ExpandedObjectHeader header;
	DmTwoSamples *w;
} DmLargeSamples;

extern const ExpandedObjectMethods dm_large_samples_methods;

/* What a datum refers to if it is a large state, to be changed or not; else NULL. */
static inline DmLargeSamples *
dm_large_samples(const void *datum)
{
	varatt_expanded pointer;

	if (!VARATT_IS_EXTERNAL_EXPANDED(datum))
		return NULL;
	memcpy(&pointer, VARDATA_EXTERNAL(datum), sizeof(pointer));
	if (pointer.eohptr->eoh_methods != &dm_large_samples_methods)
		return NULL;
	return (DmLargeSamples *) pointer.eohptr;
}

/* dm_getarg, without a copy of a large state: the caller changes nothing. */
extern struct varlena *dm_two_samples_getarg(FunctionCallInfo fcinfo, int n);

/* The rows of one side. */
typedef struct DmSideCounts
{
	uint64		n;
	uint64		unused[DM_UNUSED_REASONS];
} DmSideCounts;

/* Both sides of a value of either form, sorted, palloc'd. */
typedef struct DmSamplePair
{
	DmSample	side[DM_SIDES];
	DmSideCounts counts[DM_SIDES];
	uint64		unassigned;
	bool		weighted;		/* some weight is not 1 */
	DmSampleOptions options;
} DmSamplePair;

extern void dm_two_samples_read(const struct varlena *value, DmSamplePair *out);

/* The values as they came, of a working form without weights; else false. */
extern bool dm_two_samples_rows(const struct varlena *value, DmSample *side);

extern void dm_two_samples_counts(const struct varlena *value, DmSamplePair *out);

/* For the aggregates: "state" NULL at first; the result replaces it (rule R7). */
extern DmTwoSamples *dm_two_samples_new(void);
extern DmTwoSamples *dm_two_samples_grow(const DmTwoSamples *w, uint64 more, bool weighted);

/* The same for the state of an aggregate's transition function, one row at a time. */
extern Datum dm_two_samples_more(FunctionCallInfo fcinfo, Datum state, DmTwoSamples **w,
								 bool weighted);

extern struct varlena *dm_two_samples_merge(struct varlena *state, const struct varlena *value);

static inline bool
dm_has_options(const DmSampleOptions *options)
{
	static const DmSampleOptions none = {{0}};

	return memcmp(options, &none, sizeof(none)) != 0;
}

/* What an aggregate was told must be the same in every row. */
extern void dm_two_samples_set_options(DmTwoSamples *w, const DmSampleOptions *options);

#endif							/* DATAMON_TYPES_TWO_SAMPLES_H */
