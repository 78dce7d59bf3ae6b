/*
 * two_samples_large.c - the state of an aggregate that has outgrown a flat one.
 *
 * When an aggregate's state moves, the executor copies it once more, with the
 * room it has not used yet.  That is cheap while states are small and many.  A
 * large one is kept as an expanded object, which the executor leaves where it
 * is, and which grows by remapping its pages.  It is flat again as soon as it
 * leaves its process.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/checks.h"
#include "types/two_samples_internal.h"

#define LARGE (256 * 1024)		/* bytes that a flat state may have before it has to grow */

static Size
flat_size(ExpandedObjectHeader *eoh)
{
	return dm_two_samples_compact_size(((DmLargeSamples *) eoh)->w);
}

static void
flatten_into(ExpandedObjectHeader *eoh, void *result, Size size)
{
	dm_two_samples_compact(((DmLargeSamples *) eoh)->w, result);
}

const ExpandedObjectMethods dm_large_samples_methods = {flat_size, flatten_into};

/* More room for a state, by whatever it is; the new state, and where its rows are now. */
Datum
dm_two_samples_more(FunctionCallInfo fcinfo, Datum state, DmTwoSamples **w, bool weighted)
{
	DmLargeSamples *large = dm_large_samples(DatumGetPointer(state));
	MemoryContext aggregate,
				own;

	if (large == NULL && VARSIZE(*w) < LARGE)
	{
		*w = dm_two_samples_grow(*w, 1, weighted);
		return PointerGetDatum(*w);
	}
	if (large == NULL)
	{
		if (!AggCheckCallContext(fcinfo, &aggregate))
			elog(ERROR, "%s called outside an aggregate", TS_TYPE_NAME);
		own = AllocSetContextCreate(aggregate, TS_TYPE_NAME, ALLOCSET_SMALL_SIZES);
		large = MemoryContextAlloc(own, sizeof(DmLargeSamples));
		EOH_init_header(&large->header, &dm_large_samples_methods, own);
		own = MemoryContextSwitchTo(own);
		large->w = dm_two_samples_grow(*w, 1, weighted);
		MemoryContextSwitchTo(own);
	}
	else if (weighted != (large->w->weighted != 0))
	{
		DmTwoSamples *old = large->w;

		own = MemoryContextSwitchTo(large->header.eoh_context);
		large->w = dm_two_samples_grow(old, 1, weighted);
		MemoryContextSwitchTo(own);
		pfree(old);
	}
	else
		large->w = dm_two_samples_extend(large->w);
	*w = large->w;
	return EOHPGetRWDatum(&large->header);
}

struct varlena *
dm_two_samples_getarg(FunctionCallInfo fcinfo, int n)
{
	DmLargeSamples *large = dm_large_samples(PG_GETARG_POINTER(n));

	return large ? (struct varlena *) large->w : dm_getarg(fcinfo, n, DM_TWO_SAMPLES);
}
