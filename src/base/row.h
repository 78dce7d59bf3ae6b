/*
 * row.h - a composite result, or a set of them, built column by column.
 */
#ifndef DATAMON_BASE_ROW_H
#define DATAMON_BASE_ROW_H

#include "compat.h"

#include "access/tupdesc.h"

#define DM_ROW_COLUMNS 40

typedef struct DmRow
{
	TupleDesc	desc;
	Datum		value[DM_ROW_COLUMNS];
	bool		null[DM_ROW_COLUMNS];
	int			n;
} DmRow;

extern void dm_row_begin(FunctionCallInfo fcinfo, DmRow *row);

/* NaN is NULL; a row keeps an infinite value: a column out of range stops no other. */
extern void dm_row_double(DmRow *row, double v);
extern void dm_row_count(DmRow *row, int64 v);
extern void dm_row_int(DmRow *row, int32 v);
extern void dm_row_text(DmRow *row, const char *v);	/* NULL for NULL */
extern void dm_row_string(DmRow *row, const char *v, size_t len);
extern void dm_row_value(DmRow *row, const struct varlena *v);	/* NULL for NULL */
extern void dm_row_bool(DmRow *row, bool v);
extern Datum dm_row_end(DmRow *row);

/*
 * A function that returns a set of rows: begin, then for every row its columns
 * and dm_rows_put; then return (Datum) 0.
 */
typedef struct DmRowSet
{
	struct Tuplestorestate *store;
	DmRow		row;
} DmRowSet;

extern void dm_rows_begin(FunctionCallInfo fcinfo, DmRowSet *rows);
extern void dm_rows_put(DmRowSet *rows);

#endif							/* DATAMON_BASE_ROW_H */
