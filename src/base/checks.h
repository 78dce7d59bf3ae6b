/*
 * checks.h - small checks shared by types and aggregates, so that one mistake
 * has one message and one SQLSTATE everywhere.
 */
#ifndef DATAMON_CHECKS_H
#define DATAMON_CHECKS_H

#include "compat.h"

#include "common/int.h"
#include "nodes/nodes.h"

/* As AggCheckCallContext() has it, without a call. */
static inline bool
dm_in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL &&
		(IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState));
}

/* Aggregates may change their first argument in place; anybody else may not. */
static inline void
dm_require_aggregate(FunctionCallInfo fcinfo, const char *name)
{
	if (!dm_in_aggregate(fcinfo) && !AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s called outside an aggregate", name)));
}

/* Counts are int64 on the SQL side; the sum of two must stay one. */
static inline uint64
dm_add_count(uint64 a, uint64 b)
{
	int64		sum;

	if (pg_add_s64_overflow((int64) a, (int64) b, &sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	return (uint64) sum;
}

/* A class given as 0 or 1; false where it is NULL. */
static inline bool
dm_getarg_class(FunctionCallInfo fcinfo, int n, const char *name)
{
	int32		value = PG_ARGISNULL(n) ? 0 : PG_GETARG_INT32(n);

	if (value != 0 && value != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be 0 or 1, not %d", name, value),
				 errhint("Compare it with the positive class, such as %s = %d.", name, value)));
	return value == 1;
}

/* A count that was a double among doubles: the greatest bigint is none of them, but 2^63. */
static inline int64
dm_count_of(double n)
{
	return n < 9223372036854775808.0 ? (int64) n : PG_INT64_MAX;
}

#endif							/* DATAMON_CHECKS_H */
