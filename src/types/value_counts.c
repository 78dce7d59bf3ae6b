/*
 * value_counts.c - input, output and accessors of value_counts.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/checks.h"
#include "base/type.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_value_counts_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_null_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_distinct_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_is_exact);
PG_FUNCTION_INFO_V1(datamon_value_counts_value_count);

#define GETARG(n) dm_getarg(fcinfo, n, DM_VALUE_COUNTS)

static const DmType value_counts_type = {
	DM_VALUE_COUNTS, VC_TYPE_NAME, dm_value_counts_write_json, dm_value_counts_read_json,
	dm_value_counts_valid, dm_value_counts_pack, dm_value_counts_merge, dm_vc_problem
};

DM_TYPE_FUNCTIONS(value_counts, value_counts_type);

/* Explicit casts; see sql/parts/11_value_counts.sql for their reason. */
DM_FUNCTION(value_counts_from_text,
			dm_type_parse(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)), &value_counts_type));
DM_FUNCTION(value_counts_from_name,
			dm_type_parse(fcinfo, NameStr(*PG_GETARG_NAME(0)), &value_counts_type));

Datum
datamon_value_counts_count(PG_FUNCTION_ARGS)
{
	VcScan		s;
	VcItem		item;
	uint64		n = 0;

	dm_vc_scan_begin(&s, GETARG(0));
	while (dm_vc_scan_next(&s, &item))
		n = dm_add_count(n, item.count);
	PG_RETURN_INT64(n);
}

Datum
datamon_value_counts_null_count(PG_FUNCTION_ARGS)
{
	VcScan		s;

	dm_vc_scan_begin(&s, GETARG(0));
	PG_RETURN_INT64(s.nulls);
}

Datum
datamon_value_counts_is_exact(PG_FUNCTION_ARGS)
{
	VcScan		s;

	dm_vc_scan_begin(&s, GETARG(0));
	PG_RETURN_BOOL(s.bits == VC_EXACT);
}

/*
 * The distinct values behind the buckets.  Hashes of distinct values fall like
 * a Poisson process, at rate r per bucket, and each exemplar is the first of
 * its bucket: a waiting time u in [0, 1), cut off at 1 where the bucket is
 * empty.  The maximum likelihood rate of such times is occupied / sum(u); with
 * (occupied - 1) it is unbiased when no bucket is empty (Lumbroso, An optimal
 * cardinality estimation algorithm based on order statistics and its full
 * analysis, AofA 2010).  The relative standard error is 1 / sqrt(occupied).
 */
static double
estimate_distinct(VcScan *s)
{
	double		buckets = ldexp(1.0, s->bits);
	double		waits = buckets - s->nentries;
	double		least = 0;
	double		most = 0;
	double		estimate;
	VcItem		item;

	while (dm_vc_scan_next(s, &item))
	{
		waits += ldexp((double) (item.hash << s->bits), -64);
		least += item.single ? 1 : 2;
		most += item.single ? 1 : (double) item.count;
	}
	least = Max(least, (double) s->limit + 1);
	estimate = waits > 0 ? rint(buckets * (s->nentries - 1.0) / waits) : most;
	return Min(Max(estimate, least), most);
}

Datum
datamon_value_counts_distinct_count(PG_FUNCTION_ARGS)
{
	VcScan		s;

	/* packed, so that the same value always sums in the same order */
	dm_vc_scan_begin(&s, dm_value_counts_pack(GETARG(0)));
	PG_RETURN_INT64(s.bits == VC_EXACT ? s.nentries : (int64) estimate_distinct(&s));
}

int64
dm_value_counts_of(const struct varlena *state, const char *value, size_t len)
{
	char		kept[VC_MAX_BYTES + 1];
	uint64		hash;
	VcScan		s;
	VcItem		item;

	if (len > VC_MAX_BYTES)
	{
		len = dm_vc_keep(value, len, kept);
		value = kept;
	}
	hash = dm_vc_hash(value, len);
	dm_vc_scan_begin(&s, state);
	while (dm_vc_scan_next(&s, &item))
	{
		if (!item.single && vc_bucket(item.hash, s.bits) == vc_bucket(hash, s.bits))
			return -1;
		if (item.single && vc_same_value(item.value, item.len, value, (uint32) len))
			return (int64) item.count;
	}
	return 0;
}

/* NULL: the value shares its bucket, or may. */
Datum
datamon_value_counts_value_count(PG_FUNCTION_ARGS)
{
	text	   *wanted = PG_GETARG_TEXT_PP(1);
	int64		count = dm_value_counts_of(GETARG(0), VARDATA_ANY(wanted),
										   VARSIZE_ANY_EXHDR(wanted));

	if (count < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(count);
}
