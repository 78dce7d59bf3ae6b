/*
 * row.c - a composite result, or a set of them, built column by column.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "base/row.h"

void
dm_row_begin(FunctionCallInfo fcinfo, DmRow *row)
{
	if (get_call_result_type(fcinfo, NULL, &row->desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	row->n = 0;
}

static void
put(DmRow *row, Datum value, bool is_null)
{
	Assert(row->n < DM_ROW_COLUMNS);
	row->null[row->n] = is_null;
	row->value[row->n++] = value;
}

void
dm_row_double(DmRow *row, double v)
{
	put(row, isnan(v) ? (Datum) 0 : Float8GetDatum(v), isnan(v) != 0);
}

void
dm_row_count(DmRow *row, int64 v)
{
	put(row, Int64GetDatum(v), false);
}

void
dm_row_text(DmRow *row, const char *v)
{
	put(row, v ? CStringGetTextDatum(v) : (Datum) 0, v == NULL);
}

void
dm_row_string(DmRow *row, const char *v, size_t len)
{
	put(row, PointerGetDatum(cstring_to_text_with_len(v, (int) len)), false);
}

void
dm_row_int(DmRow *row, int32 v)
{
	put(row, Int32GetDatum(v), false);
}

void
dm_row_value(DmRow *row, const struct varlena *v)
{
	put(row, PointerGetDatum(v), v == NULL);
}

void
dm_row_bool(DmRow *row, bool v)
{
	put(row, BoolGetDatum(v), false);
}

/* A library and a script of different versions meet here. */
static void
check_columns(const DmRow *row)
{
	if (row->n != row->desc->natts)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the library and the SQL objects of datamon differ in version"),
				 errhint("Run ALTER EXTENSION datamon UPDATE.")));
}

Datum
dm_row_end(DmRow *row)
{
	check_columns(row);
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(row->desc), row->value, row->null));
}

void
dm_rows_begin(FunctionCallInfo fcinfo, DmRowSet *rows)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;

	if (result == NULL || !IsA(result, ReturnSetInfo) ||
		!(result->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	dm_row_begin(fcinfo, &rows->row);
	rows->row.desc = CreateTupleDescCopy(rows->row.desc);
	rows->store = tuplestore_begin_heap((result->allowedModes & SFRM_Materialize_Random) != 0,
										false, work_mem);
	result->returnMode = SFRM_Materialize;
	result->setResult = rows->store;
	result->setDesc = rows->row.desc;
	MemoryContextSwitchTo(old);
}

void
dm_rows_put(DmRowSet *rows)
{
	check_columns(&rows->row);
	tuplestore_putvalues(rows->store, rows->row.desc, rows->row.value, rows->row.null);
	rows->row.n = 0;
}
