/*
 * label_places.c - which rows of labels were joined to rows of which bucket.
 *
 * Of each page of labels a value: for each pair, ascending, varints of the
 * line pointer less the one before, and of the bucket less the one before
 * (zigzag).  docs/labels.md says what they are for.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/itemptr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/wire.h"
#include "cube/heap.h"
#include "cube/tile_maker.h"

PG_FUNCTION_INFO_V1(datamon_tiles_of_labelled);
PG_FUNCTION_INFO_V1(datamon_lost_places);
PG_FUNCTION_INFO_V1(datamon_join_places);

/* So many are put out at once, in parts of a page if need be: 32 MB. */
#define MOST_PLACES ((Size) 1 << 20)

typedef struct Place
{
	Oid			relation;
	BlockNumber block;
	uint16		offset;
	int64		bucket;
} Place;

typedef struct Places
{
	DmTileMaker *maker;
	int64		from;			/* of earlier buckets nothing is remembered */
	Place	   *place;
	Size		n;
	Size		room;
} Places;

static int
compare_places(const void *a, const void *b)
{
	const Place *x = a;
	const Place *y = b;

	if (x->relation != y->relation)
		return x->relation < y->relation ? -1 : 1;
	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->bucket > y->bucket) - (x->bucket < y->bucket);
}

/* In order, each once. */
static Size
make_set(Place *place, Size n)
{
	Size		kept = 0;
	Size		i;

	qsort(place, n, sizeof(Place), compare_places);
	for (i = 0; i < n; i++)
		if (kept == 0 || compare_places(&place[kept - 1], &place[i]) != 0)
			place[kept++] = place[i];
	return kept;
}

static bytea *
pack(const Place *place, Size n)
{
	StringInfoData buf;
	uint16		offset = 0;
	uint64		bucket = 0;
	Size		i;

	initStringInfo(&buf);
	appendStringInfoSpaces(&buf, VARHDRSZ);
	for (i = 0; i < n; i++)
	{
		uint64		step = (uint64) place[i].bucket - bucket;

		dm_put_varint(&buf, place[i].offset - offset);
		dm_put_varint(&buf, (step << 1) ^ (uint64) ((int64) step >> 63));
		offset = place[i].offset;
		bucket = (uint64) place[i].bucket;
	}
	SET_VARSIZE(buf.data, buf.len);
	return (bytea *) buf.data;
}

/* Adds what is packed; whoever stored it may have changed it. */
static void
unpack(const bytea *bytes, Places *to)
{
	DmReader	r;
	uint64		offset = 0;
	uint64		bucket = 0;

	dm_reader_init_bytes(&r, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
	while (r.pos < r.end)
	{
		uint64		step;
		Place	   *p;

		offset += dm_get_varint(&r);
		step = dm_get_varint(&r);
		bucket += (step >> 1) ^ (UINT64CONST(0) - (step & 1));
		if (r.failed || offset > PG_UINT16_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("places of labels are not what was stored"),
					 errhint("SELECT datamon.recompute(...) makes them again.")));
		if (to->n == to->room)
		{
			to->room = Max(256, to->room * 2);
			to->place = to->place == NULL ? palloc(sizeof(Place) * to->room)
				: repalloc_huge(to->place, sizeof(Place) * to->room);
		}
		p = &to->place[to->n++];
		memset(p, 0, sizeof(*p));
		p->offset = (uint16) offset;
		p->bucket = (int64) bucket;
	}
}

/* A row for each page. */
static void
put_places(Places *places)
{
	DmTileMaker *m = places->maker;
	Size		first;
	Size		end;

	places->n = make_set(places->place, places->n);
	for (first = 0; first < places->n; first = end)
	{
		const Place *p = &places->place[first];
		bytea	   *bytes;
		DmRow	   *row;

		CHECK_FOR_INTERRUPTS();
		for (end = first + 1; end < places->n && places->place[end].relation == p->relation &&
			 places->place[end].block == p->block; end++)
			;
		bytes = pack(p, end - first);
		row = dm_tile_maker_row(m, "place", p->block, PointerGetDatum(bytes), true);
		row->null[row->n++] = true;
		row->null[row->n++] = true;
		dm_row_count(row, p->relation);
		dm_tile_maker_put(m);
		pfree(bytes);
	}
	places->n = 0;
}

static void
add_places(Places *places, const DmRowPlace *place, const DmRows *rows)
{
	int64		last = DM_NO_BUCKET;
	bool		wanted = false;
	int			i;

	if (places->n + rows->n > places->room)
	{
		if (places->room >= MOST_PLACES)
			put_places(places);
		else
		{
			places->room = places->room * 2 + DM_ROWS;
			places->place = places->place == NULL ? palloc(sizeof(Place) * places->room)
				: repalloc_huge(places->place, sizeof(Place) * places->room);
		}
	}
	for (i = 0; i < rows->n; i++)
	{
		Place	   *p = &places->place[places->n];

		if (!OidIsValid(place[i].relation) || rows->bucket[i] == DM_NO_BUCKET || rows->bucket[i] < places->from)
			continue;
		if (rows->bucket[i] != last)
		{
			last = rows->bucket[i];
			wanted = dm_tile_maker_wants(places->maker, last);
		}
		if (!wanted)
			continue;
		memset(p, 0, sizeof(*p));
		p->relation = place[i].relation;
		p->block = ItemPointerGetBlockNumberNoCheck(&place[i].tid);
		p->offset = ItemPointerGetOffsetNumberNoCheck(&place[i].tid);
		p->bucket = rows->bucket[i];
		places->n++;
	}
}

