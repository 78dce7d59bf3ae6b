/*
 * profile_scan.c - the profile of a whole table straight from its pages.
 *
 * The value is that of profile(); what the executor does for every value of
 * every row is left out.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/checks.h"
#include "scan/columns.h"
#include "scan/page.h"
#include "stats/vectorise.h"
#include "types/profile.h"
#include "types/working.h"

PG_FUNCTION_INFO_V1(datamon_profile_scan);

/* Values of one column that wait to be counted by what they are: what memory is bounded by. */
#define MOST_VALUES 65536
#define MOST_VALUE_BYTES (16 * 1024 * 1024)

typedef struct ProfileScan
{
	DmScan	   *scan;
	DmWorking  *w;
	uint64	  **count;			/* of each column's ids; NULL for numbers */
	uint32	   *counted;		/* ids there is room for */
} ProfileScan;

/* As profile() takes the columns. */
static char *
kinds_of(Relation relation, DmScanColumn *columns, int n, int bits)
{
	char	   *kinds = palloc(Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
	{
		Oid			type = TupleDescAttr(RelationGetDescr(relation), columns[i].attnum - 1)->atttypid;
		bool		number = DM_VALUE_IS_NUMBER(dm_value_type(type));

		kinds[i] = number ? DM_KIND_NUMBER : DM_KIND_CATEGORY;
		columns[i].as = number ? DM_AS_NUMBER : DM_AS_CATEGORY;
		columns[i].significant_bits = bits;
	}
	return kinds;
}

/* Take the NULLs out; returns how many values are left. */
static int
squeeze(double *x, int n)
{
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		double		value = x[i];

		x[kept] = value;
		kept += dm_bits(value) != DM_NULL_BITS;
	}
	return kept;
}

static void
put_numbers(ProfileScan *p, int column, double *x, int n)
{
	DmColumnReader   *r = &p->scan->readers[column];

	if (r->nulls)
	{
		int			kept = squeeze(x, n);

		p->w->slot[column].nulls += (uint64) (n - kept);
		n = kept;
	}
	r->nulls = false;
	p->w = dm_working_put_numbers(p->w, column, x, n);
}

static void
put_ids(ProfileScan *p, int column, const uint32 *id, int n)
{
	uint32		size = dm_dictionary_size(p->scan->readers[column].column->dictionary);
	int			i;

	if (size >= p->counted[column])
	{
		uint32		room = Max(64, size * 2);
		uint64	   *count = palloc_extended(sizeof(uint64) * (Size) room, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

		if (p->count[column])
		{
			memcpy(count, p->count[column], sizeof(uint64) * (Size) p->counted[column]);
			pfree(p->count[column]);
		}
		p->count[column] = count;
		p->counted[column] = room;
	}
	for (i = 0; i < n; i++)
		p->count[column][id[i]]++;
}

/* The first rows go through the buffers, from which the tables are made. */
static void
put_numbers_singly(ProfileScan *p)
{
	DmScan	   *scan = p->scan;
	int			row;

	for (row = 0; row < scan->rows.n; row++)
	{
		int			number = 0;
		int			i;

		p->w = dm_working_room(p->w);
		dm_working_make_ragged(p->w);
		for (i = 0; i < scan->ncolumns; i++)
		{
			double		x;

			if (scan->readers[i].number == NULL)
				continue;
			x = scan->rows.number[number++][row];
			if (dm_bits(x) == DM_NULL_BITS)
				p->w->slot[i].nulls++;
			else
				dm_working_put(p->w, i, x);
		}
		p->w->buffered++;
	}
}

static bool
has_tables(const DmWorking *w)
{
	uint32		i;

	for (i = 0; i < w->ncolumns; i++)
		if (w->slot[i].kind == DM_KIND_NUMBER && w->slot[i].column == 0)
			return false;
	return true;
}

static void
put_rows(ProfileScan *p)
{
	DmScan	   *scan = p->scan;
	bool		tables = has_tables(p->w);
	int			i;

	for (i = 0; i < scan->ncolumns; i++)
	{
		if (scan->readers[i].id)
			put_ids(p, i, scan->readers[i].id, scan->rows.n);
		else if (tables)
			put_numbers(p, i, scan->readers[i].number, scan->rows.n);
	}
	if (!tables)
		put_numbers_singly(p);
	p->w->rows += (uint64) scan->rows.n;
	scan->rows.n = 0;
}

/* Count the values of a column by what they are, which caps itself whatever their order. */
static void
put_category(ProfileScan *p, int column)
{
	DmDictionary *dictionary = p->scan->readers[column].column->dictionary;
	uint32		id;

	for (id = 0; id < p->counted[column]; id++)
	{
		const char *bytes = NULL;
		size_t		len = 0;

		if (p->count[column][id] == 0)
			continue;
		if (id != DM_NULL_ID)
			bytes = dm_dictionary_bytes(dictionary, id, &len);
		p->w = dm_working_put_category_times(p->w, column, bytes, len, p->count[column][id]);
	}
}

/* A column of free text must not be held as a whole. */
static void
forget_values(ProfileScan *p)
{
	int			i;

	for (i = 0; i < p->scan->ncolumns; i++)
	{
		DmColumnReader *r = &p->scan->readers[i];

		if (r->id == NULL || (dm_dictionary_size(r->column->dictionary) < MOST_VALUES &&
							  dm_dictionary_value_bytes(r->column->dictionary) < MOST_VALUE_BYTES))
			continue;
		put_category(p, i);
		memset(p->count[i], 0, sizeof(uint64) * (Size) p->counted[i]);
		dm_ids_forget(r);
	}
}

/* Pages are gathered until they make up about a tile: so much stays in the processor's nearest cache. */
static void
read_all(ProfileScan *p)
{
	DmScan	   *scan = p->scan;
	BlockNumber block;
	int			i;

	for (block = 0; block < scan->blocks; block++)
	{
		dm_scan_append(scan, block);
		if (scan->rows.n + MaxHeapTuplesPerPage > DM_ROWS)
		{
			put_rows(p);
			forget_values(p);
		}
	}
	put_rows(p);
	for (i = 0; i < scan->ncolumns; i++)
		put_category(p, i);
}

struct varlena *
dm_scan_profile(Relation relation, DmScanColumn *columns, const char *kinds, int n,
				uint64 *rows)
{
	DmGrid		grid = {DM_PROFILE_MAX_BYTES, 0};
	ProfileScan p;
	struct varlena *packed;

	p.w = dm_working_new(DM_PROFILE, kinds, n, grid, true);
	p.count = palloc0(sizeof(uint64 *) * Max(n, 1));
	p.counted = palloc0(sizeof(uint32) * Max(n, 1));
	p.scan = dm_scan_begin(relation, GetActiveSnapshot(), columns, n);
	read_all(&p);
	*rows = p.w->rows;
	packed = *rows > 0 ? dm_profile_pack_working(p.w) : NULL;	/* as an aggregate of no rows */
	dm_scan_end(p.scan);
	return packed;
}

/* _profile_scan(regclass, name[], integer) */
Datum
datamon_profile_scan(PG_FUNCTION_ARGS)
{
	Relation	relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	int			bits = dm_check_significant_bits(PG_GETARG_INT32(2));
	DmScanColumn *columns;
	struct varlena *packed;
	uint64		rows;
	int			n;

	columns = dm_scan_columns(relation, PG_GETARG_ARRAYTYPE_P(1), &n);
	dm_scan_require(relation, columns, n);
	packed = dm_scan_profile(relation, columns, kinds_of(relation, columns, n, bits), n, &rows);
	table_close(relation, NoLock);
	if (packed == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(packed);
}
