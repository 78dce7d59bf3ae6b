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

/* The rows of the state if it is one of this file's own making, else NULL. */
static inline DmTwoSamples *
plain_state(FunctionCallInfo fcinfo)
{
	DmTwoSamples *w;
	DmLargeSamples *large;

	if (PG_ARGISNULL(0) || fcinfo->context == NULL || !IsA(fcinfo->context, AggState))
		return NULL;
	w = (DmTwoSamples *) PG_GETARG_POINTER(0);
	if (VARATT_IS_4B_U(w))
		return w->header.tag == DM_TWO_SAMPLES && w->header.flags == DM_WORKING ? w : NULL;
	large = VARATT_IS_EXTERNAL_EXPANDED_RW(w) ? dm_large_samples(w) : NULL;
	return large ? large->w : NULL;
}

/* The state wherever it comes from, made if there is none. */
static DmTwoSamples *
any_state(FunctionCallInfo fcinfo)
{
	DmTwoSamples *w;

	dm_require_aggregate(fcinfo, TS_TYPE_NAME);
	if (PG_ARGISNULL(0))
		return dm_two_samples_new();
	if (VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)) &&
		dm_large_samples(PG_GETARG_POINTER(0)))
		return dm_large_samples(PG_GETARG_POINTER(0))->w;
	w = (DmTwoSamples *) dm_getarg(fcinfo, 0, DM_TWO_SAMPLES);
	if (!DM_IS_WORKING(w))
		w = (DmTwoSamples *) dm_two_samples_merge(NULL, (struct varlena *) w);
	return w;
}

/* A state while a row is added to it. */
typedef struct State
{
	Datum		datum;			/* what to return */
	DmTwoSamples *w;
} State;

static inline State
get_state(FunctionCallInfo fcinfo)
{
	State		s = {PG_GETARG_DATUM(0), plain_state(fcinfo)};

	if (unlikely(s.w == NULL))
	{
		s.w = any_state(fcinfo);
		if (PG_ARGISNULL(0) || !VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0)))
			s.datum = PointerGetDatum(s.w);
	}
	return s;
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

static inline void
put(DmTwoSamples *w, int side, double value, double weight)
{
	int64		at = w->next[side];

	w->next[side] = at + 2 * side - 1;
	if (unlikely(w->weighted))
	{
		w->slot[2 * at] = value;
		w->slot[2 * at + 1] = weight;
	}
	else
		w->slot[at] = value;
}

/* Add value 1 to side 2. */
static inline Datum
add_row(FunctionCallInfo fcinfo, State s)
{
	bool		null = PG_ARGISNULL(1);

	if (null || PG_ARGISNULL(2) || isinf(PG_GETARG_FLOAT8(1)) || isnan(PG_GETARG_FLOAT8(1)))
	{
		count_unused(fcinfo, s.w, null);
		return s.datum;
	}
	if (unlikely(!has_room(s.w)))
		s.datum = dm_two_samples_more(fcinfo, s.datum, &s.w, s.w->weighted);
	put(s.w, PG_GETARG_BOOL(2), PG_GETARG_FLOAT8(1) + 0.0, 1);	/* -0 is 0 */
	return s.datum;
}

Datum
datamon_two_samples_trans(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, get_state(fcinfo));
}

/* Of a row that is left out the weight says nothing, but may not be wrong. */
Datum
datamon_two_samples_trans_weight(PG_FUNCTION_ARGS)
{
	State		s = get_state(fcinfo);
	double		weight = PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3) + 0.0;

	if (isnan(weight) || isinf(weight) || weight < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"weight\" must be finite and not negative"),
				 errhint("A weight of 0 leaves a row out of distances; a NULL counts it as unused.")));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		count_unused(fcinfo, s.w, true);
	else if (isnan(PG_GETARG_FLOAT8(1)) || isinf(PG_GETARG_FLOAT8(1)))
		count_unused(fcinfo, s.w, false);
	else
	{
		if (!has_room(s.w) || !s.w->weighted)
			s.datum = dm_two_samples_more(fcinfo, s.datum, &s.w, true);
		put(s.w, PG_GETARG_BOOL(2), PG_GETARG_FLOAT8(1) + 0.0, weight);
	}
	return s.datum;
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
	if (PG_ARGISNULL(n) || !isfinite(PG_GETARG_FLOAT8(n)) || PG_GETARG_FLOAT8(n) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must be a number above 0", name),
				 errhint("Leave the argument out to have the default.")));
	return PG_GETARG_FLOAT8(n);
}

static Datum
add_row_with(FunctionCallInfo fcinfo, const DmSampleOptions *options)
{
	State		s = get_state(fcinfo);

	dm_two_samples_set_options(s.w, options);
	return add_row(fcinfo, s);
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
