/*
 * gather.c - rows into chunks, and out of them in the order of their keys.
 *
 * A row's values lie together: whoever fetches rows in the order of their
 * keys, which is no order of their places, then waits for memory once or
 * twice a row and not once a value.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "cube/cube_internal.h"

/* Rows that are moved at once, while memory is asked for as many. */
#define PREFETCH 64

/* Where a chunk has its values. */
#define CHUNK_VALUES MAXALIGN(sizeof(CubeChunk))

#define SLAB (64 * 1024 * 1024)

/* Cells are made early of a ninth of the memory: less of it is touched, and it is in caches more often. */
#define RELEASE_SHARE 9

/* Which of the counts an outcome's bits belong to. */
static const uint8 count_of[16] = {
	DM_FB_TN, DM_FB_FN, DM_FB_UNLABELLED, DM_FB_UNLABELLED,
	DM_FB_FP, DM_FB_TP, DM_FB_UNLABELLED, DM_FB_UNLABELLED,
	DM_FB_UNPREDICTED, DM_FB_UNPREDICTED, DM_FB_EMPTY, DM_FB_EMPTY,
	DM_FB_UNPREDICTED, DM_FB_UNPREDICTED, DM_FB_EMPTY, DM_FB_EMPTY
};

/* Of a row's key and outcome, as a chunk has them. */
static Size
key_width(const DmCubeShape *s)
{
	return sizeof(uint32) * (Size) s->ndimensions + (s->timeless ? 0 : sizeof(int64)) +
		(s->outcome ? sizeof(uint8) : 0);
}

/* What a row takes; there is none yet. */
void
dm_cube_rows_plan(DmCube *cube)
{
	CubeRows   *r = &cube->rows;
	const DmCubeShape *s = &cube->shape;
	Size		row;

	MemoryContextReset(r->context);
	r->chunk = NULL;
	r->nchunks = 0;
	r->room = 0;
	r->slab_left = 0;
	r->width = MAXALIGN(sizeof(double) * s->nnumbers + sizeof(uint32) * cube->nkept);
	/* what it takes to sort the order does not count: it is there for a moment, while there is no partition */
	row = r->width + key_width(s) + sizeof(uint64);
	r->limit = Max((int64) (s->memory / row), CUBE_CHUNK);
	/* a row's number, a rank no larger and the outcome must leave room in a word: order.c */
	r->limit = Min(r->limit, (int64) 1 << 28);
	r->release_from = r->limit / RELEASE_SHARE;
}

void
dm_cube_rows_init(DmCube *cube)
{
	CubeRows   *r = &cube->rows;

	r->context = AllocSetContextCreate(cube->context, "datamon cube rows", ALLOCSET_DEFAULT_SIZES);
	dm_cube_rows_plan(cube);
	r->min_bucket = cube->shape.timeless ? 0 : PG_INT64_MAX;
	r->max_bucket = cube->shape.timeless ? 0 : PG_INT64_MIN;
}

/* Slabs double, from one chunk to a size that is worth large pages. */
static void *
cut_from_slab(DmCube *cube, Size bytes)
{
	CubeRows   *r = &cube->rows;
	char	   *cut;

	if (r->slab_left < bytes)
	{
		Size		chunks = Max(Min((Size) r->nchunks, SLAB / bytes), 1);
		Size		missing = (Size) (r->limit / CUBE_CHUNK) + 1 - (Size) r->nchunks;

		r->slab_left = bytes * Min(chunks, missing);
		r->slab = dm_cube_alloc(r->context, r->slab_left);
	}
	cut = r->slab;
	r->slab += bytes;
	r->slab_left -= bytes;
	return cut;
}

static CubeChunk *
new_chunk(DmCube *cube)
{
	const DmCubeShape *s = &cube->shape;
	Size		bytes = CHUNK_VALUES;
	CubeChunk  *c;
	char	   *at;
	int			d;

	bytes += CUBE_CHUNK * (key_width(s) + cube->rows.width);
	bytes = MAXALIGN(bytes);
	c = cut_from_slab(cube, bytes);
	at = (char *) c + CHUNK_VALUES;
	c->values = at;
	at += CUBE_CHUNK * cube->rows.width;
	c->bucket = s->timeless ? NULL : (int64 *) at;
	at += s->timeless ? 0 : CUBE_CHUNK * sizeof(int64);
	for (d = 0; d < s->ndimensions; d++)
	{
		c->id[d] = (uint32 *) at;
		at += CUBE_CHUNK * sizeof(uint32);
	}
	c->outcome = s->outcome ? (uint8 *) at : NULL;
	return c;
}

