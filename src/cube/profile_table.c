/*
 * profile_table.c - profile_table(): a profile of every segment of a table.
 *
 * What the current user may read page by page is read so; everything else by
 * a query, which the server runs as it runs the user's own.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/row.h"
#include "base/settings.h"
#include "cube/profile_table.h"
#include "cube/segment.h"
#include "types/cell_builder.h"

PG_FUNCTION_INFO_V1(datamon_profile_table);

typedef struct ProfileTable
{
	const DmTablePlan *plan;
	DmCube	   *cube;
	DmRowSet	rows;
	DmCellBuilder *builder;		/* NULL: no profile */
	DmSegments *segments;
	StringInfoData profile;
	StringInfoData performance;
} ProfileTable;

/* The column in a table that inherits it. */
static void
map_columns(const DmTablePlan *plan, Relation child)
{
	int			i;

	for (i = 0; i < plan->ncolumns; i++)
		plan->column[i].attnum = get_attnum(RelationGetRelid(child), plan->name[i]);
}

/*
 * The tables whose pages hold the rows, locked; NIL if not all of them can be
 * read page by page.  To read a table that inherits, what counts is the right
 * to read the one that was named.
 */
static List *
tables_to_scan(const DmTablePlan *plan)
{
	List	   *all;
	List	   *tables = NIL;
	ListCell   *lc;
	bool		can = true;

	if (plan->relation->rd_rel->relkind != RELKIND_RELATION &&
		plan->relation->rd_rel->relkind != RELKIND_MATVIEW &&
		plan->relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return NIL;
	if (dm_scan_privilege(plan->relation, plan->column, plan->ncolumns) != NULL)
		return NIL;
	all = find_all_inheritors(RelationGetRelid(plan->relation), AccessShareLock, NULL);
	foreach(lc, all)
	{
		Relation	table = table_open(lfirst_oid(lc), NoLock);

		if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		{
			map_columns(plan, table);
			can = can && dm_scan_storage(table, plan->column, plan->ncolumns) == NULL;
			tables = lappend_oid(tables, lfirst_oid(lc));
		}
		table_close(table, NoLock);
	}
	return can ? tables : NIL;
}

static void emit_cell(void *to, const DmCubeCell *cell);

/* Once the dictionaries of the columns are there. */
static void
begin_cube(ProfileTable *t)
{
	DmCubeShape shape = t->plan->shape;
	int			categories = 0;
	int			i;

	if (t->cube)
		return;
	shape.memory = (Size) dm_cube_memory * 1024;
	shape.partition = -1;
	shape.timeless = t->plan->width == 0;
	shape.categories = palloc(sizeof(DmDictionary *) * (shape.ncategories + 1));
	for (i = 0; i < t->plan->ncolumns; i++)
		if (t->plan->column[i].as == DM_AS_CATEGORY)
			shape.categories[categories++] = t->plan->column[i].dictionary;
	t->cube = dm_cube_new(&shape, emit_cell, t);
}

static void
scan_table(ProfileTable *t, Oid relid)
{
	const DmTablePlan *plan = t->plan;
	Relation	table = table_open(relid, NoLock);
	DmScan	   *scan;
	BlockNumber blocks;
	BlockNumber block;

	map_columns(plan, table);
	scan = dm_scan_begin(table, GetActiveSnapshot(), plan->column, plan->ncolumns);
	begin_cube(t);
	blocks = dm_scan_blocks(scan);
	for (block = 0; block < blocks; block++)
	{
		CHECK_FOR_INTERRUPTS();
		dm_cube_add(t->cube, dm_scan_block(scan, block));
	}
	dm_scan_end(scan);
	table_close(table, NoLock);
}

static void
query_table(ProfileTable *t)
{
	const DmTablePlan *plan = t->plan;
	StringInfoData query;
	DmQueryScan *scan;
	DmRows	   *rows;
	int			i;

	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT ");
	for (i = 0; i < plan->ncolumns; i++)
	{
		appendStringInfo(&query, "%s%s", i > 0 ? ", " : "", quote_identifier(plan->name[i]));
		plan->column[i].attnum = (AttrNumber) (i + 1);
	}
	appendStringInfo(&query, " FROM %s",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(plan->relation)),
												RelationGetRelationName(plan->relation)));
	scan = dm_query_begin(query.data, plan->column, plan->ncolumns);
	begin_cube(t);
	while ((rows = dm_query_next(scan)) != NULL)
		dm_cube_add(t->cube, rows);
	dm_query_end(scan);
}

