/*
 * profile_args.h - how profile() reads arguments of many types.
 */
#ifndef DATAMON_AGGREGATES_PROFILE_ARGS_H
#define DATAMON_AGGREGATES_PROFILE_ARGS_H

#include "base/numeric.h"
#include "types/working.h"

/*
 * With a third less, a month's PSI of a model's score by deciles was off by
 * 1.7 %; this much keeps distances of merged daily profiles within 1 %.
 */
#define DM_PROFILE_DEFAULT_BYTES 1536

typedef enum DmArgAs
{
	DM_ARG_FLOAT8,
	DM_ARG_FLOAT4,
	DM_ARG_INT2,
	DM_ARG_INT4,
	DM_ARG_INT8,
	DM_ARG_NUMERIC,
	DM_ARG_DATE,
	DM_ARG_TIMESTAMP,
	DM_ARG_TIME,
	DM_ARG_INTERVAL,
	DM_ARG_BOOL,
	DM_ARG_TEXT,
	DM_ARG_OUTPUT				/* enum, uuid, ...: by the type's output function */
} DmArgAs;

/* Cached for the query: a pure function of the call's argument types. */
typedef struct DmProfileArgs
{
	int			n;
	bool		all_float8;
	bool		all_numbers;
	char	   *kinds;			/* DM_KIND_... */
	DmArgAs    *as;
	FmgrInfo   *output;			/* for DM_ARG_OUTPUT */
} DmProfileArgs;

extern DmProfileArgs *dm_profile_args(FunctionCallInfo fcinfo);
extern double dm_profile_other_number(const DmProfileArgs *args, int i, Datum value);

static inline double
dm_profile_number(const DmProfileArgs *args, int i, Datum value)
{
	if (args->as[i] == DM_ARG_NUMERIC)
		return dm_numeric_to_double(value);
	return args->as[i] == DM_ARG_FLOAT8 ? DatumGetFloat8(value) :
		dm_profile_other_number(args, i, value);
}

extern DmWorking *dm_profile_put_category(DmWorking *w, const DmProfileArgs *args, int i,
										  const NullableDatum *arg);

#endif							/* DATAMON_AGGREGATES_PROFILE_ARGS_H */