static CubeChunk *
chunk_for_more(DmCube *cube)
{
	CubeRows   *r = &cube->rows;
	int			k = (int) (r->n / CUBE_CHUNK);

	if (k < r->nchunks)
		return r->chunk[k];
	CHECK_FOR_INTERRUPTS();
	if (r->nchunks == r->room)
	{
		int			room = Max(64, 2 * r->room);
		CubeChunk **larger = MemoryContextAlloc(r->context, sizeof(CubeChunk *) * room);

		if (r->room > 0)
		{
			memcpy(larger, r->chunk, sizeof(CubeChunk *) * r->nchunks);
			pfree(r->chunk);
		}
		r->chunk = larger;
		r->room = room;
	}
	r->chunk[k] = new_chunk(cube);
	r->nchunks = k + 1;
	return r->chunk[k];
}

static void
put_buckets(CubeRows *r, int64 *to, const int64 *bucket, int n)
{
	int64		least = r->min_bucket;
	int64		greatest = r->max_bucket;
	int			i;

	for (i = 0; i < n; i++)
	{
		int64		b = bucket[i];

		to[i] = b;
		greatest = Max(greatest, b);
		least = b != DM_NO_BUCKET && b < least ? b : least;
	}
	r->min_bucket = least;
	r->max_bucket = greatest;
}

static uint32
put_ids(uint32 *to, const uint32 *id, int n, uint32 greatest)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		to[i] = id[i];
		greatest = Max(greatest, id[i]);
	}
	return greatest;
}

static void
put_values(const DmCube *cube, char *to, const DmRows *rows, int from, int n)
{
	const uint32 **kept = cube->kept;
	int			nnumbers = cube->shape.nnumbers;
	int			nkept = 0;
	int			i;
	int			k;

	for (k = 0; k < cube->shape.ncategories; k++)
		if (cube->same[k] < 0)
			kept[nkept++] = rows->category[k];
	for (i = from; i < from + n; i++)
	{
		double	   *number = (double *) to;
		uint32	   *category = (uint32 *) (number + nnumbers);

		for (k = 0; k < nnumbers; k++)
			number[k] = rows->number[k][i];
		for (k = 0; k < nkept; k++)
			category[k] = kept[k][i];
		to += cube->rows.width;
	}
}

/* Some of the rows, which fit in the batch. */
void
dm_cube_rows_add(DmCube *cube, const DmRows *rows, int from, int n)
{
	CubeRows   *r = &cube->rows;
	int			d;

	while (n > 0)
	{
		CubeChunk  *c = chunk_for_more(cube);
		int			at = (int) (r->n % CUBE_CHUNK);
		int			part = Min(n, CUBE_CHUNK - at);

		if (c->bucket)
			put_buckets(r, c->bucket + at, rows->bucket + from, part);
		for (d = 0; d < cube->shape.ndimensions; d++)
			r->max_id[d] = put_ids(c->id[d] + at, rows->dimension[d] + from, part, r->max_id[d]);
		if (cube->shape.outcome)
			memcpy(c->outcome + at, rows->outcome + from, part);
		if (r->width > 0)
			put_values(cube, c->values + at * r->width, rows, from, part);
		r->n += part;
		from += part;
		n -= part;
	}
}

static void
move_row(const DmCube *cube, int64 from, int64 to)
{
	const CubeRows *r = &cube->rows;
	const CubeChunk *source = r->chunk[from / CUBE_CHUNK];
	CubeChunk  *target = r->chunk[to / CUBE_CHUNK];
	int			i = (int) (from % CUBE_CHUNK);
	int			j = (int) (to % CUBE_CHUNK);
	int			d;

	if (target->bucket)
		target->bucket[j] = source->bucket[i];
	for (d = 0; d < cube->shape.ndimensions; d++)
		target->id[d][j] = source->id[d][i];
	if (cube->shape.outcome)
		target->outcome[j] = source->outcome[i];
	memcpy(target->values + j * r->width, source->values + i * r->width, r->width);
}

