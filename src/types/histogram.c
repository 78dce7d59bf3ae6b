/*
 * histogram.c - the histogram type: text, binary, equality, merging.
 */
#include "postgres.h"

#include "base/type.h"
#include "types/histogram.h"
#include "types/histogram_internal.h"
#include "types/working.h"

#define TYPE_NAME "histogram"

PG_FUNCTION_INFO_V1(datamon_histogram_compact);

/* A histogram has no moments: whatever sums a sketch carries stay behind. */
struct varlena *
dm_histogram_pack(const DmSketch *s)
{
	StringInfoData buf;
	DmSketch	bare = *s;

	bare.sum = NULL;
	bare.squares = NULL;
	dm_packed_begin(&buf, DM_HISTOGRAM);
	dm_grid_write(&buf, &bare.grid);
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
	return dm_grid_read(&r, &grid) && dm_sketch_read(&r, &grid, out) && r.pos == r.end;
}

void
dm_histogram_unpack(const struct varlena *h, DmSketch *out)
{
	if (DM_IS_WORKING(h))
		dm_working_sketch((const DmWorking *) h, 0, out);
	else if (!read_packed(h, out))
		dm_corrupt(TYPE_NAME);
}

DmWorking *
dm_histogram_working(DmGrid grid)
{
	static const char kinds[] = {DM_KIND_NUMBER};

	return dm_working_new(DM_HISTOGRAM, kinds, 1, grid, false);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	DmSketch	s;

	dm_histogram_unpack(working, &s);
	return dm_histogram_pack(&s);
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	DmSketch	s;
	DmWorking  *w;

	dm_histogram_unpack(value, &s);
	w = state ? (DmWorking *) state : dm_histogram_working(s.grid);
	w->rows += dm_sketch_count(&s) + s.nulls + s.nans + s.neg_inf + s.pos_inf;
	return (struct varlena *) dm_working_add_sketch(w, 0, &s);
}

static bool
valid_state(const struct varlena *packed)
{
	DmSketch	s;

	return read_packed(packed, &s) && dm_sketch_valid(&s, false) &&
		dm_packed_equal(packed, dm_histogram_pack(&s));
}

static struct varlena *
parse_state(DmJson *j)
{
	DmGrid		grid;
	DmSketch	s;

	dm_json_expect(j, '{');
	dm_grid_read_json(j, &grid);
	dm_sketch_read_json(j, &grid, &s);
	dm_json_expect(j, '}');
	if (!j->failed && !dm_sketch_valid(&s, false))
		dm_json_fail(j, "Bins must ascend, be on the grid, fit max_bytes, and hold min and max");
	return j->failed ? NULL : dm_histogram_pack(&s);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmSketch	s;

	dm_histogram_unpack(packed, &s);
	appendStringInfoChar(buf, '{');
	dm_grid_write_json(buf, &s.grid);
	dm_sketch_write_json(buf, &s);
	appendStringInfoChar(buf, '}');
}

static struct varlena *
add_packed(const struct varlena *a, const struct varlena *b)
{
	DmSketch	first;
	DmSketch	second;
	DmSketch	sum;

	dm_histogram_unpack(a, &first);
	dm_histogram_unpack(b, &second);
	dm_sketch_merge(&sum, &first, &second);
	return dm_histogram_pack(&sum);
}

static const DmType histogram_type = {
	DM_HISTOGRAM, TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state, NULL,
	add_packed
};

DM_TYPE_FUNCTIONS(histogram, histogram_type);

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
dm_sketch_bins_pair(const DmSketch *a, const DmSketch *b, DmBins *out_a, DmBins *out_b)
{
	int			shift = Max(a->shift, b->shift);

	sketch_bins(a, shift, out_a);
	sketch_bins(b, shift, out_b);
}

void
dm_histogram_bins_pair(const struct varlena *a, const struct varlena *b,
					   DmBins *out_a, DmBins *out_b)
{
	DmSketch	sa;
	DmSketch	sb;

	dm_histogram_unpack(a, &sa);
	dm_histogram_unpack(b, &sb);
	dm_sketch_bins_pair(&sa, &sb, out_a, out_b);
}
