/*
 * two_samples_internal.h - a two_samples unpacked, between its bytes and its text.
 */
#ifndef DATAMON_TYPES_TWO_SAMPLES_INTERNAL_H
#define DATAMON_TYPES_TWO_SAMPLES_INTERNAL_H

#include "base/json.h"
#include "types/two_samples.h"

/* One side as it is packed: entries ascend by value and weight, without repetition. */
typedef struct DmSamplesSide
{
	uint64		n;				/* rows */
	uint64		unused[DM_UNUSED_REASONS];
	size_t		entries;
	double	   *value;			/* with room for one more */
	double	   *weight;			/* NULL: all 1 */
	uint64	   *count;			/* NULL: all 1 */
} DmSamplesSide;

typedef struct DmSamplesContent
{
	uint64		unassigned;
	bool		weighted;
	DmSampleOptions options;
	DmSamplesSide side[DM_SIDES];
} DmSamplesContent;

/* Options, in two_samples_options.c. */
extern void dm_two_samples_write_options(StringInfo buf, const DmSampleOptions *o);
extern bool dm_two_samples_read_options(DmReader *r, DmSampleOptions *o);
extern void dm_two_samples_print_options(StringInfo buf, const DmSampleOptions *o);
extern void dm_two_samples_parse_options(DmJson *j, DmSampleOptions *o);

pg_noreturn extern void dm_two_samples_too_many(void);

extern double *dm_two_samples_doubles(size_t n); /* palloc'd */

/* Whether no count, and no sum of them, is more than a bigint. */
extern bool dm_two_samples_counts_fit(const DmSamplesContent *c);

/* Of a packed form; an error if it is none. */
extern void dm_two_samples_content(const struct varlena *packed, DmSamplesContent *c);
extern struct varlena *dm_two_samples_write(const DmSamplesContent *c);

/* A state's copy without the room it does not use, into as many bytes. */
extern Size dm_two_samples_compact_size(const DmTwoSamples *w);
extern void dm_two_samples_compact(const DmTwoSamples *w, void *result);

/* A palloc'd state of twice the room; the old one is gone. */
extern DmTwoSamples *dm_two_samples_extend(DmTwoSamples *w);

/* What a DmType wants. */
extern bool dm_two_samples_valid(const struct varlena *packed);
extern struct varlena *dm_two_samples_pack(const struct varlena *working);

#endif							/* DATAMON_TYPES_TWO_SAMPLES_INTERNAL_H */