void
dm_cube_rows_keep(DmCube *cube, int64 bucket)
{
	CubeRows   *r = &cube->rows;
	int64		kept = 0;
	int64		i;

	for (i = 0; i < r->n; i++)
	{
		const int64 *of = r->chunk[i / CUBE_CHUNK]->bucket;

		if (of && of[i % CUBE_CHUNK] < bucket)
			continue;
		if (kept != i)
			move_row(cube, i, kept);
		kept++;
	}
	r->n = kept;
	r->min_bucket = bucket;
	/* few were forgotten: not soon again */
	r->release_from = Max(r->limit / RELEASE_SHARE, 2 * kept);
}

/* Key of the row at a place in the order. */
void
dm_cube_rows_key(const DmCube *cube, int64 place, CubeKey *key)
{
	const CubeRows *r = &cube->rows;
	int			n = cube->shape.ndimensions;
	int64		row = dm_cube_row_at(r, place);
	const CubeChunk *c = r->chunk[row / CUBE_CHUNK];
	int			at = (int) (row % CUBE_CHUNK);
	int			d;

	if (r->ranked)
	{
		key->bucket = c->bucket ? c->bucket[at] : 0;
		for (d = 0; d < n; d++)
			key->id[d] = c->id[d][at];
	}
	else						/* without going to the row */
	{
		uint64		word = r->order[place];
		uint64		bucket = dm_cube_field(word, r->field[n]);

		key->bucket = bucket == 0 ? DM_NO_BUCKET : (int64) ((uint64) r->min_bucket + bucket - 1);
		for (d = 0; d < n; d++)
			key->id[d] = (uint32) dm_cube_field(word, r->field[d]);
	}
}

static inline const char *
values_at(const CubeRows *r, int64 place)
{
	int64		row = dm_cube_row_at(r, place);

	/* not by the pointer in the chunk, which would have to be fetched first */
	return (const char *) r->chunk[row / CUBE_CHUNK] + CHUNK_VALUES + (row % CUBE_CHUNK) * r->width;
}

/* A few rows whose places are known, column by column. */
static inline void
move_tile(const DmCube *cube, const char *const *row, int n, const CubeColumns *to, int at)
{
	int			nnumbers = cube->shape.nnumbers;
	int			kept = 0;
	int			k;
	int			i;

	for (k = 0; k < nnumbers; k++)
	{
		double	   *number = to->number[k] + at;

		for (i = 0; i < n; i++)
			number[i] = ((const double *) row[i])[k];
	}
	for (k = 0; k < cube->shape.ncategories; k++)
	{
		uint32	   *category;

		if (cube->same[k] >= 0)
			continue;
		category = to->category[k] + at;
		for (i = 0; i < n; i++)
			category[i] = ((const uint32 *) (row[i] + sizeof(double) * nnumbers))[kept];
		kept++;
	}
}

/* Rows from a place in the order on, as columns. */
void
dm_cube_rows_move(const DmCube *cube, int64 from, int n, const CubeColumns *to, int at)
{
	const CubeRows *r = &cube->rows;
	const char *row[PREFETCH];
	int			part;
	int			i;
	int			k;

	if (r->width == 0)
		return;
	for (; n > 0; n -= part, from += part, at += part)
	{
		part = Min(n, PREFETCH);
		for (i = 0; i < part; i++)
		{
			row[i] = values_at(r, from + i);
			if (from + i + PREFETCH < r->n)
			{
				const char *ahead = values_at(r, from + i + PREFETCH);

				for (k = 0; k < (int) r->width; k += 64)
					__builtin_prefetch(ahead + k, 0, 2);
				__builtin_prefetch(ahead + r->width - 1, 0, 2);
			}
		}
		move_tile(cube, row, part, to, at);
	}
}

void
dm_cube_rows_outcome(const DmCube *cube, int64 from, int n, uint64 *outcome)
{
	const CubeRows *r = &cube->rows;
	int64		i;

	memset(outcome, 0, sizeof(uint64) * DM_FB_COUNTS);
	if (!cube->shape.outcome)
		return;
	for (i = from; i < from + n; i++)
		outcome[count_of[r->order[i] >> r->index_bits & 15]]++;
}
