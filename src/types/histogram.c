/*
 * histogram.c - the histogram type: text, binary, equality, merging.
 */
#include "postgres.h"

#include "funcapi.h"

#include "types/histogram.h"
#include "types/histogram_internal.h"
#include "types/working.h"

#define TYPE_NAME "histogram"

PG_FUNCTION_INFO_V1(datamon_histogram_in);
PG_FUNCTION_INFO_V1(datamon_histogram_out);
PG_FUNCTION_INFO_V1(datamon_histogram_recv);
PG_FUNCTION_INFO_V1(datamon_histogram_send);
PG_FUNCTION_INFO_V1(datamon_histogram_eq);
PG_FUNCTION_INFO_V1(datamon_histogram_ne);
PG_FUNCTION_INFO_V1(datamon_histogram_add);
PG_FUNCTION_INFO_V1(datamon_histogram_compact);

/* max_bytes and the finest shift, as they stand before every column. */
static void
write_grid(StringInfo buf, const DmGrid *grid)
{
	dm_put_varint(buf, grid->max_bytes);
	dm_put_u8(buf, (uint8) grid->min_shift);
}

static void
read_grid(DmReader *r, DmGrid *grid)
{
	uint64		max_bytes = dm_get_varint(r);

	grid->min_shift = dm_get_u8(r);
	if (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES || grid->min_shift > 52)
		r->failed = true;
	grid->max_bytes = (uint32) max_bytes;
}

/* A histogram has no moments: whatever sums a sketch carries stay behind. */
struct varlena *
dm_histogram_pack(const DmSketch *s)
{
	StringInfoData buf;
	DmSketch	bare = *s;

	bare.sum = NULL;
	bare.squares = NULL;
	dm_packed_begin(&buf, DM_HISTOGRAM);
	write_grid(&buf, &bare.grid);
	dm_sketch_write(&buf, &bare);
	return dm_packed_finish(&buf);
}

/* Payload of a packed histogram; false if it is not one. */
static bool
read_packed(const struct varlena *h, DmSketch *out)
{
	DmReader	r;
	DmGrid		grid;

	dm_reader_init(&r, h);
	read_grid(&r, &grid);
	return !r.failed && dm_sketch_read(&r, &grid, out) && r.pos == r.end;
}

void
dm_histogram_unpack(const struct varlena *h, DmSketch *out)
{
	if (DM_IS_WORKING(h))
		dm_working_sketch((const DmWorking *) h, 0, out);
	else if (!read_packed(h, out))
		dm_corrupt(TYPE_NAME);
}

/* An argument, packed. */
static struct varlena *
packed_arg(FunctionCallInfo fcinfo, int n)
{
	struct varlena *h = dm_getarg(fcinfo, n, DM_HISTOGRAM);
	DmSketch	s;

	if (!DM_IS_WORKING(h))
		return h;
	dm_histogram_unpack(h, &s);
	return dm_histogram_pack(&s);
}

Datum
datamon_histogram_in(PG_FUNCTION_ARGS)
{
	DmJson		j;
	DmGrid		grid;
	DmSketch	s;
	int64		max_bytes;
	int64		bits;

	dm_json_begin(&j, PG_GETARG_CSTRING(0), TYPE_NAME, fcinfo->context);
	dm_json_expect(&j, '{');
	dm_json_key(&j, "max_bytes");
	max_bytes = dm_json_int(&j);
	dm_json_expect(&j, ',');
	dm_json_key(&j, "significant_bits");
	bits = dm_json_int(&j);
	dm_json_expect(&j, ',');
	if (!j.failed && (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
					  bits < 1 || bits > 53))
		dm_json_fail(&j, "max_bytes or significant_bits is out of range");
	grid.max_bytes = (uint32) max_bytes;
	grid.min_shift = (uint32) (53 - bits);
	dm_sketch_read_json(&j, &grid, &s);
	dm_json_expect(&j, '}');
	if (!dm_json_end(&j))
		PG_RETURN_NULL();
	if (!dm_sketch_valid(&s, false))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", TYPE_NAME),
				 errdetail("Bins must ascend, be on the grid, fit max_bytes, and hold min and max.")));
	PG_RETURN_POINTER(dm_histogram_pack(&s));
}

Datum
datamon_histogram_out(PG_FUNCTION_ARGS)
{
	DmSketch	s;
	StringInfoData buf;

	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &s);
	initStringInfo(&buf);
	appendStringInfo(&buf, "{\"max_bytes\":%u,\"significant_bits\":%u,", s.grid.max_bytes,
					 53 - s.grid.min_shift);
	dm_sketch_write_json(&buf, &s);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

