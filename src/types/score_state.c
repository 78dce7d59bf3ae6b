/*
 * score_state.c - the score_state type: working and packed form, text, merging.
 *
 * The Brier score follows from each side's sums of scores and of squares,
 * which are exact integers; only log loss needs a sum of its own.  Like those
 * it is kept only for a side whose scores are no longer all known.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/type.h"
#include "stats/calibration.h"
#include "types/score_state.h"
#include "types/sum_io.h"

/* Limbs that losses of ordinary probabilities get by with. */
#define LOSS_LIMBS 6

/*
 * What the owner's slot of a working form holds.  Buffered values are added to
 * a loss only when the buffer is worked off; "counted" of them have been.
 */
typedef struct Extra
{
	uint64		unlabelled;
	uint64		empty;
	uint64		outside[2];
	uint32		counted[2];
	uint32		loss[2];		/* offsets of DmExactSum; 0 until needed */
} Extra;

static const char *const side_names[2] = {"negative", "positive"};
static const char *const outside_names[2] = {"negative_outside", "positive_outside"};
static const char *const loss_names[2] = {"negative_log_loss", "positive_log_loss"};

static Extra *
extra_of(const DmWorking *w)
{
	return (Extra *) DM_AT(unconstify(DmWorking *, w), w->slot[2].area);
}

DmWorking *
dm_score_state_new(DmGrid grid)
{
	static const char kinds[] = {DM_KIND_NUMBER, DM_KIND_NUMBER, DM_KIND_OTHER};
	DmWorking  *w = dm_working_new(DM_SCORE_STATE, kinds, 3, grid, true);
	uint32		offset = dm_working_reserve(&w, sizeof(Extra));

	w->slot[2].area = offset;
	memset(extra_of(w), 0, sizeof(Extra));
	return w;
}

/* The window of a side's losses, of the widest kind; a narrower one is left behind, once. */
static DmExactSum *
wide_loss(DmWorking **w, int side)
{
	uint32		old = extra_of(*w)->loss[side];
	uint32		offset;

	if (old && ((DmExactSum *) DM_AT(*w, old))->size == DM_SUM_LIMBS)
		return DM_AT(*w, old);
	offset = dm_working_reserve(w, DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));
	dm_sum_init(DM_AT(*w, offset), DM_SUM_LIMBS);
	if (old)
		dm_sum_copy(DM_AT(*w, offset), DM_AT(*w, old));
	extra_of(*w)->loss[side] = offset;
	return DM_AT(*w, offset);
}

/* Add a loss, "count" times, widening the window where it must. */
static void
add_loss(DmWorking **w, int side, double loss, uint64 count)
{
	if (extra_of(*w)->loss[side] == 0)
	{
		uint32		offset = dm_working_reserve(w, DM_EXACT_SUM_BYTES(LOSS_LIMBS));

		dm_sum_init(DM_AT(*w, offset), LOSS_LIMBS);
		extra_of(*w)->loss[side] = offset;
	}
	if (dm_sum_add_times(DM_AT(*w, extra_of(*w)->loss[side]), loss, count))
		return;
	if (!dm_sum_add_times(wide_loss(w, side), loss, count))
		elog(ERROR, "sum does not fit its widest window");
}

/* Count the losses of what is buffered, before the buffers are worked off. */
static DmWorking *
make_room(DmWorking *w)
{
	int			side;

	for (side = 0; side < 2; side++)
	{
		uint32		i;
		uint32		fill = w->ragged ? w->slot[side].fill : 0;

		for (i = extra_of(w)->counted[side]; i < fill; i++)
		{
			double		p = ((double *) DM_AT(w, w->slot[side].buffer))[i];

			if (!isfinite(p))
				continue;
			if (p < 0 || p > 1)
				extra_of(w)->outside[side]++;
			add_loss(&w, side, dm_log_loss_of(p, side == 1, DM_LOG_LOSS_EPS), 1);
		}
		extra_of(w)->counted[side] = fill;
	}
	w = dm_working_make_room(w);
	if (w->buffered == 0)
	{
		extra_of(w)->counted[0] = 0;
		extra_of(w)->counted[1] = 0;
	}
	return w;
}