static void
read_rows(Places *places, const char *query, bool is_first)
{
	DmTileMaker *m = places->maker;
	DmQueryScan *scan = dm_query_begin(query, m->columns, m->nscan);
	const DmRowPlace *place = dm_query_places(scan);
	DmRows	   *rows;

	/* The columns have dictionaries from here on; what is read later goes on with them. */
	if (is_first)
		dm_tile_maker_start(m);
	while ((rows = dm_query_next(scan)) != NULL)
	{
		/* before rows of other buckets are taken out, and places are no longer those of rows */
		add_places(places, place, rows);
		dm_tile_maker_add(m, rows);
	}
	dm_query_end(scan);
}

/* _tiles_of_labelled(queries, what dm_tile_maker_new() reads, places_from); the place of the label comes last */
Datum
datamon_tiles_of_labelled(PG_FUNCTION_ARGS)
{
	DmTileMaker *m = dm_tile_maker_new(fcinfo, 1);
	Places		places = {m, 0, NULL, 0, 0};
	Datum	   *query;
	int			n;
	int			i;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1 + DM_TILE_MAKER_ARGS))
		elog(ERROR, "arguments must not be null");
	places.from = dm_first_bucket(PG_GETARG_TIMESTAMPTZ(1 + DM_TILE_MAKER_ARGS), m->origin, m->width);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &query, NULL, &n);
	for (i = 0; i < n; i++)
		read_rows(&places, TextDatumGetCString(query[i]), i == 0);
	if (n > 0)
		dm_tile_maker_finish(m);
	put_places(&places);
	return (Datum) 0;
}

/*
 * _lost_places(places, kept, width, origin): the buckets of line pointers that
 * are not bits of "kept" (NULL: none is), and what remains.
 */
Datum
datamon_lost_places(PG_FUNCTION_ARGS)
{
	Places		places = {NULL, 0, NULL, 0, 0};
	const bytea *kept = PG_ARGISNULL(1) ? NULL : PG_GETARG_BYTEA_PP(1);
	Size		nkept = kept ? VARSIZE_ANY_EXHDR(kept) : 0;
	const uint8 *bit = kept ? (const uint8 *) VARDATA_ANY(kept) : NULL;
	Datum	   *lost;
	DmRow		row;
	Size		n = 0;
	int			nlost = 0;
	Size		i;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		elog(ERROR, "arguments must not be null");
	unpack(PG_GETARG_BYTEA_PP(0), &places);
	lost = palloc(sizeof(Datum) * (places.n + 1));
	for (i = 0; i < places.n; i++)
	{
		const Place *p = &places.place[i];

		if (p->offset / 8 < nkept && (bit[p->offset / 8] >> p->offset % 8 & 1))
			places.place[n++] = *p;
		else
			lost[nlost++] = TimestampTzGetDatum(PG_GETARG_TIMESTAMPTZ(3) + p->bucket * PG_GETARG_INT64(2));
	}
	dm_row_begin(fcinfo, &row);
	row.value[row.n] = PointerGetDatum(construct_array(lost, nlost, TIMESTAMPTZOID, 8, FLOAT8PASSBYVAL,
													   TYPALIGN_DOUBLE));
	row.null[row.n++] = false;
	dm_row_value(&row, pack(places.place, n));
	return dm_row_end(&row);
}

/* _join_places(places[], width, origin, from): all of them but those of buckets before "from", and the newest bucket */
Datum
datamon_join_places(PG_FUNCTION_ARGS)
{
	Places		places = {NULL, 0, NULL, 0, 0};
	int64		width = PG_GETARG_INT64(1);
	TimestampTz origin = PG_GETARG_TIMESTAMPTZ(2);
	TimestampTz from = PG_GETARG_TIMESTAMPTZ(3);
	TimestampTz newest = DT_NOBEGIN;
	Datum	   *value;
	bool	   *null;
	DmRow		row;
	Size		kept = 0;
	Size		i;
	int			n;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), BYTEAOID, -1, false, TYPALIGN_INT, &value, &null, &n);
	while (n-- > 0)
		if (!null[n])
			unpack(DatumGetByteaPP(value[n]), &places);
	for (i = 0; i < places.n; i++)
	{
		TimestampTz start = origin + places.place[i].bucket * width;

		if (start < from)
			continue;
		newest = Max(newest, start);
		places.place[kept++] = places.place[i];
	}
	dm_row_begin(fcinfo, &row);
	dm_row_value(&row, pack(places.place, make_set(places.place, kept)));
	row.value[row.n] = TimestampTzGetDatum(newest);
	row.null[row.n++] = false;
	return dm_row_end(&row);
}