Datum
datamon_histogram_recv(PG_FUNCTION_ARGS)
{
	struct varlena *h = dm_packed_recv((StringInfo) PG_GETARG_POINTER(0), DM_HISTOGRAM, TYPE_NAME);
	DmSketch	s;

	/* whatever passes must be exactly what packing would write */
	if (!read_packed(h, &s) || !dm_sketch_valid(&s, false) ||
		!dm_packed_equal(h, dm_histogram_pack(&s)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary representation of type %s", TYPE_NAME)));
	PG_RETURN_POINTER(h);
}

Datum
datamon_histogram_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(dm_packed_send(packed_arg(fcinfo, 0)));
}

Datum
datamon_histogram_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(dm_packed_equal(packed_arg(fcinfo, 0), packed_arg(fcinfo, 1)));
}

Datum
datamon_histogram_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!dm_packed_equal(packed_arg(fcinfo, 0), packed_arg(fcinfo, 1)));
}

Datum
datamon_histogram_add(PG_FUNCTION_ARGS)
{
	DmSketch	a;
	DmSketch	b;
	DmSketch	sum;

	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &a);
	dm_histogram_unpack(dm_getarg(fcinfo, 1, DM_HISTOGRAM), &b);
	dm_sketch_merge(&sum, &a, &b);
	PG_RETURN_POINTER(dm_histogram_pack(&sum));
}

Datum
datamon_histogram_compact(PG_FUNCTION_ARGS)
{
	int			max_bytes = PG_GETARG_INT32(1);
	int			bits = PG_GETARG_INT32(2);
	DmSketch	s;

	dm_grid_check(max_bytes, bits);
	dm_histogram_unpack(dm_getarg(fcinfo, 0, DM_HISTOGRAM), &s);
	s.grid.max_bytes = Min(s.grid.max_bytes, (uint32) max_bytes);
	s.grid.min_shift = Max(s.grid.min_shift, (uint32) (53 - bits));
	dm_sketch_normalize(&s);
	PG_RETURN_POINTER(dm_histogram_pack(&s));
}

void
dm_histogram_counts(const struct varlena *h, DmHistogramCounts *out)
{
	DmSketch	s;

	dm_histogram_unpack(h, &s);
	out->n = dm_sketch_count(&s);
	out->nulls = s.nulls;
	out->nans = s.nans;
	out->neg_inf = s.neg_inf;
	out->pos_inf = s.pos_inf;
}

/*
 * Bins of a sketch folded to a shift.  Values are point masses while they are
 * exact and lie on that grid's edges; the outermost bins end at the smallest
 * and the largest value.
 */
static void
sketch_bins(const DmSketch *s, int shift, DmBins *out)
{
	DmEntry    *e = palloc(sizeof(DmEntry) * Max(s->n, 1));
	DmBin	   *bin = palloc(sizeof(DmBin) * Max(s->n, 1));
	bool		points = s->shift == 0 && dm_trailing_zeros(s->entry, s->n) >= shift;
	int			to = points ? 0 : shift;
	size_t		n;
	size_t		i;

	memcpy(e, s->entry, sizeof(DmEntry) * s->n);
	n = dm_entries_shift(e, s->n, to - s->shift);
	out->total = 0;
	for (i = 0; i < n; i++)
	{
		double		near = dm_key_near(e[i].key, to);
		double		far = points ? near : dm_key_far(e[i].key, to);

		bin[i].lo = Max(Min(near, far), s->min);
		bin[i].hi = Min(Max(near, far), s->max);
		bin[i].count = (double) e[i].count;
		out->total += bin[i].count;
	}
	out->bin = bin;
	out->n = n;
	pfree(e);
}

void
dm_histogram_bins(const struct varlena *h, DmBins *out)
{
	DmSketch	s;

	dm_histogram_unpack(h, &s);
	sketch_bins(&s, s.shift, out);
}

void
dm_histogram_bins_pair(const struct varlena *a, const struct varlena *b,
					   DmBins *out_a, DmBins *out_b)
{
	DmSketch	sa;
	DmSketch	sb;
	int			shift;

	dm_histogram_unpack(a, &sa);
	dm_histogram_unpack(b, &sb);
	shift = Max(sa.shift, sb.shift);
	sketch_bins(&sa, shift, out_a);
	sketch_bins(&sb, shift, out_b);
}
