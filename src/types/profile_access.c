/*
 * profile_access.c - what a profile tells: rows, and one row a column.
 */
#include "postgres.h"

#include <math.h>

#include "funcapi.h"
#include "utils/builtins.h"

#include "types/profile.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_profile_count);
PG_FUNCTION_INFO_V1(datamon_profile_column_count);
PG_FUNCTION_INFO_V1(datamon_profile_histogram);
PG_FUNCTION_INFO_V1(datamon_profile_value_counts);
PG_FUNCTION_INFO_V1(datamon_profile_columns);

static void
get_profile(FunctionCallInfo fcinfo, DmProfile *p)
{
	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), p);
}

Datum
datamon_profile_count(PG_FUNCTION_ARGS)
{
	DmProfile	p;

	get_profile(fcinfo, &p);
	PG_RETURN_INT64((int64) p.rows);
}

Datum
datamon_profile_column_count(PG_FUNCTION_ARGS)
{
	DmProfile	p;

	get_profile(fcinfo, &p);
	PG_RETURN_INT32(p.ncolumns);
}

static const DmProfileColumn *
get_column(FunctionCallInfo fcinfo, DmProfile *p)
{
	int			n = PG_GETARG_INT32(1);

	get_profile(fcinfo, p);
	if (n < 1 || n > p->ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("column number %d is not between 1 and %d", n, p->ncolumns)));
	return &p->column[n - 1];
}

Datum
datamon_profile_histogram(PG_FUNCTION_ARGS)
{
	DmProfile	p;
	const DmProfileColumn *c = get_column(fcinfo, &p);

	if (c->kind != DM_KIND_NUMBER)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(dm_profile_histogram(c));
}

Datum
datamon_profile_value_counts(PG_FUNCTION_ARGS)
{
	DmProfile	p;
	const DmProfileColumn *c = get_column(fcinfo, &p);

	if (c->kind != DM_KIND_CATEGORY)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(c->category);
}

/* Columns of the result of columns(profile). */
enum
{
	COL_NUMBER,
	COL_KIND,
	COL_COUNT,
	COL_NULLS,
	COL_NANS,
	COL_INFINITIES,
	COL_MEAN,
	COL_STDDEV,
	COL_MIN,
	COL_MAX,
	COL_DISTINCT,
	COL_HISTOGRAM,
	COL_VALUE_COUNTS,
	COL_NUMBER_OF_COLUMNS
};

static void
number_column(const DmProfileColumn *c, Datum *values, bool *nulls)
{
	const DmSketch *s = &c->number;
	uint64		n = dm_sketch_count(s);

	values[COL_KIND] = CStringGetTextDatum("number");
	values[COL_COUNT] = Int64GetDatum((int64) n);
	values[COL_NULLS] = Int64GetDatum((int64) s->nulls);
	values[COL_NANS] = Int64GetDatum((int64) s->nans);
	values[COL_INFINITIES] = Int64GetDatum((int64) (s->neg_inf + s->pos_inf));
	nulls[COL_MEAN] = nulls[COL_MIN] = nulls[COL_MAX] = n == 0;
	nulls[COL_STDDEV] = n < 2;
	if (n > 0)
	{
		values[COL_MEAN] = Float8GetDatum(dm_sketch_mean(s));
		values[COL_MIN] = Float8GetDatum(s->min);
		values[COL_MAX] = Float8GetDatum(s->max);
	}
	if (n > 1)
		values[COL_STDDEV] = Float8GetDatum(dm_sketch_stddev(s, n - 1));
	/* distinct values are known while they are kept exactly */
	nulls[COL_DISTINCT] = s->shift != 0;
	values[COL_DISTINCT] = Int64GetDatum((int64) s->n);
	values[COL_HISTOGRAM] = PointerGetDatum(dm_profile_histogram(c));
	nulls[COL_VALUE_COUNTS] = true;
}

static void
category_column(const DmProfileColumn *c, Datum *values, bool *nulls)
{
	VcScan		scan;
	VcItem		item;
	uint64		count = 0;

	dm_vc_scan_begin(&scan, c->category);
	while (dm_vc_scan_next(&scan, &item))
		count += item.count;
	values[COL_KIND] = CStringGetTextDatum("category");
	values[COL_COUNT] = Int64GetDatum((int64) count);
	values[COL_NULLS] = Int64GetDatum((int64) scan.nulls);
	values[COL_NANS] = Int64GetDatum(0);
	values[COL_INFINITIES] = Int64GetDatum(0);
	nulls[COL_MEAN] = nulls[COL_STDDEV] = nulls[COL_MIN] = nulls[COL_MAX] = true;
	nulls[COL_DISTINCT] = scan.bits != VC_EXACT;
	values[COL_DISTINCT] = Int64GetDatum((int64) scan.nentries);
	nulls[COL_HISTOGRAM] = true;
	values[COL_VALUE_COUNTS] = PointerGetDatum(c->category);
}

Datum
datamon_profile_columns(PG_FUNCTION_ARGS)
{
	FuncCallContext *ctx;
	DmProfile  *p;

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc	desc;

		ctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(ctx->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		ctx->tuple_desc = BlessTupleDesc(desc);
		p = palloc(sizeof(DmProfile));
		get_profile(fcinfo, p);
		ctx->user_fctx = p;
		MemoryContextSwitchTo(old);
	}
	ctx = SRF_PERCALL_SETUP();
	p = ctx->user_fctx;
	if (ctx->call_cntr < (uint64) p->ncolumns)
	{
		const DmProfileColumn *c = &p->column[ctx->call_cntr];
		Datum		values[COL_NUMBER_OF_COLUMNS] = {0};
		bool		nulls[COL_NUMBER_OF_COLUMNS] = {false};

		values[COL_NUMBER] = Int32GetDatum((int32) ctx->call_cntr + 1);
		if (c->kind == DM_KIND_NUMBER)
			number_column(c, values, nulls);
		else
			category_column(c, values, nulls);
		SRF_RETURN_NEXT(ctx, HeapTupleGetDatum(heap_form_tuple(ctx->tuple_desc, values, nulls)));
	}
	SRF_RETURN_DONE(ctx);
}