DmWorking *
dm_score_state_add(DmWorking *w, bool label, double score)
{
	if (unlikely(w->buffered == w->capacity))
		w = make_room(w);
	if (!w->ragged)
		dm_working_make_ragged(w);
	dm_working_put(w, label, score);
	w->buffered++;
	w->rows++;
	return w;
}

void
dm_score_state_add_unscored(DmWorking *w, bool label)
{
	w->slot[label].nulls++;
	w->rows++;
}

void
dm_score_state_add_unlabelled(DmWorking *w, bool scored)
{
	Extra	   *extra = extra_of(w);

	if (scored)
		extra->unlabelled++;
	else
		extra->empty++;
	w->rows++;
}

uint64
dm_score_state_outside(const DmScoreState *s, int side)
{
	const DmSketch *sketch = &s->side[side];
	uint64		outside = 0;
	size_t		i;

	if (sketch->shift > 0)
		return s->outside[side];
	for (i = 0; i < sketch->n; i++)
	{
		double		p = dm_key_near(sketch->entry[i].key, 0);

		if (p < 0 || p > 1)
			outside += sketch->entry[i].count;
	}
	return outside;
}

void
dm_score_state_add_loss(const DmScoreState *s, int side, DmExactSum *sum)
{
	const DmSketch *sketch = &s->side[side];
	size_t		i;

	if (sketch->shift > 0)
	{
		(void) dm_sum_add_sum(sum, s->loss[side]);
		return;
	}
	for (i = 0; i < sketch->n; i++)
		(void) dm_sum_add_times(sum, dm_log_loss_of(dm_key_near(sketch->entry[i].key, 0), side == 1,
													DM_LOG_LOSS_EPS),
								sketch->entry[i].count);
}

void
dm_score_state_add_sums(const DmScoreState *s, int side, DmExactSum *sum, DmExactSum *squares)
{
	const DmSketch *sketch = &s->side[side];

	if (sketch->shift == 0)
	{
		dm_sketch_sums(sketch, sum, squares);
		return;
	}
	(void) dm_sum_add_sum(sum, sketch->sum);
	(void) dm_sum_add_sum(squares, sketch->squares);
}

/* Outside and loss of a side of a working form: what is counted, and what is buffered. */
static void
working_loss(const DmWorking *w, int side, DmScoreState *out)
{
	const Extra *extra = extra_of(w);
	const double *x = DM_AT(unconstify(DmWorking *, w), w->slot[side].buffer);
	uint32		i;

	out->outside[side] = extra->outside[side];
	out->loss[side] = dm_sum_palloc();
	if (extra->loss[side])
		(void) dm_sum_add_sum(out->loss[side], DM_AT(unconstify(DmWorking *, w), extra->loss[side]));
	for (i = extra->counted[side]; w->ragged && i < w->slot[side].fill; i++)
	{
		if (!isfinite(x[i]))
			continue;
		if (x[i] < 0 || x[i] > 1)
			out->outside[side]++;
		(void) dm_sum_add(out->loss[side], dm_log_loss_of(x[i], side == 1, DM_LOG_LOSS_EPS));
	}
}

static void
write_grid(StringInfo buf, const DmGrid *grid)
{
	dm_put_varint(buf, grid->max_bytes);
	dm_put_u8(buf, (uint8) grid->min_shift);
}

struct varlena *
dm_score_state_pack(const DmScoreState *s)
{
	StringInfoData buf;
	int			side;

	dm_packed_begin(&buf, DM_SCORE_STATE);
	write_grid(&buf, &s->side[0].grid);
	dm_put_varint(&buf, s->unlabelled);
	dm_put_varint(&buf, s->empty);
	for (side = 0; side < 2; side++)
	{
		dm_sketch_write(&buf, &s->side[side]);
		if (s->side[side].shift > 0)
		{
			dm_put_varint(&buf, s->outside[side]);
			dm_sum_write(&buf, s->loss[side]);
		}
	}
	return dm_packed_finish(&buf);
}

