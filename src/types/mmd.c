/*
 * mmd.c - the test of maximum mean discrepancy.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "stats/mmd.h"
#include "types/test_result.h"
#include "types/vectors.h"

PG_FUNCTION_INFO_V1(datamon_mmd_test);

#define MAX_ROWS 20000
#define MAX_WORK 1e11			/* pairs times permutations, twice */
#define DEFAULT_PERMUTATIONS 100

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static void
get_options(FunctionCallInfo fcinfo, DmMmdInput *in)
{
	if (PG_NARGS() == 1)
		return;
	in->permutations = PG_GETARG_INT32(1);
	in->sigma = PG_ARGISNULL(2) ? NAN : PG_GETARG_FLOAT8(2);
	in->seed = (uint64) PG_GETARG_INT64(3);
	if (in->permutations < 1 || in->permutations > 100000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"permutations\" must be from 1 to 100000"),
				 errhint("The smallest p-value is 1 / (permutations + 1).")));
	if (!PG_ARGISNULL(2) && (!(in->sigma > 0) || isinf(in->sigma)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"sigma\" must be positive and finite"),
				 errhint("NULL takes it from the median distance.")));
}

static void
check_work(const DmMmdInput *in)
{
	double		rows = (double) in->n + (double) in->m;

	if (rows > MAX_ROWS || rows * rows * in->permutations > MAX_WORK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%.0f vectors with %d permutations are too many", rows, in->permutations),
				 errdetail("The time is proportional to the square of the number of vectors."),
				 errhint("Sample at most %d vectors of both samples together, or ask for fewer permutations.",
						 MAX_ROWS)));
}

/* mmd_test(vectors [, permutations, sigma, seed]); also ends an aggregate. */
Datum
datamon_mmd_test(PG_FUNCTION_ARGS)
{
	DmMmdInput	in = {0};
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmVectorsHead head;
	DmSizes		sizes;
	DmMmd		mmd;

	if (PG_ARGISNULL(0) || (PG_NARGS() > 1 && (PG_ARGISNULL(1) || PG_ARGISNULL(3))))
		PG_RETURN_NULL();
	in.permutations = DEFAULT_PERMUTATIONS;
	in.sigma = NAN;
	get_options(fcinfo, &in);
	in.vector = dm_vectors_sorted(dm_getarg(fcinfo, 0, DM_VECTORS), &head);
	in.n = head.n[DM_REFERENCE];
	in.m = head.n[DM_CURRENT];
	in.dimension = head.dimension;
	in.pause = check_interrupts;
	check_work(&in);
	in.room = MemoryContextAllocHuge(CurrentMemoryContext,
									 sizeof(double) * dm_mmd_room(in.n + in.m, in.dimension));
	mmd = dm_mmd(&in);
	pfree(in.room);
	t.statistic = mmd.statistic;
	t.p_value = mmd.p_value;
	t.effect_size = mmd.biased;
	sizes.n_reference = (double) in.n;
	sizes.n_current = (double) in.m;
	sizes.unused_reference = (int64) head.unused[DM_REFERENCE];
	sizes.unused_current = (int64) head.unused[DM_CURRENT];
	return dm_return_test(fcinfo, &t, &sizes,
						  psprintf("maximum mean discrepancy, RBF kernel, %d permutations", in.permutations));
}
