/*
 * column_quality.c - how the aggregates column_quality() take a row.
 *
 * The state is a column_quality itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "base/checks.h"
#include "stats/dyadic.h"
#include "types/column_quality.h"

PG_FUNCTION_INFO_V1(datamon_column_quality_trans_text);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_float8);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_smallint);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_integer);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_bigint);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_numeric);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_timestamp);
PG_FUNCTION_INFO_V1(datamon_column_quality_trans_date);

/* The state to add to; a NULL is counted here: then there is nothing to add. */
static inline DmQualityWorking *
begin_row(FunctionCallInfo fcinfo, DmQualityKind kind)
{
	DmQualityWorking *w;

	dm_require_aggregate(fcinfo, "column_quality");
	w = dm_quality_working(PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_COLUMN_QUALITY), kind);
	if (PG_ARGISNULL(1))
		w->q.count[DM_Q_NULLS]++;
	else
		w->q.count[DM_Q_VALUES]++;
	return w;
}

static inline Datum
add_hash(DmQualityWorking *w, uint64 hash)
{
	if (!dm_distinct_note(&w->distinct, DM_QUALITY_AREA(w), hash))
		w = dm_quality_add_hash(w, hash, 1);
	PG_RETURN_POINTER(w);
}

Datum
datamon_column_quality_trans_text(PG_FUNCTION_ARGS)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_TEXT);
	Datum		value = PG_GETARG_DATUM(1);
	struct varlena *text;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	text = PG_DETOAST_DATUM_PACKED(value);
	w = dm_quality_add_text(w, VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
	if ((Pointer) text != DatumGetPointer(value))
		pfree(text);
	PG_RETURN_POINTER(w);
}

Datum
datamon_column_quality_trans_float8(PG_FUNCTION_ARGS)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_FLOAT8);
	double		x;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	x = PG_GETARG_FLOAT8(1);
	if (isnan(x))
	{
		w->q.count[DM_Q_NAN]++;
		PG_RETURN_POINTER(w);
	}
	if (isinf(x))
		w->q.count[x > 0 ? DM_Q_POS_INF : DM_Q_NEG_INF]++;
	else
	{
		w->q.count[DM_Q_ZEROS] += x == 0;
		w->q.count[DM_Q_NEGATIVES] += x < 0;
	}
	return add_hash(w, dm_hash_word(x == 0 ? 0 : dm_bits(x)));
}

/* x is looked at only where not NULL */
static inline Datum
add_integer(FunctionCallInfo fcinfo, int64 x)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_BIGINT);

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	w->q.count[DM_Q_ZEROS] += x == 0;
	w->q.count[DM_Q_NEGATIVES] += x < 0;
	return add_hash(w, dm_hash_word((uint64) x));
}

Datum
datamon_column_quality_trans_smallint(PG_FUNCTION_ARGS)
{
	return add_integer(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT16(1));
}

Datum
datamon_column_quality_trans_integer(PG_FUNCTION_ARGS)
{
	return add_integer(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1));
}

Datum
datamon_column_quality_trans_bigint(PG_FUNCTION_ARGS)
{
	return add_integer(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1));
}

/* By its digits without trailing zeros: 1.50 is 1.5. */
Datum
datamon_column_quality_trans_numeric(PG_FUNCTION_ARGS)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_NUMERIC);
	uint64		hash;
	char	   *s;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	s = numeric_normalize(PG_GETARG_NUMERIC(1));
	hash = dm_hash_bytes(s, strlen(s));
	if (s[0] == 'N')
	{
		w->q.count[DM_Q_NAN]++;
		PG_RETURN_POINTER(w);
	}
	if (s[0] == 'I')
		w->q.count[DM_Q_POS_INF]++;
	else if (s[0] == '-' && s[1] == 'I')
		w->q.count[DM_Q_NEG_INF]++;
	else if (s[0] == '-')
		w->q.count[DM_Q_NEGATIVES]++;
	else if (s[0] == '0' && s[1] == '\0')
		w->q.count[DM_Q_ZEROS]++;
	pfree(s);
	return add_hash(w, hash);
}

/* timestamp and timestamptz: microseconds, and two infinities */
static Datum
add_time(DmQualityWorking *w, int64 t)
{
	if (TIMESTAMP_IS_NOBEGIN(t))
		w->q.count[DM_Q_NEG_INF]++;
	else if (TIMESTAMP_IS_NOEND(t))
		w->q.count[DM_Q_POS_INF]++;
	return add_hash(w, dm_hash_word((uint64) t));
}

Datum
datamon_column_quality_trans_timestamp(PG_FUNCTION_ARGS)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_TIME);

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	return add_time(w, PG_GETARG_TIMESTAMP(1));
}

/* A day as its midnight; days beyond the range of timestamps still differ. */
Datum
datamon_column_quality_trans_date(PG_FUNCTION_ARGS)
{
	DmQualityWorking *w = begin_row(fcinfo, DM_QUALITY_TIME);
	DateADT		d;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(w);
	d = PG_GETARG_DATEADT(1);
	if (DATE_IS_NOBEGIN(d))
		return add_time(w, DT_NOBEGIN);
	if (DATE_IS_NOEND(d))
		return add_time(w, DT_NOEND);
	return add_time(w, (int64) ((uint64) d * (uint64) USECS_PER_DAY));
}
