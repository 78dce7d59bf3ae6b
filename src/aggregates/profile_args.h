/*
 * profile_args.h - how profile() reads arguments of many types.
 */
#ifndef DATAMON_AGGREGATES_PROFILE_ARGS_H
#define DATAMON_AGGREGATES_PROFILE_ARGS_H

#include "base/value_type.h"
#include "types/working.h"

/* Cached for the query: a pure function of the call's argument types. */
typedef struct DmProfileArgs
{
	int			n;
	bool		all_float8;
	bool		all_numbers;
	char	   *kinds;			/* DM_KIND_... */
	DmValueType *as;
	FmgrInfo   *output;			/* for DM_VALUE_OUTPUT */
} DmProfileArgs;

extern DmProfileArgs *dm_profile_args(FunctionCallInfo fcinfo);

static inline double
dm_profile_number(const DmProfileArgs *args, int i, Datum value)
{
	return dm_value_number(args->as[i], value);
}

extern DmWorking *dm_profile_put_category(DmWorking *w, const DmProfileArgs *args, int i,
										  const NullableDatum *arg);

#endif							/* DATAMON_AGGREGATES_PROFILE_ARGS_H */
