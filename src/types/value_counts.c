/*
 * value_counts.c - input, output and accessors of value_counts.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "base/json.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_value_counts_in);
PG_FUNCTION_INFO_V1(datamon_value_counts_out);
PG_FUNCTION_INFO_V1(datamon_value_counts_recv);
PG_FUNCTION_INFO_V1(datamon_value_counts_send);
PG_FUNCTION_INFO_V1(datamon_value_counts_from_text);
PG_FUNCTION_INFO_V1(datamon_value_counts_from_name);
PG_FUNCTION_INFO_V1(datamon_value_counts_eq);
PG_FUNCTION_INFO_V1(datamon_value_counts_ne);
PG_FUNCTION_INFO_V1(datamon_value_counts_add);
PG_FUNCTION_INFO_V1(datamon_value_counts_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_null_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_distinct_count);
PG_FUNCTION_INFO_V1(datamon_value_counts_is_exact);
PG_FUNCTION_INFO_V1(datamon_value_counts_value_count);

#define GETARG(n) dm_getarg(fcinfo, n, DM_VALUE_COUNTS)

static Datum
parse(FunctionCallInfo fcinfo, const char *text)
{
	DmJson		j;
	struct varlena *value;

	dm_json_begin(&j, text, VC_TYPE_NAME, fcinfo->context);
	value = dm_value_counts_read_json(&j);
	if (!dm_json_end(&j))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(value);
}

Datum
datamon_value_counts_in(PG_FUNCTION_ARGS)
{
	return parse(fcinfo, PG_GETARG_CSTRING(0));
}

/* Explicit casts; see sql/parts/11_value_counts.sql for their reason. */
Datum
datamon_value_counts_from_text(PG_FUNCTION_ARGS)
{
	return parse(fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)));
}

Datum
datamon_value_counts_from_name(PG_FUNCTION_ARGS)
{
	return parse(fcinfo, NameStr(*PG_GETARG_NAME(0)));
}

Datum
datamon_value_counts_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	initStringInfo(&buf);
	dm_value_counts_write_json(&buf, dm_value_counts_pack(GETARG(0)));
	PG_RETURN_CSTRING(buf.data);
}

Datum
datamon_value_counts_recv(PG_FUNCTION_ARGS)
{
	struct varlena *value = dm_packed_recv((StringInfo) PG_GETARG_POINTER(0), DM_VALUE_COUNTS,
										   VC_TYPE_NAME);
	const char *problem = dm_vc_problem(value);

	if (problem)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", VC_TYPE_NAME),
				 errdetail("%s.", problem)));
	PG_RETURN_POINTER(value);
}

Datum
datamon_value_counts_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(dm_packed_send(dm_value_counts_pack(GETARG(0))));
}

Datum
datamon_value_counts_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(dm_packed_equal(dm_value_counts_pack(GETARG(0)),
								   dm_value_counts_pack(GETARG(1))));
}

Datum
datamon_value_counts_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!dm_packed_equal(dm_value_counts_pack(GETARG(0)),
									dm_value_counts_pack(GETARG(1))));
}

Datum
datamon_value_counts_add(PG_FUNCTION_ARGS)
{
	struct varlena *sum = dm_value_counts_merge(NULL, GETARG(0));

	PG_RETURN_POINTER(dm_value_counts_pack(dm_value_counts_merge(sum, GETARG(1))));
}

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
