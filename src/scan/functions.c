/*
 * functions.c - what SQL sees of scans: for tests, and to look into one.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/checks.h"
#include "base/row.h"
#include "scan/columns.h"
#include "scan/scan.h"
#include "stats/significant.h"

PG_FUNCTION_INFO_V1(datamon_significant);
PG_FUNCTION_INFO_V1(datamon_scan);
PG_FUNCTION_INFO_V1(datamon_scan_query);

int
dm_check_significant_bits(int bits)
{
	if (bits < 1 || bits > DM_ALL_BITS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of significant bits must be between 1 and %d, not %d", DM_ALL_BITS, bits)));
	return bits;
}

/* _significant(double precision, integer) */
Datum
datamon_significant(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(dm_significant(PG_GETARG_FLOAT8(0),
									dm_check_significant_bits(PG_GETARG_INT32(1))));
}

/* An array without NULLs. */
static Datum *
elements(ArrayType *array, Oid type, int *n)
{
	bool	   *nulls;
	Datum	   *values;
	int			i;

	if (type == NAMEOID)
		deconstruct_array(array, NAMEOID, NAMEDATALEN, false, 'c', &values, &nulls, n);
	else
		deconstruct_array(array, TEXTOID, -1, false, 'i', &values, &nulls, n);
	for (i = 0; i < *n; i++)
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("column %d is NULL", i + 1)));
	return values;
}

DmScanColumn *
dm_scan_columns(Relation relation, ArrayType *names, int *n)
{
	Datum	   *name = elements(names, NAMEOID, n);
	DmScanColumn *columns = palloc0(sizeof(DmScanColumn) * Max(*n, 1));
	int			i;

	for (i = 0; i < *n; i++)
	{
		columns[i].attnum = get_attnum(RelationGetRelid(relation), NameStr(*DatumGetName(name[i])));
		columns[i].significant_bits = DM_ALL_BITS;
		if (columns[i].attnum == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist",
							NameStr(*DatumGetName(name[i])), RelationGetRelationName(relation))));
	}
	return columns;
}

void
dm_scan_require(Relation relation, const DmScanColumn *columns, int n)
{
	const char *obstacle = dm_scan_obstacle(relation, columns, n);

	if (obstacle)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" cannot be read page by page: %s", RelationGetRelationName(relation),
						obstacle)));
}

/* "number:20", "dimension", "category", "bucket:60", "actual", "predicted:0.5" */
static void
parse_reading(DmScanColumn *column, char *reading)
{
	static const char *const known[] = {
		[DM_AS_NUMBER] = "number",[DM_AS_DIMENSION] = "dimension",[DM_AS_CATEGORY] = "category",
		[DM_AS_BUCKET] = "bucket",[DM_AS_ACTUAL] = "actual",[DM_AS_PREDICTED] = "predicted"
	};
	char	   *colon = strchr(reading, ':');
	double		value = 0;
	int			i;

	if (colon)
	{
		*colon = '\0';
		value = DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(colon + 1)));
	}
	for (i = 0; i < (int) lengthof(known) && strcmp(reading, known[i]) != 0; i++)
		;
	if (i == (int) lengthof(known) || (i == DM_AS_BUCKET && !(value >= 1e-6 && value < 1e9)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a column cannot be read as \"%s\"", reading)));
	column->as = (DmScanAs) i;
	column->significant_bits = i == DM_AS_NUMBER && colon ? dm_check_significant_bits((int) value) : DM_ALL_BITS;
	column->width = (int64) (value * USECS_PER_SEC);
	column->has_threshold = colon != NULL;
	column->threshold = value;
}

static void
parse_readings(DmScanColumn *columns, int n, ArrayType *readings)
{
	int			given;
	Datum	   *reading = elements(readings, TEXTOID, &given);
	int			i;

	if (given != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("columns and ways to read them differ in number: %d and %d", n, given)));
	for (i = 0; i < n; i++)
		parse_reading(&columns[i], TextDatumGetCString(reading[i]));
}

static char *
outcome_text(uint8 outcome, uint8 true_bit, uint8 null_bit)
{
	if (outcome & null_bit)
		return NULL;
	return outcome & true_bit ? "true" : "false";
}

