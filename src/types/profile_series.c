/*
 * profile_series.c - what of a profile is followed through time: of a number
 * its mean, of a category the share of one value.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/row.h"
#include "types/profile.h"
#include "types/value_counts.h"
#include "types/value_counts_internal.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_profile_series_columns);
PG_FUNCTION_INFO_V1(datamon_profile_series_values);

static uint64
category_count(const DmProfileColumn *c, uint64 *nulls)
{
	VcScan		scan;
	VcItem		item;
	uint64		count = 0;

	dm_vc_scan_begin(&scan, c->category);
	while (dm_vc_scan_next(&scan, &item))
		count += item.count;
	*nulls = scan.nulls;
	return count;
}

/* The value that most rows have, of several the first in order; false: none is known by name. */
static bool
mode_of(const DmProfileColumn *c, VcItem *mode)
{
	VcScan		scan;
	VcItem		item;
	bool		found = false;

	dm_vc_scan_begin(&scan, c->category);
	while (dm_vc_scan_next(&scan, &item))
		if (item.single &&
			(!found || item.count > mode->count ||
			 (item.count == mode->count &&
			  vc_compare_values(item.value, item.len, mode->value, mode->len) < 0)))
		{
			*mode = item;
			found = true;
		}
	return found;
}

static void
put_choice(DmRow *row, const DmProfileColumn *c)
{
	VcItem		mode;
	uint64		n,
				nulls;

	if (c->kind == DM_KIND_NUMBER)
	{
		n = dm_sketch_count(&c->number);
		dm_row_count(row, (int64) n);
		dm_row_count(row, (int64) c->number.nulls);
		dm_row_bool(row, n > 0 && c->number.max > c->number.min);
		dm_row_text(row, NULL);
		dm_row_double(row, NAN);
		return;
	}
	n = category_count(c, &nulls);
	dm_row_count(row, (int64) n);
	dm_row_count(row, (int64) nulls);
	if (n == 0 || !mode_of(c, &mode))
	{
		dm_row_bool(row, false);
		dm_row_text(row, NULL);
		dm_row_double(row, NAN);
		return;
	}
	dm_row_bool(row, mode.count < n);
	dm_row_string(row, mode.value, mode.len);
	dm_row_double(row, (double) mode.count / (double) n);
}

/* One row a column: what a series of it would follow. */
Datum
datamon_profile_series_columns(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmProfile	p;
	int			i;

	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &p);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < p.ncolumns; i++)
	{
		dm_row_int(&rows.row, i + 1);
		put_choice(&rows.row, &p.column[i]);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

static double
value_of(const DmProfileColumn *c, bool is_null, Datum category, uint64 *n, uint64 *nulls)
{
	text	   *t;

	if (c->kind == DM_KIND_NUMBER)
	{
		*n = dm_sketch_count(&c->number);
		*nulls = c->number.nulls;
		return dm_sketch_mean(&c->number);
	}
	*n = category_count(c, nulls);
	if (is_null || *n == 0)
		return NAN;
	t = DatumGetTextPP(category);
	return (double) dm_value_counts_of(c->category, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)) / (double) *n;
}

/* (profile, column numbers, the category of each or NULL): mean, or share of the category, of each column */
Datum
datamon_profile_series_values(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmProfile	p;
	Datum	   *wanted,
			   *category;
	bool	   *wanted_null,
			   *category_null;
	int			n,
				categories,
				i;

	dm_profile_unpack(dm_getarg(fcinfo, 0, DM_PROFILE), &p);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), INT4OID, sizeof(int32), true, 'i', &wanted, &wanted_null, &n);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(2), TEXTOID, -1, false, 'i', &category, &category_null, &categories);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n && i < categories; i++)
	{
		int			no = wanted_null[i] ? 0 : DatumGetInt32(wanted[i]);
		uint64		count,
					nulls;
		double		value;

		if (no < 1 || no > p.ncolumns)
			continue;
		value = value_of(&p.column[no - 1], category_null[i], category[i], &count, &nulls);
		dm_row_int(&rows.row, no);
		dm_row_count(&rows.row, (int64) count);
		dm_row_count(&rows.row, (int64) nulls);
		dm_row_double(&rows.row, value);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
