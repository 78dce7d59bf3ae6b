/*
 * profile_access.c - what a profile tells: rows, and one row a column.
 */
#include "postgres.h"

#include <math.h>

#include "base/row.h"
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

static void
put_number(DmRow *row, const DmProfileColumn *c)
{
	const DmSketch *s = &c->number;
	uint64		n = dm_sketch_count(s);

	dm_row_text(row, "number");
	dm_row_count(row, (int64) n);
	dm_row_count(row, (int64) s->nulls);
	dm_row_count(row, (int64) s->nans);
	dm_row_count(row, (int64) (s->neg_inf + s->pos_inf));
	dm_row_double(row, dm_sketch_mean(s));
	dm_row_double(row, n > 1 ? dm_sketch_stddev(s, n - 1) : NAN);
	dm_row_double(row, n > 0 ? s->min : NAN);
	dm_row_double(row, n > 0 ? s->max : NAN);
	/* distinct values are known while they are kept exactly */
	if (s->shift == 0)
		dm_row_count(row, (int64) s->n);
	else
		dm_row_value(row, NULL);
	dm_row_value(row, dm_profile_histogram(c));
	dm_row_value(row, NULL);
}

static void
put_category(DmRow *row, const DmProfileColumn *c)
{
	VcScan		scan;
	VcItem		item;
	uint64		count = 0;
	int			i;

	dm_vc_scan_begin(&scan, c->category);
	while (dm_vc_scan_next(&scan, &item))
		count += item.count;
	dm_row_text(row, "category");
	dm_row_count(row, (int64) count);
	dm_row_count(row, (int64) scan.nulls);
	dm_row_count(row, 0);
	dm_row_count(row, 0);
	for (i = 0; i < 4; i++)		/* mean, stddev, min, max */
		dm_row_double(row, NAN);
	if (scan.bits == VC_EXACT)
		dm_row_count(row, (int64) scan.nentries);
	else
		dm_row_value(row, NULL);
	dm_row_value(row, NULL);
	dm_row_value(row, c->category);
}

/* columns(profile): one row a column */
Datum
datamon_profile_columns(PG_FUNCTION_ARGS)
{
	DmRowSet		rows;
	DmProfile	p;
	int			i;

	get_profile(fcinfo, &p);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < p.ncolumns; i++)
	{
		dm_row_int(&rows.row, i + 1);
		if (p.column[i].kind == DM_KIND_NUMBER)
			put_number(&rows.row, &p.column[i]);
		else
			put_category(&rows.row, &p.column[i]);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
