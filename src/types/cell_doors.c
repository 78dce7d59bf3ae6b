/*
 * cell_doors.c - the cell builder from SQL, for tests and measurements.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/numeric.h"
#include "scan/dictionary.h"
#include "types/cell_builder.h"
#include "types/sketch.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_build_number_cell);
PG_FUNCTION_INFO_V1(datamon_build_category_cell);
PG_FUNCTION_INFO_V1(datamon_merge_cells);

/* What comes before the columns of a packed profile: rows, grid, number of columns. */
static int
read_profile_head(DmReader *r, const struct varlena *p, uint64 *rows, DmGrid *grid)
{
	dm_check_header(p, DM_PROFILE);
	dm_reader_init(r, p);
	*rows = dm_get_varint(r);
	(void) dm_grid_read(r, grid);
	return (int) dm_get_varint(r);
}

/* The numbers of an array as a scan gives them. */
static double *
read_numbers(ArrayType *array, int *n)
{
	Datum	   *value;
	bool	   *isnull;
	double	   *x;
	int			i;

	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &value,
					  &isnull, n);
	x = palloc(sizeof(double) * Max(*n, 1));
	for (i = 0; i < *n; i++)
	{
		x[i] = isnull[i] ? dm_from_bits(DM_NULL_BITS) : DatumGetFloat8(value[i]);
		if (!isnull[i] && x[i] != x[i])
			x[i] = dm_from_bits(DM_NAN_BITS);
	}
	return x;
}

/* _build_cell(float8[], max_bytes, significant_bits, times): the profile of one column, built so often */
Datum
datamon_build_number_cell(PG_FUNCTION_ARGS)
{
	int			n;
	double	   *x = read_numbers(PG_GETARG_ARRAYTYPE_P(0), &n);
	double	   *copy = palloc(sizeof(double) * Max(n, 1));
	int			times = PG_GETARG_INT32(3);
	DmGrid		grid = {(uint32) PG_GETARG_INT32(1), (uint32) (53 - PG_GETARG_INT32(2))};
	char		kind = DM_KIND_NUMBER;
	DmCellBuilder *b;
	StringInfoData buf;

	dm_grid_check(PG_GETARG_INT32(1), PG_GETARG_INT32(2));
	b = dm_cell_builder_new(&kind, 1, grid);
	initStringInfo(&buf);
	do
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(copy, x, sizeof(double) * n);
		dm_cell_begin_profile(b, &buf, (uint64) n);
		dm_put_u8(&buf, (uint8) kind);
		dm_cell_put_numbers(b, &buf, copy, n);
	} while (--times > 0);
	PG_RETURN_POINTER(dm_packed_finish(&buf));
}

static int
by_bytes(const void *a, const void *b)
{
	const text *x = *(text *const *) a;
	const text *y = *(text *const *) b;
	int			c = memcmp(VARDATA_ANY(x), VARDATA_ANY(y),
						   Min(VARSIZE_ANY_EXHDR(x), VARSIZE_ANY_EXHDR(y)));

	return c != 0 ? c : (VARSIZE_ANY_EXHDR(x) > VARSIZE_ANY_EXHDR(y)) -
		(VARSIZE_ANY_EXHDR(x) < VARSIZE_ANY_EXHDR(y));
}

/* Place of every id among the dictionary's values by their bytes. */
static uint32 *
rank_ids(DmDictionary *d, Datum *value, bool *isnull, int n)
{
	text	  **sorted = palloc(sizeof(text *) * Max(n, 1));
	uint32	   *rank = palloc0(sizeof(uint32) * (dm_dictionary_size(d) + 1));
	int			m = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (!isnull[i])
			sorted[m++] = DatumGetTextPP(value[i]);
	qsort(sorted, m, sizeof(text *), by_bytes);
	for (i = 0; i < m; i++)
		rank[dm_dictionary_id(d, VARDATA_ANY(sorted[i]), VARSIZE_ANY_EXHDR(sorted[i]))] = (uint32) i;
	return rank;
}