static char *
id_text(const DmScanColumn *column, uint32 id)
{
	JsonbValue	v;

	dm_scan_value(column, id, &v);
	return id == DM_NULL_ID ? NULL : JsonbToCString(NULL, &JsonbValueToJsonb(&v)->root, -1);
}

/* What a column of a row was read as; NULL for NULL. */
static char *
value_text(const DmScanColumn *column, const DmRows *rows, int place, int row)
{
	switch (column->as)
	{
		case DM_AS_NUMBER:
			if (dm_bits(rows->number[place][row]) == DM_NULL_BITS)
				return NULL;
			return DatumGetCString(DirectFunctionCall1(float8out, Float8GetDatum(rows->number[place][row])));
		case DM_AS_DIMENSION:
			return id_text(column, rows->dimension[place][row]);
		case DM_AS_CATEGORY:
			return id_text(column, rows->category[place][row]);
		case DM_AS_BUCKET:
			if (rows->bucket[row] == DM_NO_BUCKET)
				return NULL;
			return psprintf(INT64_FORMAT, rows->bucket[row]);
		case DM_AS_ACTUAL:
			return outcome_text(rows->outcome[row], DM_ACTUAL_TRUE, DM_ACTUAL_NULL);
		case DM_AS_PREDICTED:
			return outcome_text(rows->outcome[row], DM_PREDICTED_TRUE, DM_PREDICTED_NULL);
	}
	return NULL;
}

/* Number and text[] of each row. */
static void
put_rows(DmRowSet *set, const DmScanColumn *columns, int n, const DmRows *rows, int64 *row_no)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon row",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	int			row;

	for (row = 0; row < rows->n; row++)
	{
		Datum	   *value = palloc0(sizeof(Datum) * Max(n, 1));
		bool	   *null = palloc0(sizeof(bool) * Max(n, 1));
		int			place[DM_AS_PREDICTED + 1] = {0};
		int			lower = 1;
		int			i;

		for (i = 0; i < n; i++)
		{
			char	   *text = value_text(&columns[i], rows, place[columns[i].as]++, row);

			null[i] = text == NULL;
			value[i] = text ? CStringGetTextDatum(text) : (Datum) 0;
		}
		dm_row_count(&set->row, ++*row_no);
		dm_row_value(&set->row, (struct varlena *) construct_md_array(
			value, null, 1, &n, &lower, TEXTOID, -1, false, 'i'));
		dm_rows_put(set);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

/* _scan(regclass, name[], text[]) */
Datum
datamon_scan(PG_FUNCTION_ARGS)
{
	Relation	relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	DmScanColumn *columns;
	DmRowSet	set;
	int64		row_no = 0;
	DmScan	   *scan;
	BlockNumber block;
	int			n;

	columns = dm_scan_columns(relation, PG_GETARG_ARRAYTYPE_P(1), &n);
	parse_readings(columns, n, PG_GETARG_ARRAYTYPE_P(2));
	dm_scan_require(relation, columns, n);
	dm_rows_begin(fcinfo, &set);
	scan = dm_scan_begin(relation, GetActiveSnapshot(), columns, n);
	for (block = 0; block < dm_scan_blocks(scan); block++)
		put_rows(&set, columns, n, dm_scan_block(scan, block), &row_no);
	dm_scan_end(scan);
	table_close(relation, NoLock);
	return (Datum) 0;
}

/* _scan_query(text, text[]) */
Datum
datamon_scan_query(PG_FUNCTION_ARGS)
{
	ArrayType  *readings = PG_GETARG_ARRAYTYPE_P(1);
	int			n = ArrayGetNItems(ARR_NDIM(readings), ARR_DIMS(readings));
	DmScanColumn *columns = palloc0(sizeof(DmScanColumn) * Max(n, 1));
	DmQueryScan *scan;
	DmRowSet	set;
	int64		row_no = 0;
	DmRows	   *rows;
	int			i;

	for (i = 0; i < n; i++)
		columns[i].attnum = (AttrNumber) (i + 1);
	parse_readings(columns, n, readings);
	dm_rows_begin(fcinfo, &set);
	scan = dm_query_begin(text_to_cstring(PG_GETARG_TEXT_PP(0)), columns, n);
	while ((rows = dm_query_next(scan)) != NULL)
		put_rows(&set, columns, n, rows, &row_no);
	dm_query_end(scan);
	return (Datum) 0;
}
