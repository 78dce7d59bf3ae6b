/*
 * tile_bytes.c - the packed form of a tile, written and read cell by cell.
 *
 * A key is written as what differs from the one before: the first dimension
 * that does, by how much, and the ids behind it.  Ids count from DM_ANY, which
 * is 0 here, NULL 1.
 */
#include "postgres.h"


#include "base/checks.h"
#include "types/tile_internal.h"
#include "types/working.h"

/* flags of a packed tile */
#define HAS_PERFORMANCE 0x01

/* Most bytes of a cell before its columns: 13 + 1 varints of a key, 3 + 7 others. */
#define CELL_HEAD_BYTES (24 * 10)

struct DmTileBuilder
{
	DmTileShape shape;
	StringInfoData body;		/* cells */
	uint32		ncells;			/* of the run that is being written */
	int			start;			/* where it begins */
	uint64		rows;
	uint32		last[DM_TILE_DIMENSIONS];
	DmTileRun  *runs;			/* complete ones; bytes are filled in at the end */
	int			nruns;
	int			room;
};

static inline uint64
get_varint(DmReader *r)
{
	if (likely(r->pos < r->end && *r->pos < 0x80))
		return *r->pos++;
	return dm_get_varint(r);
}

DmTileBuilder *
dm_tile_begin(const DmTileShape *shape)
{
	DmTileBuilder *b = palloc0(sizeof(DmTileBuilder));
	char	   *kinds = palloc((Size) shape->ncolumns + 1);

	memcpy(kinds, shape->kinds, (Size) shape->ncolumns);
	b->shape = *shape;
	b->shape.kinds = kinds;
	initStringInfo(&b->body);
	return b;
}

static inline uint8 *
put_key(uint8 *p, const DmTileBuilder *b, const uint32 *key)
{
	uint64		n = (uint64) b->shape.ndimensions;
	uint64		same = 0;
	uint64		step;
	uint64		i;

	if (n == 0)
		return p;
	if (b->ncells == 0)
		step = key[0] + 1;
	else
	{
		while (key[same] == b->last[same])
			same++;
		step = (key[same] + 1) - (b->last[same] + 1) - 1;
	}
	p = dm_varint_to(p, step * n + same);
	for (i = same + 1; i < n; i++)
		p = dm_varint_to(p, key[i] + 1);
	return p;
}

/* Which outcomes there are, and how many of each but the last: that is what remains of n. */
static inline uint8 *
put_counts(uint8 *p, const uint64 *counts)
{
	int			mask = 0;
	int			last = 0;
	int			i;

	for (i = 0; i < DM_FB_COUNTS; i++)
		if (counts[i] > 0)
		{
			mask |= 1 << i;
			last = i;
		}
	*p++ = (uint8) mask;
	for (i = 0; i < last; i++)
		if (counts[i] > 0)
			p = dm_varint_to(p, counts[i]);
	return p;
}

/* Cells that come in another order begin a run of their own. */
static void
end_run(DmTileBuilder *b)
{
	DmTileRun  *run;

	if (b->nruns == b->room)
	{
		b->room = Max(16, b->room * 2);
		b->runs = b->runs ? repalloc(b->runs, (Size) b->room * sizeof(DmTileRun)) :
			palloc((Size) b->room * sizeof(DmTileRun));
	}
	run = &b->runs[b->nruns++];
	run->size = (Size) (b->body.len - b->start);
	run->ncells = b->ncells;
	run->grid = b->shape.grid;
	b->start = b->body.len;
	b->ncells = 0;
}

void
dm_tile_add(DmTileBuilder *b, const DmTileCell *cell)
{
	uint8		head[CELL_HEAD_BYTES];
	uint8	   *p;

	if (b->ncells > 0 && dm_tile_compare(b->last, cell->key, b->shape.ndimensions) >= 0)
		end_run(b);
	b->rows = dm_add_count(b->rows, cell->n);
	p = put_key(head, b, cell->key);
	p = dm_varint_to(p, cell->n);
	if (b->shape.performance)
		p = put_counts(p, cell->counts);
	if (b->shape.ncolumns > 0)
		p = dm_varint_to(p, cell->columns_size);
	appendBinaryStringInfo(&b->body, (char *) head, (int) (p - head));
	if (b->shape.ncolumns > 0)
		appendBinaryStringInfo(&b->body, cell->columns, (int) cell->columns_size);
	memcpy(b->last, cell->key, sizeof(b->last));
	b->ncells++;
}

static void
put_shape(StringInfo buf, const DmTileShape *shape)
{
	dm_put_u8(buf, shape->performance ? HAS_PERFORMANCE : 0);
	dm_put_u8(buf, (uint8) shape->ndimensions);
	dm_put_varint(buf, (uint64) shape->ncolumns);
	if (shape->ncolumns > 0)
		dm_grid_write(buf, &shape->grid);
	appendBinaryStringInfo(buf, shape->kinds, shape->ncolumns);
}

struct varlena *
dm_tile_finish(DmTileBuilder *b)
{
	StringInfoData buf;
	const char *at = b->body.data;
	int			i;

	if (b->nruns > 0)
	{
		end_run(b);
		for (i = 0; i < b->nruns; i++)
		{
			b->runs[i].bytes = (const uint8 *) at;
			at += b->runs[i].size;
		}
		return dm_tile_merge_runs(&b->shape, b->runs, b->nruns, DM_TILE_KEEP_ALL);
	}
	dm_packed_begin(&buf, DM_SEGMENT_TILE);
	put_shape(&buf, &b->shape);
	dm_put_varint(&buf, b->ncells);
	appendBinaryStringInfo(&buf, b->body.data, b->body.len);
	return dm_packed_finish(&buf);
}