/* _build_cell(text[], times): the profile of one column of categories */
Datum
datamon_build_category_cell(PG_FUNCTION_ARGS)
{
	int			times = PG_GETARG_INT32(1);
	DmDictionary *d = dm_dictionary_new();
	DmGrid		grid = {1536, 0};
	char		kind = DM_KIND_CATEGORY;
	DmCellBuilder *b = dm_cell_builder_new(&kind, 1, grid);
	StringInfoData buf;
	Datum	   *value;
	bool	   *isnull;
	uint32	   *id;
	uint32	   *copy;
	uint32	   *rank;
	int			n;
	int			i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &value, &isnull,
					  &n);
	id = palloc(sizeof(uint32) * Max(n, 1));
	copy = palloc(sizeof(uint32) * Max(n, 1));
	for (i = 0; i < n; i++)
	{
		text	   *t = isnull[i] ? NULL : DatumGetTextPP(value[i]);

		id[i] = t ? dm_dictionary_id(d, VARDATA_ANY(t), VARSIZE_ANY_EXHDR(t)) : DM_NULL_ID;
	}
	rank = rank_ids(d, value, isnull, n);
	initStringInfo(&buf);
	do
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(copy, id, sizeof(uint32) * n);
		dm_cell_begin_profile(b, &buf, (uint64) n);
		dm_put_u8(&buf, (uint8) kind);
		dm_cell_put_categories(b, &buf, copy, n, d, rank);
	} while (--times > 0);
	PG_RETURN_POINTER(dm_packed_finish(&buf));
}

/* All columns of the profiles, one after the other, merged into buf. */
static void
merge_all(StringInfo buf, DmCellBuilder *b, DmReader *reader, int n, int ncolumns)
{
	DmPackedColumn *column = palloc(sizeof(DmPackedColumn) * n);
	int			i;

	while (ncolumns-- > 0)
	{
		char		kind = 0;

		for (i = 0; i < n; i++)
		{
			char		before = kind;

			kind = (char) dm_get_u8(&reader[i]);
			column[i].bytes = reader[i].pos;
			column[i].end = reader[i].end;
			dm_cell_skip_column(&reader[i], kind);
			if (reader[i].failed || (i > 0 && kind != before))
				dm_corrupt("profile");
		}
		dm_put_u8(buf, (uint8) kind);
		dm_cell_merge_columns(b, buf, kind, column, n);
	}
	pfree(column);
}

/* _merge_cells(profile[], times): what merge() makes of them */
Datum
datamon_merge_cells(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			times = PG_GETARG_INT32(1);
	StringInfoData buf;
	DmCellBuilder *b;
	DmGrid		grid = {DM_LIMIT_MAX_BYTES, 0};
	DmReader   *reader;
	DmReader   *r;
	Datum	   *value;
	uint64		rows = 0;
	int			ncolumns = 0;
	int			n;
	int			i;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &value, NULL, &n);
	if (n == 0)
		PG_RETURN_NULL();
	reader = palloc(sizeof(DmReader) * n);
	r = palloc(sizeof(DmReader) * n);
	for (i = 0; i < n; i++)
	{
		DmGrid		g;
		uint64		more;
		int			columns = read_profile_head(&reader[i], PG_DETOAST_DATUM(value[i]), &more, &g);

		if (i > 0 && columns != ncolumns)
			dm_corrupt("profile");
		ncolumns = columns;
		rows += more;
		grid.max_bytes = Min(grid.max_bytes, g.max_bytes);
		grid.min_shift = Max(grid.min_shift, g.min_shift);
	}
	b = dm_cell_builder_new(NULL, ncolumns, grid);
	initStringInfo(&buf);
	do
	{
		CHECK_FOR_INTERRUPTS();
		memcpy(r, reader, sizeof(DmReader) * n);
		dm_cell_begin_profile(b, &buf, rows);
		merge_all(&buf, b, r, n, ncolumns);
	} while (--times > 0);
	PG_RETURN_POINTER(dm_packed_finish(&buf));
}