static bool
read_packed(const struct varlena *value, DmScoreState *out)
{
	DmReader	r;
	DmGrid		grid;
	uint64		max_bytes;
	int			side;

	memset(out, 0, sizeof(*out));
	dm_reader_init(&r, value);
	max_bytes = dm_get_varint(&r);
	grid.min_shift = dm_get_u8(&r);
	if (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES || grid.min_shift > 52)
		return false;
	grid.max_bytes = (uint32) max_bytes;
	out->unlabelled = dm_get_varint(&r);
	out->empty = dm_get_varint(&r);
	for (side = 0; side < 2; side++)
	{
		if (!dm_sketch_read(&r, &grid, &out->side[side]))
			return false;
		if (out->side[side].shift > 0)
		{
			out->outside[side] = dm_get_varint(&r);
			out->loss[side] = dm_sum_read(&r);
		}
	}
	return !r.failed && r.pos == r.end;
}

void
dm_score_state_unpack(const struct varlena *value, DmScoreState *out)
{
	const DmWorking *w = (const DmWorking *) value;
	int			side;

	if (!DM_IS_WORKING(value))
	{
		if (!read_packed(value, out))
			dm_corrupt(SCORE_STATE_NAME);
		return;
	}
	memset(out, 0, sizeof(*out));
	out->unlabelled = extra_of(w)->unlabelled;
	out->empty = extra_of(w)->empty;
	for (side = 0; side < 2; side++)
	{
		dm_working_sketch(w, side, &out->side[side]);
		if (out->side[side].shift > 0)
			working_loss(w, side, out);
	}
}

static struct varlena *
pack_working(const struct varlena *working)
{
	DmScoreState s;
	uint64		total;
	int			side;

	dm_score_state_unpack(working, &s);
	/* all counts together are a bigint, or nobody could read the value again */
	total = dm_add_count(s.unlabelled, s.empty);
	for (side = 0; side < 2; side++)
	{
		const DmSketch *k = &s.side[side];

		total = dm_add_count(total, dm_sketch_count(k));
		total = dm_add_count(total, dm_add_count(dm_add_count(k->nulls, k->nans),
												 dm_add_count(k->neg_inf, k->pos_inf)));
	}
	return dm_score_state_pack(&s);
}

static void
merge_side(DmWorking **w, const DmScoreState *s, int side)
{
	const DmSketch *sketch = &s->side[side];
	Extra	   *extra = extra_of(*w);
	size_t		i;

	extra->outside[side] += dm_score_state_outside(s, side);
	if (sketch->shift > 0)
		(void) dm_sum_add_sum(wide_loss(w, side), s->loss[side]);
	else
		for (i = 0; i < sketch->n; i++)
			add_loss(w, side, dm_log_loss_of(dm_key_near(sketch->entry[i].key, 0), side == 1,
											 DM_LOG_LOSS_EPS),
					 sketch->entry[i].count);
	*w = dm_working_add_sketch(*w, side, sketch);
}

static struct varlena *
merge_states(struct varlena *state, const struct varlena *value)
{
	DmScoreState s;
	DmWorking  *w;
	Extra	   *extra;

	dm_score_state_unpack(value, &s);
	w = state ? (DmWorking *) state : dm_score_state_new(s.side[0].grid);
	extra = extra_of(w);
	extra->unlabelled = dm_add_count(extra->unlabelled, s.unlabelled);
	extra->empty = dm_add_count(extra->empty, s.empty);
	merge_side(&w, &s, 0);
	merge_side(&w, &s, 1);
	return (struct varlena *) w;
}

/* Could the rows of an inexact side have this loss, and so many outside [0, 1]? */
static bool
loss_plausible(const DmScoreState *s, int side)
{
	const DmSketch *sketch = &s->side[side];
	uint64		n = dm_sketch_count(sketch);
	double		mean = dm_sum_mean(s->loss[side], n);

	return mean >= 0 && mean <= dm_log_loss_of(0, true, DM_LOG_LOSS_EPS) &&
		s->outside[side] <= n &&
		(s->outside[side] > 0) == (sketch->min < 0 || sketch->max > 1);
}

