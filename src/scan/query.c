/*
 * query.c - the rows of any query, read as those of a heap are.
 */
#include "postgres.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "scan/reader.h"

/* Rows of one fetch: enough to forget its cost, few enough to stay in the cache. */
#define FETCH 512

struct DmQueryScan
{
	MemoryContext context;
	MemoryContext scratch;
	Portal		portal;
	int			ncolumns;
	DmColumnReader   *readers;
	DmRows		rows;
	Datum	   *value;			/* of one row of the result */
	bool	   *null;
	int			natts;
	const char **at;			/* [column][row] */
	Datum	   *cell;			/* [column][row] of what is passed by value */
	DmRowPlace *place;			/* [row]; NULL: not asked for */
};

/* The caller goes on in his own memory context, whatever SPI_connect() has made current. */
static Portal
open_portal(const char *query)
{
	MemoryContext old = CurrentMemoryContext;
	SPIPlanPtr	plan;
	Portal		portal;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare(query, 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (!SPI_is_cursor_plan(plan))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("query to read rows from returns none")));
	/* read only: under the snapshot of the statement, and nothing is written */
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	MemoryContextSwitchTo(old);
	return portal;
}

DmQueryScan *
dm_query_begin(const char *query, DmScanColumn *columns, int ncolumns)
{
	DmQueryScan *scan = palloc0(sizeof(DmQueryScan));
	Oid		   *types = palloc(sizeof(Oid) * Max(ncolumns, 1));
	int			i;

	scan->context = CurrentMemoryContext;
	scan->portal = open_portal(query);
	scan->ncolumns = ncolumns;
	scan->natts = scan->portal->tupDesc->natts;
	for (i = 0; i < ncolumns; i++)
	{
		if (columns[i].attnum < 1 || columns[i].attnum > scan->natts)
			elog(ERROR, "query has no column %d", columns[i].attnum);
		types[i] = TupleDescAttr(scan->portal->tupDesc, columns[i].attnum - 1)->atttypid;
	}
	scan->readers = dm_readers_new(columns, types, ncolumns, &scan->rows);
	scan->value = palloc(sizeof(Datum) * Max(scan->natts, 1));
	scan->null = palloc(sizeof(bool) * Max(scan->natts, 1));
	scan->at = palloc(sizeof(char *) * FETCH * Max(ncolumns, 1));
	scan->cell = palloc(sizeof(Datum) * FETCH * Max(ncolumns, 1));
	scan->scratch = AllocSetContextCreate(CurrentMemoryContext, "datamon rows",
										  ALLOCSET_DEFAULT_SIZES);
	pfree(types);
	return scan;
}

const DmRowPlace *
dm_query_places(DmQueryScan *scan)
{
	TupleDesc	desc = scan->portal->tupDesc;
	int			n = scan->natts;

	if (n < 2 || TupleDescAttr(desc, n - 2)->atttypid != OIDOID || TupleDescAttr(desc, n - 1)->atttypid != TIDOID)
		elog(ERROR, "query has no places");
	scan->place = palloc(sizeof(DmRowPlace) * FETCH);
	return scan->place;
}

static void
take_place(const DmQueryScan *scan, DmRowPlace *place)
{
	int			n = scan->natts;

	place->relation = scan->null[n - 2] || scan->null[n - 1] ? InvalidOid : DatumGetObjectId(scan->value[n - 2]);
	if (OidIsValid(place->relation))
		place->tid = *(ItemPointer) DatumGetPointer(scan->value[n - 1]);
}

/* Pointers to the values of one row, as they would lie in a tuple. */
static void
place_row(DmQueryScan *scan, HeapTuple tuple, TupleDesc desc, int row)
{
	int			i;

	heap_deform_tuple(tuple, desc, scan->value, scan->null);
	if (scan->place)
		take_place(scan, &scan->place[row]);
	for (i = 0; i < scan->ncolumns; i++)
	{
		const DmColumnReader *r = &scan->readers[i];
		int			a = r->column->attnum - 1;
		Datum	   *cell = &scan->cell[i * FETCH + row];

		if (scan->null[a])
			scan->at[i * FETCH + row] = NULL;
		else if (!r->by_value)
			scan->at[i * FETCH + row] = DatumGetPointer(scan->value[a]);
		else
		{
			store_att_byval(cell, scan->value[a], r->length);
			scan->at[i * FETCH + row] = (const char *) cell;
		}
	}
}

DmRows *
dm_query_next(DmQueryScan *scan)
{
	MemoryContext old = CurrentMemoryContext;
	int			n;
	int			i;

	CHECK_FOR_INTERRUPTS();
	SPI_cursor_fetch(scan->portal, true, FETCH);
	n = (int) SPI_processed;
	if (n == 0)
	{
		SPI_freetuptable(SPI_tuptable);
		MemoryContextSwitchTo(old);
		return NULL;
	}
	MemoryContextSwitchTo(scan->scratch);
	for (i = 0; i < n; i++)
		place_row(scan, SPI_tuptable->vals[i], SPI_tuptable->tupdesc, i);
	if (scan->rows.outcome)
		memset(scan->rows.outcome, 0, n);
	for (i = 0; i < scan->ncolumns; i++)
		dm_reader_read(&scan->readers[i], scan->at + (Size) i * FETCH, 0, n);
	scan->rows.n = n;
	SPI_freetuptable(SPI_tuptable);
	MemoryContextSwitchTo(old);
	MemoryContextReset(scan->scratch);
	return &scan->rows;
}

void
dm_query_end(DmQueryScan *scan)
{
	MemoryContext old = CurrentMemoryContext;

	SPI_cursor_close(scan->portal);
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "SPI_finish failed");
	MemoryContextDelete(scan->scratch);
	MemoryContextSwitchTo(old);
}
