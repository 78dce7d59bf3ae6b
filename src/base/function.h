/*
 * function.h - entry points of SQL in a line each, and numbers that may be
 * undefined.
 */
#ifndef DATAMON_BASE_FUNCTION_H
#define DATAMON_BASE_FUNCTION_H

#include <math.h>

#include "base/compat.h"

/* datamon_SYMBOL(PG_FUNCTION_ARGS), which returns the call. */
#define DM_FUNCTION(symbol, call) \
	PG_FUNCTION_INFO_V1(datamon_##symbol); \
	Datum \
	datamon_##symbol(PG_FUNCTION_ARGS) \
	{ \
		return call; \
	} \
	extern void dm_no_such_function(void)

/* NaN is what a kernel says where nothing is defined; SQL says NULL. */
static inline Datum
dm_return_double(FunctionCallInfo fcinfo, double v)
{
	if (isnan(v))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(v);
}

#endif							/* DATAMON_BASE_FUNCTION_H */