static bool
valid_state(const struct varlena *packed)
{
	DmScoreState s;
	uint64		left = PG_INT64_MAX;
	int			side;

	if (!read_packed(packed, &s))
		return false;
	for (side = 0; side < 2; side++)
	{
		const DmSketch *k = &s.side[side];
		uint64		count[5];
		int			i;

		if (!dm_sketch_valid(k, true) || (k->shift > 0 && !loss_plausible(&s, side)))
			return false;
		count[0] = dm_sketch_count(k);
		count[1] = k->nulls;
		count[2] = k->nans;
		count[3] = k->neg_inf;
		count[4] = k->pos_inf;
		for (i = 0; i < 5; i++)
		{
			if (count[i] > left)
				return false;
			left -= count[i];
		}
	}
	if (s.unlabelled > left || s.empty > left - s.unlabelled)
		return false;
	/* whatever passes must be exactly what packing would write */
	return dm_packed_equal(packed, dm_score_state_pack(&s));
}

static void
parse_side(DmJson *j, const DmGrid *grid, DmScoreState *s, int side)
{
	dm_json_expect(j, ',');
	dm_json_key(j, side_names[side]);
	dm_json_expect(j, '{');
	dm_sketch_read_json(j, grid, &s->side[side]);
	dm_json_expect(j, '}');
	if (j->failed || s->side[side].shift == 0)
		return;
	dm_json_expect(j, ',');
	dm_json_key(j, outside_names[side]);
	s->outside[side] = dm_json_count(j);
	dm_json_expect(j, ',');
	s->loss[side] = dm_sum_read_json(j, loss_names[side]);
}

static struct varlena *
parse_state(DmJson *j)
{
	DmScoreState s;
	DmGrid		grid;
	int64		max_bytes;
	int64		bits;

	memset(&s, 0, sizeof(s));
	dm_json_expect(j, '{');
	dm_json_key(j, "max_bytes");
	max_bytes = dm_json_int(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "significant_bits");
	bits = dm_json_int(j);
	if (!j->failed && (max_bytes < DM_MIN_MAX_BYTES || max_bytes > DM_LIMIT_MAX_BYTES ||
					   bits < 1 || bits > 53))
		dm_json_fail(j, "max_bytes or significant_bits is out of range");
	grid.max_bytes = (uint32) max_bytes;
	grid.min_shift = (uint32) (53 - bits);
	dm_json_expect(j, ',');
	dm_json_key(j, "unlabelled");
	s.unlabelled = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "empty");
	s.empty = dm_json_count(j);
	parse_side(j, &grid, &s, 0);
	parse_side(j, &grid, &s, 1);
	dm_json_expect(j, '}');
	if (j->failed || !dm_sketch_valid(&s.side[0], true) || !dm_sketch_valid(&s.side[1], true))
		return NULL;
	return dm_score_state_pack(&s);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmScoreState s;
	int			side;

	dm_score_state_unpack(packed, &s);
	appendStringInfo(buf, "{\"max_bytes\":%u,\"significant_bits\":%u,\"unlabelled\":" UINT64_FORMAT
					 ",\"empty\":" UINT64_FORMAT,
					 s.side[0].grid.max_bytes, 53 - s.side[0].grid.min_shift, s.unlabelled, s.empty);
	for (side = 0; side < 2; side++)
	{
		appendStringInfo(buf, ",\"%s\":{", side_names[side]);
		dm_sketch_write_json(buf, &s.side[side]);
		appendStringInfoChar(buf, '}');
		if (s.side[side].shift > 0)
		{
			appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT ",", outside_names[side], s.outside[side]);
			dm_sum_write_json(buf, loss_names[side], s.loss[side]);
		}
	}
	appendStringInfoChar(buf, '}');
}

static const DmType score_state_type = {
	DM_SCORE_STATE, SCORE_STATE_NAME, print_state, parse_state, valid_state, pack_working, merge_states
};

DM_TYPE_FUNCTIONS(score_state, score_state_type);
