/*
 * number_pair.h - two samples of a number as functions get them: as two
 * histograms, or as one two_samples, which may be the state of an aggregate.
 */
#ifndef DATAMON_TYPES_NUMBER_PAIR_H
#define DATAMON_TYPES_NUMBER_PAIR_H

#include "stats/bins.h"
#include "stats/distance.h"
#include "types/test_result.h"
#include "types/two_samples.h"

typedef struct DmNumberPair
{
	DmBins		reference;
	DmBins		current;
	bool		binned;			/* some bin is more than a point */
	bool		weighted;
	int64		n[DM_SIDES];	/* rows */
	int64		unused[DM_SIDES];
	uint64		missing[DM_SIDES][DM_UNUSED_REASONS];	/* the same, one by one */
	int			args;			/* how many arguments the samples took */
	DmSampleOptions options;	/* of an aggregate */
} DmNumberPair;

extern void dm_get_numbers(FunctionCallInfo fcinfo, DmNumberPair *p);

/* An error if there are weights, that names "what" cannot have them. */
extern void dm_refuse_weights(const DmNumberPair *p, const char *what);

/* For what is defined of counts only */
extern void dm_get_unweighted(FunctionCallInfo fcinfo, const char *what, DmNumberPair *p);

/* Two histograms, not one two_samples? */
extern bool dm_takes_histograms(FunctionCallInfo fcinfo);

/* From a two_samples, before it becomes bins. */
extern void dm_get_samples(FunctionCallInfo fcinfo, DmSamplePair *samples, DmNumberPair *p);

/* The same, but values may be in any order. */
extern void dm_get_rows(FunctionCallInfo fcinfo, DmSamplePair *samples, DmNumberPair *p);

/* A row of the type test_result, with the counts of both samples. */
extern Datum dm_return_number_test(FunctionCallInfo fcinfo, const DmTest *t, const DmNumberPair *p,
								   const char *method);

#endif							/* DATAMON_TYPES_NUMBER_PAIR_H */
