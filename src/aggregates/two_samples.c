/*
 * two_samples.c - how the aggregates over rows of two samples take a row.
 *
 * The state is a two_samples itself, in its working form, changed in place.
 * A row costs little more than the store of its value: what else could be the
 * matter is looked at only when one of few comparisons fails.
 */
#include "postgres.h"

#include <math.h>

#include "nodes/nodes.h"

#include "base/checks.h"
#include "types/two_samples.h"

PG_FUNCTION_INFO_V1(datamon_two_samples_trans);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_weight);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_bins);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_empty);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_floor);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_base);
PG_FUNCTION_INFO_V1(datamon_two_samples_trans_base_bins);

/* The state if it is one of this function's own making, else NULL. */
static inline DmTwoSamples *
plain_state(FunctionCallInfo fcinfo)
{
	DmTwoSamples *w;

	if (PG_ARGISNULL(0) || fcinfo->context == NULL || !IsA(fcinfo->context, AggState))
		return NULL;
	w = (DmTwoSamples *) PG_GETARG_POINTER(0);
	if (!VARATT_IS_4B_U(w) || w->header.tag != DM_TWO_SAMPLES || w->header.flags != DM_WORKING)
		return NULL;
	return w;
}

/* The state wherever it comes from, made if there is none. */
static DmTwoSamples *
any_state(FunctionCallInfo fcinfo)
{
	DmTwoSamples *w;

	dm_require_aggregate(fcinfo, TS_TYPE_NAME);
	if (PG_ARGISNULL(0))
		return dm_two_samples_new();
	w = (DmTwoSamples *) dm_getarg(fcinfo, 0, DM_TWO_SAMPLES);
	if (!DM_IS_WORKING(w))
		w = (DmTwoSamples *) dm_two_samples_merge(NULL, (struct varlena *) w);
	return w;
}

static inline DmTwoSamples *
get_state(FunctionCallInfo fcinfo)
{
	DmTwoSamples *w = plain_state(fcinfo);

	return likely(w != NULL) ? w : any_state(fcinfo);
}

static inline bool
has_room(const DmTwoSamples *w)
{
	return w->next[DM_REFERENCE] <= w->next[DM_CURRENT];
}

/* A row that has no finite value, or no side. */
static void
count_unused(FunctionCallInfo fcinfo, DmTwoSamples *w, bool null)
{
	int			side;
	double		x;

	if (PG_ARGISNULL(2))
	{
		w->unassigned++;
		return;
	}
	side = PG_GETARG_BOOL(2) ? DM_REFERENCE : DM_CURRENT;
	if (null)
	{
		w->unused[side][DM_UNUSED_NULL]++;
		return;
	}
	x = PG_GETARG_FLOAT8(1);
	w->unused[side][isnan(x) ? DM_UNUSED_NAN : x < 0 ? DM_UNUSED_NEG_INF : DM_UNUSED_POS_INF]++;
}

/* Add value 1 to side 2. */
static inline DmTwoSamples *
add_row(FunctionCallInfo fcinfo, DmTwoSamples *w)
{
	bool		null = PG_ARGISNULL(1);
	int			side;
	int64		at;
	double		x;

	if (null || PG_ARGISNULL(2) || isinf(PG_GETARG_FLOAT8(1)) || isnan(PG_GETARG_FLOAT8(1)))
	{
		count_unused(fcinfo, w, null);
		return w;
	}
	if (unlikely(!has_room(w) || w->weighted))
	{
		if (!has_room(w))
			w = dm_two_samples_grow(w, 1, w->weighted);
	}
	x = PG_GETARG_FLOAT8(1) + 0.0;	/* -0 is 0 */
	side = PG_GETARG_BOOL(2);
	at = w->next[side];
	w->next[side] = at + 2 * side - 1;
	if (unlikely(w->weighted))
	{
		w->slot[2 * at] = x;
		w->slot[2 * at + 1] = 1;
	}
	else
		w->slot[at] = x;
	return w;
}