static bool
get_shape(DmReader *r, DmTileShape *shape)
{
	uint8		flags = dm_get_u8(r);
	uint8		ndimensions = dm_get_u8(r);
	uint64		ncolumns = dm_get_varint(r);
	int			i;

	memset(shape, 0, sizeof(*shape));
	if (r->failed || (flags & ~HAS_PERFORMANCE) || ndimensions > DM_TILE_DIMENSIONS ||
		ncolumns > DM_PROFILE_MAX_COLUMNS)
		return false;
	shape->performance = (flags & HAS_PERFORMANCE) != 0;
	shape->ndimensions = ndimensions;
	shape->ncolumns = (int) ncolumns;
	if (ncolumns > 0)
		(void) dm_grid_read(r, &shape->grid);
	shape->kinds = (const char *) dm_get_bytes(r, ncolumns);
	if (r->failed)
		return false;
	for (i = 0; i < shape->ncolumns; i++)
		if (shape->kinds[i] != DM_KIND_NUMBER && shape->kinds[i] != DM_KIND_CATEGORY)
			return false;
	return true;
}

/* A cell is no shorter than its key, or its n. */
bool
dm_tile_scan_try(DmTileScan *s, const struct varlena *tile)
{
	uint64		ncells;

	memset(s, 0, sizeof(*s));
	dm_reader_init(&s->reader, tile);
	if (!get_shape(&s->reader, &s->shape))
		s->reader.failed = true;
	ncells = dm_get_varint(&s->reader);
	if (ncells > (uint64) (s->reader.end - s->reader.pos))
		s->reader.failed = true;
	s->ncells = s->reader.failed ? 0 : (uint32) ncells;
	return !s->reader.failed;
}

void
dm_tile_scan_run(DmTileScan *s, const DmTileShape *shape, const DmTileRun *run)
{
	memset(s, 0, sizeof(*s));
	s->shape = *shape;
	s->shape.grid = run->grid;
	s->ncells = run->ncells;
	dm_reader_init_bytes(&s->reader, run->bytes, run->size);
}

DmTileRun
dm_tile_run_of(const DmTileScan *s)
{
	DmTileRun	run;

	run.bytes = s->reader.pos;
	run.size = (Size) (s->reader.end - s->reader.pos);
	run.ncells = s->ncells;
	run.grid = s->shape.grid;
	return run;
}

static inline bool
get_key(DmTileScan *s)
{
	uint64		n = (uint64) s->shape.ndimensions;
	uint64		v;
	uint64		same;
	uint64		i;

	if (n == 0)
		return s->seen == 0;
	v = get_varint(&s->reader);
	same = v % n;
	v /= n;
	if (s->seen == 0 ? same > 0 : v > PG_UINT32_MAX)
		return false;
	if (s->seen > 0)
		v += (uint64) (s->cell.key[same] + 1) + 1;
	if (v > PG_UINT32_MAX)
		return false;
	s->cell.key[same] = (uint32) v - 1;
	for (i = same + 1; i < n; i++)
	{
		v = get_varint(&s->reader);
		if (v > PG_UINT32_MAX)
			return false;
		s->cell.key[i] = (uint32) v - 1;
	}
	return true;
}

static inline bool
get_counts(DmTileScan *s)
{
	uint64		rest = s->cell.n;
	int			mask = dm_get_u8(&s->reader);
	int			i;

	if (mask == 0 || mask >> DM_FB_COUNTS)
		return false;
	for (i = 0; i < DM_FB_COUNTS; i++, mask >>= 1)
	{
		uint64		count = 0;

		if (mask == 1)
			count = rest;
		else if (mask & 1)
		{
			count = get_varint(&s->reader);
			if (count == 0 || count >= rest)
				return false;
		}
		s->cell.counts[i] = count;
		rest -= count;
	}
	return true;
}

bool
dm_tile_scan_step(DmTileScan *s)
{
	DmReader   *r = &s->reader;

	if (s->seen == s->ncells || r->failed)
		return false;
	if (!get_key(s))
		r->failed = true;
	s->cell.n = get_varint(r);
	if (s->cell.n < 1 || s->cell.n > PG_INT64_MAX)
		r->failed = true;
	if (s->shape.performance && !get_counts(s))
		r->failed = true;
	if (s->shape.ncolumns > 0)
	{
		s->cell.columns_size = get_varint(r);
		s->cell.columns = (const char *) dm_get_bytes(r, s->cell.columns_size);
	}
	s->seen++;
	return !r->failed;
}

void
dm_tile_scan_begin(DmTileScan *s, const struct varlena *tile)
{
	if (!dm_tile_scan_try(s, tile))
		dm_corrupt(TILE_TYPE_NAME);
}

bool
dm_tile_scan_next(DmTileScan *s)
{
	if (dm_tile_scan_step(s))
		return true;
	if (s->reader.failed)
		dm_corrupt(TILE_TYPE_NAME);
	return false;
}

void
dm_tile_check_shape(const DmTileShape *a, const DmTileShape *b)
{
	const char *detail = NULL;

	if (a->ndimensions != b->ndimensions)
		detail = psprintf("One has %d dimensions, the other %d.", a->ndimensions, b->ndimensions);
	else if (a->ncolumns != b->ncolumns)
		detail = psprintf("Profiles of one have %d columns, those of the other %d.", a->ncolumns,
						  b->ncolumns);
	else if (memcmp(a->kinds, b->kinds, (size_t) a->ncolumns) != 0)
		detail = "A column is a number in one of them and a category in the other.";
	else if (a->performance != b->performance)
		detail = "Only one of them has performance.";
	if (detail)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tiles of different shapes cannot be merged"),
				 errdetail("%s", detail)));
}
