/*
 * change_point.c - change_point(value[]): when and how a series changed.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/function.h"
#include "base/row.h"
#include "stats/change_point.h"

PG_FUNCTION_INFO_V1(datamon_change_point);

#define MOST_VALUES 1000000
#define MOST_VALUE 1e150

static const char *const kind_names[DM_CHANGE_KINDS] = {NULL, "spike", "shift", "trend", "variance"};

static void
put_change(DmRow *row, const DmChangePoint *c, const int *place)
{
	dm_row_text(row, kind_names[c->kind]);
	if (c->kind == DM_CHANGE_NONE)
	{
		dm_row_text(row, NULL);
		dm_row_text(row, NULL);
		dm_row_text(row, NULL);
	}
	else
	{
		dm_row_int(row, place[c->at]);
		dm_row_int(row, place[c->low]);
		dm_row_int(row, place[c->high]);
	}
	dm_row_double(row, c->confidence);
	dm_row_double(row, c->before);
	dm_row_double(row, c->after);
	dm_row_double(row, c->before_stddev);
	dm_row_double(row, c->after_stddev);
}

Datum
datamon_change_point(PG_FUNCTION_ARGS)
{
	DmChangePoint c = {DM_CHANGE_NONE, NAN, 0, 0, 0, NAN, NAN, NAN, NAN};
	DmRow		row;
	Datum	   *element;
	bool	   *null;
	double	   *x;
	int		   *place;
	int			n,
				used = 0,
				i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &element, &null, &n);
	if (n > MOST_VALUES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d values", MOST_VALUES),
				 errhint("Give the last few hundred before and after the change, or means of longer times.")));
	x = palloc(sizeof(double) * Max(n, 1));
	place = palloc(sizeof(int) * Max(n, 1));
	for (i = 0; i < n; i++)
		if (!null[i] && fabs(DatumGetFloat8(element[i])) <= MOST_VALUE)
		{
			x[used] = DatumGetFloat8(element[i]);
			place[used++] = i + 1;
		}
	dm_change_point(x, (size_t) used, palloc(sizeof(double) * Max(DM_CHANGE_ROOM(used), 1)), &c);
	dm_row_begin(fcinfo, &row);
	put_change(&row, &c, place);
	dm_row_count(&row, used);
	dm_row_count(&row, n - used);
	return dm_row_end(&row);
}