Datum
datamon_two_samples_trans(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(add_row(fcinfo, get_state(fcinfo)));
}

/* Of a row that is left out the weight says nothing, but may not be wrong. */
Datum
datamon_two_samples_trans_weight(PG_FUNCTION_ARGS)
{
	DmTwoSamples *w = get_state(fcinfo);
	double		weight = PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3) + 0.0;
	double		x;
	int			side;
	int64		at;

	if (isnan(weight) || isinf(weight) || weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"weight\" must be finite and not negative"),
				 errhint("A weight of 0 leaves a row out of distances; a NULL counts it as unused.")));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		count_unused(fcinfo, w, true);
		PG_RETURN_POINTER(w);
	}
	x = PG_GETARG_FLOAT8(1) + 0.0;
	if (isnan(x) || isinf(x))
	{
		count_unused(fcinfo, w, false);
		PG_RETURN_POINTER(w);
	}
	if (!has_room(w) || !w->weighted)
		w = dm_two_samples_grow(w, 1, true);
	side = PG_GETARG_BOOL(2);
	at = w->next[side];
	w->next[side] = at + 2 * side - 1;
	w->slot[2 * at] = x;
	w->slot[2 * at + 1] = weight;
	PG_RETURN_POINTER(w);
}

/* A word into its place among the options; whether it is known is asked when all rows are there. */
static void
get_word(FunctionCallInfo fcinfo, int n, char *to, size_t size, const char *name)
{
	text	   *word;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must not be NULL", name),
				 errhint("Leave the argument out to have the default.")));
	word = PG_GETARG_TEXT_PP(n);
	if (VARSIZE_ANY_EXHDR(word) >= size || VARSIZE_ANY_EXHDR(word) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no known rule", name),
				 errhint("Such rules are named in the reference of psi().")));
	memcpy(to, VARDATA_ANY(word), VARSIZE_ANY_EXHDR(word));
}

static double
get_number(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (PG_ARGISNULL(n) || isnan(PG_GETARG_FLOAT8(n)) || PG_GETARG_FLOAT8(n) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be a number above 0", name),
				 errhint("Leave the argument out to have the default.")));
	return PG_GETARG_FLOAT8(n);
}

static Datum
add_row_with(FunctionCallInfo fcinfo, const DmSampleOptions *options)
{
	DmTwoSamples *w = get_state(fcinfo);

	dm_two_samples_set_options(w, options);
	PG_RETURN_POINTER(add_row(fcinfo, w));
}

Datum
datamon_two_samples_trans_bins(PG_FUNCTION_ARGS)
{
	DmSampleOptions o = {{0}};

	get_word(fcinfo, 3, o.bins, sizeof(o.bins), "bins");
	return add_row_with(fcinfo, &o);
}

Datum
datamon_two_samples_trans_empty(PG_FUNCTION_ARGS)
{
	DmSampleOptions o = {{0}};

	get_word(fcinfo, 3, o.bins, sizeof(o.bins), "bins");
	get_word(fcinfo, 4, o.empty, sizeof(o.empty), "empty");
	return add_row_with(fcinfo, &o);
}

Datum
datamon_two_samples_trans_floor(PG_FUNCTION_ARGS)
{
	DmSampleOptions o = {{0}};

	get_word(fcinfo, 3, o.bins, sizeof(o.bins), "bins");
	o.floor = get_number(fcinfo, 4, "empty");
	return add_row_with(fcinfo, &o);
}

Datum
datamon_two_samples_trans_base(PG_FUNCTION_ARGS)
{
	DmSampleOptions o = {{0}};

	o.base = get_number(fcinfo, 3, "base");
	return add_row_with(fcinfo, &o);
}

Datum
datamon_two_samples_trans_base_bins(PG_FUNCTION_ARGS)
{
	DmSampleOptions o = {{0}};

	o.base = get_number(fcinfo, 3, "base");
	get_word(fcinfo, 4, o.bins, sizeof(o.bins), "bins");
	return add_row_with(fcinfo, &o);
}