static void
put_bucket(ProfileTable *t, int64 bucket)
{
	__int128	start = (__int128) bucket * t->plan->width + DM_BUCKET_ORIGIN;
	DmRow	   *row = &t->rows.row;

	if (t->plan->width == 0 || bucket == DM_NO_BUCKET)
	{
		dm_row_value(row, NULL);
		return;
	}
	if (start < MIN_TIMESTAMP || start >= END_TIMESTAMP)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	dm_row_count(row, (int64) start);	/* a timestamptz is an int64 */
}

static void
put_profile(ProfileTable *t, const DmCubeCell *cell)
{
	if (t->builder == NULL)
	{
		dm_row_value(&t->rows.row, NULL);
		return;
	}
	dm_cell_begin_profile(t->builder, &t->profile, cell->n);
	appendBinaryStringInfo(&t->profile, cell->columns, (int) cell->columns_size);
	SET_VARSIZE(t->profile.data, t->profile.len);
	dm_row_value(&t->rows.row, (struct varlena *) t->profile.data);
}

static void
put_performance(ProfileTable *t, const DmCubeCell *cell)
{
	StringInfo	out = &t->performance;
	DmHeader	header = {0};

	if (!t->plan->shape.outcome)
	{
		dm_row_value(&t->rows.row, NULL);
		return;
	}
	header.tag = DM_F_BETA_STATE;
	header.version = DM_FORMAT_VERSION;
	resetStringInfo(out);
	appendBinaryStringInfo(out, (char *) &header, DM_HEADER_SIZE);
	dm_put_varint(out, cell->tp);
	dm_put_varint(out, cell->fp);
	dm_put_varint(out, cell->fn);
	dm_put_varint(out, cell->tn);
	dm_put_varint(out, cell->unlabelled);
	dm_put_varint(out, cell->unpredicted);
	dm_put_varint(out, cell->empty);
	SET_VARSIZE(out->data, out->len);
	dm_row_value(&t->rows.row, (struct varlena *) out->data);
}

static void
emit_cell(void *to, const DmCubeCell *cell)
{
	ProfileTable *t = to;

	put_bucket(t, cell->bucket);
	dm_row_value(&t->rows.row, dm_segment_jsonb(t->segments, cell->level, cell->key));
	dm_row_count(&t->rows.row, (int64) cell->n);
	put_profile(t, cell);
	put_performance(t, cell);
	dm_rows_put(&t->rows);
}

/* Without segments there is nothing to sort: values are counted as they are read. */
static bool
is_whole(const DmTablePlan *plan, List *tables)
{
	return list_length(tables) == 1 && plan->shape.ndimensions == 0 && plan->width == 0 &&
		!plan->shape.outcome && plan->shape.ncolumns > 0;
}

static void
whole_table(ProfileTable *t, Oid relid)
{
	const DmTablePlan *plan = t->plan;
	Relation	table = table_open(relid, NoLock);
	struct varlena *profile;
	uint64		n;

	map_columns(plan, table);
	profile = dm_scan_profile(table, plan->column, plan->shape.kinds, plan->ncolumns, &n);
	table_close(table, NoLock);
	if (n == 0)
		return;
	dm_row_value(&t->rows.row, NULL);
	dm_row_value(&t->rows.row, dm_segment_jsonb(t->segments, 0, NULL));
	dm_row_count(&t->rows.row, (int64) n);
	dm_row_value(&t->rows.row, profile);
	dm_row_value(&t->rows.row, NULL);
	dm_rows_put(&t->rows);
}

/* profile_table(relation, columns, dimensions, ...) */
Datum
datamon_profile_table(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "datamon profile_table",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old;
	ProfileTable t = {0};
	List	   *tables;
	ListCell   *lc;

	dm_rows_begin(fcinfo, &t.rows);
	old = MemoryContextSwitchTo(context);
	t.plan = dm_table_plan(fcinfo);
	if (t.plan->shape.ncolumns > 0)
		t.builder = dm_cell_builder_new(t.plan->shape.kinds, t.plan->shape.ncolumns,
										t.plan->shape.grid);
	initStringInfo(&t.profile);
	initStringInfo(&t.performance);
	t.segments = dm_segments_new(t.plan->column, t.plan->name, t.plan->shape.ndimensions);
	tables = tables_to_scan(t.plan);
	if (is_whole(t.plan, tables))
		whole_table(&t, linitial_oid(tables));
	else
	{
		foreach(lc, tables)
			scan_table(&t, lfirst_oid(lc));
		if (tables == NIL)
			query_table(&t);
		dm_cube_finish(t.cube);
	}
	table_close(t.plan->relation, NoLock);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return (Datum) 0;
}
