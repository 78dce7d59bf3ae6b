/*
 * scored_labels.c - the scored_labels type: every score with its label.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "base/type.h"
#include "stats/sort.h"
#include "types/scored_labels.h"

#define FIRST_ROOM 8

/* Unpacked and sorted; weights only where some weight is not 1. */
typedef struct Lists
{
	uint64		lacking[DM_LACKINGS];
	bool		weighted;
	size_t		n[2];
	double	   *score[2];		/* without weights */
	DmWeighted *row[2];			/* with weights */
} Lists;

static const char *const lacking_names[DM_LACKINGS] = {
	"unlabelled", "unscored", "empty", "unweighted"
};
static const char *const side_names[2] = {"negative", "positive"};

static void *
alloc(size_t size, size_t n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size * Max(n, 1));
}

DmScoredLabels *
dm_scored_labels_new(void)
{
	Size		size = offsetof(DmScoredLabels, slot) + FIRST_ROOM * sizeof(double);
	DmScoredLabels *w = palloc0(size);

	dm_header_working(w, DM_SCORED_LABELS, size);
	w->room = FIRST_ROOM;
	return w;
}

static void
copy_side(DmScoredLabels *to, const DmScoredLabels *from, int side)
{
	uint64		width = from->weighted ? 2 : 1;
	const double *first = from->slot + (side ? from->room - from->n[1] : 0) * width;
	double	   *out = to->slot + (side ? to->room - from->n[1] : 0) * (to->weighted ? 2 : 1);
	uint64		i;

	if (from->weighted == to->weighted)
	{
		memcpy(out, first, from->n[side] * width * sizeof(double));
		return;
	}
	for (i = 0; i < from->n[side]; i++)
	{
		out[2 * i] = first[i];
		out[2 * i + 1] = 1;
	}
}

/* A copy with room for so many more rows, and for their weights if there are any. */
DmScoredLabels *
dm_scored_labels_grow(const DmScoredLabels *w, uint64 more, bool weighted)
{
	uint64		width = (weighted || w->weighted ? 2 : 1) * sizeof(double);
	uint64		most = (MaxAllocSize - offsetof(DmScoredLabels, slot)) / width;
	uint64		need = w->n[0] + w->n[1] + more;
	uint64		room = Min(Max(need, 2 * w->room), most);
	Size		size = offsetof(DmScoredLabels, slot) + room * width;
	DmScoredLabels *larger;

	if (need > most)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("state of the aggregate exceeds one gigabyte"),
				 errhint("Use score_state, which keeps histograms of the scores.")));
	/* the executor frees the old one when it sees another pointer */
	larger = palloc(size);
	memcpy(larger, w, offsetof(DmScoredLabels, slot));
	SET_VARSIZE(larger, size);
	larger->room = room;
	larger->weighted = weighted || w->weighted;
	copy_side(larger, w, 0);
	copy_side(larger, w, 1);
	return larger;
}

static void
read_working(const DmScoredLabels *w, Lists *out)
{
	double	   *scratch = NULL;
	int			side;

	memcpy(out->lacking, w->lacking, sizeof(out->lacking));
	out->weighted = w->weighted != 0;
	for (side = 0; side < 2; side++)
	{
		uint64		n = w->n[side];
		uint64		first = side ? w->room - n : 0;

		out->n[side] = n;
		if (w->weighted)
		{
			out->row[side] = alloc(sizeof(DmWeighted), n);
			scratch = alloc(sizeof(DmWeighted), n);
			memcpy(out->row[side], w->slot + 2 * first, n * sizeof(DmWeighted));
			dm_sort_weighted(out->row[side], (DmWeighted *) scratch, n);
		}
		else
		{
			out->score[side] = alloc(sizeof(double), n);
			scratch = alloc(sizeof(double), n);
			dm_sort_doubles(w->slot + first, out->score[side], scratch, n);
		}
		pfree(scratch);
	}
}

/* The payload of a packed value; false if it is none. */
static bool
read_packed(const struct varlena *value, Lists *out)
{
	DmReader	r;
	uint64		weighted;
	uint64		n[2];
	uint64		left;
	int			side;
	int			i;

	dm_reader_init(&r, value);
	weighted = dm_get_varint(&r);
	for (i = 0; i < DM_LACKINGS; i++)
		out->lacking[i] = dm_get_varint(&r);
	n[0] = dm_get_varint(&r);
	n[1] = dm_get_varint(&r);
	left = (uint64) (r.end - r.pos) / sizeof(double);
	if (r.failed || weighted > 1 || n[0] > left || n[1] > left ||
		(n[0] + n[1]) * (1 + weighted) * sizeof(double) != (uint64) (r.end - r.pos))
		return false;
	out->weighted = weighted != 0;
	for (side = 0; side < 2; side++)
	{
		size_t		k;

		out->n[side] = n[side];
		if (weighted)
			out->row[side] = alloc(sizeof(DmWeighted), n[side]);
		else
			out->score[side] = alloc(sizeof(double), n[side]);
		for (k = 0; k < n[side]; k++)
		{
			double		score = dm_get_double(&r);

			if (weighted)
			{
				out->row[side][k].value = score;
				out->row[side][k].weight = dm_get_double(&r);
			}
			else
				out->score[side][k] = score;
		}
	}
	return true;
}

static void
read_value(const struct varlena *value, Lists *out)
{
	memset(out, 0, sizeof(*out));
	if (DM_IS_WORKING(value))
		read_working((const DmScoredLabels *) value, out);
	else if (!read_packed(value, out))
		dm_corrupt(SCORED_LABELS_NAME);
}

/* Weights that are all 1 are none: then equal rows have equal bytes. */
static bool
needs_weights(const Lists *l)
{
	int			side;
	size_t		i;

	for (side = 0; side < 2 && l->weighted; side++)
		for (i = 0; i < l->n[side]; i++)
			if (l->row[side][i].weight != 1)
				return true;
	return false;
}

static struct varlena *
pack_lists(const Lists *l)
{
	StringInfoData buf;
	bool		weighted = needs_weights(l);
	int			side;
	size_t		i;

	if (l->n[0] + l->n[1] > (MaxAllocSize - 128) / sizeof(double) / (weighted ? 2 : 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s exceeds one gigabyte", SCORED_LABELS_NAME),
				 errhint("Use score_state, which keeps histograms of the scores.")));
	dm_packed_begin(&buf, DM_SCORED_LABELS);
	dm_put_varint(&buf, weighted);
	for (i = 0; i < DM_LACKINGS; i++)
		dm_put_varint(&buf, l->lacking[i]);
	dm_put_varint(&buf, l->n[0]);
	dm_put_varint(&buf, l->n[1]);
	enlargeStringInfo(&buf, (int) ((l->n[0] + l->n[1]) * sizeof(double) * (weighted ? 2 : 1)));
	for (side = 0; side < 2; side++)
		for (i = 0; i < l->n[side]; i++)
		{
			dm_put_double(&buf, l->weighted ? l->row[side][i].value : l->score[side][i]);
			if (weighted)
				dm_put_double(&buf, l->row[side][i].weight);
		}
	return dm_packed_finish(&buf);
}

static struct varlena *
pack_working(const struct varlena *working)
{
	Lists		l;

	read_value(working, &l);
	return pack_lists(&l);
}

static struct varlena *
merge_values(struct varlena *state, const struct varlena *value)
{
	DmScoredLabels *w = state ? (DmScoredLabels *) state : dm_scored_labels_new();
	uint64		n;
	uint64		total;
	Lists		l;
	int			side;
	size_t		i;

	read_value(value, &l);
	n = (uint64) l.n[0] + l.n[1];
	total = n + w->n[0] + w->n[1];
	if (n > w->room - w->n[0] - w->n[1] || (l.weighted && !w->weighted))
		w = dm_scored_labels_grow(w, n, l.weighted);
	for (i = 0; i < DM_LACKINGS; i++)
		w->lacking[i] = dm_add_count(w->lacking[i], l.lacking[i]);
	/* all together are a bigint, or nobody could read the value again */
	for (i = 0; i < DM_LACKINGS; i++)
		total = dm_add_count(total, w->lacking[i]);
	for (side = 0; side < 2; side++)
		for (i = 0; i < l.n[side]; i++)
		{
			double	   *slot = dm_scored_labels_next(w, side);

			slot[0] = l.weighted ? l.row[side][i].value : l.score[side][i];
			if (w->weighted)
				slot[1] = l.weighted ? l.row[side][i].weight : 1;
		}
	return (struct varlena *) w;
}

/* Finite and not -0, the way every number here is kept. */
static bool
plain(double x)
{
	return isfinite(x) && !(x == 0 && signbit(x));
}

static bool
valid_lists(const Lists *l)
{
	uint64		left = (uint64) PG_INT64_MAX - l->n[0] - l->n[1];
	int			side;
	size_t		i;

	for (i = 0; i < DM_LACKINGS; i++)
	{
		if (l->lacking[i] > left)
			return false;
		left -= l->lacking[i];
	}
	if (l->weighted != needs_weights(l))
		return false;
	for (side = 0; side < 2; side++)
		for (i = 0; i < l->n[side]; i++)
		{
			const DmWeighted *row = l->weighted ? &l->row[side][i] : NULL;
			const double *score = l->weighted ? NULL : &l->score[side][i];

			if (row && (!plain(row->value) || !plain(row->weight) || row->weight < 0 ||
						(i > 0 && (row[-1].value > row->value ||
								   (row[-1].value == row->value && row[-1].weight > row->weight)))))
				return false;
			if (score && (!plain(*score) || (i > 0 && score[-1] > *score)))
				return false;
		}
	return true;
}

static bool
valid_value(const struct varlena *packed)
{
	Lists		l;

	memset(&l, 0, sizeof(l));
	return read_packed(packed, &l) && valid_lists(&l);
}

static void
parse_side(DmJson *j, Lists *l, int side)
{
	size_t		room = 64;
	DmWeighted *row = palloc(sizeof(DmWeighted) * room);
	size_t		n = 0;

	dm_json_expect(j, ',');
	dm_json_key(j, side_names[side]);
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (n > 0)
			dm_json_expect(j, ',');
		if (n == room)
		{
			room *= 2;
			row = repalloc_huge(row, sizeof(DmWeighted) * room);
		}
		if (l->weighted)
			dm_json_expect(j, '[');
		row[n].value = dm_json_double(j) + 0.0;
		row[n].weight = 1;
		if (l->weighted)
		{
			dm_json_expect(j, ',');
			row[n].weight = dm_json_double(j) + 0.0;
			dm_json_expect(j, ']');
		}
		n++;
	}
	l->n[side] = n;
	l->row[side] = row;
}

static struct varlena *
parse_value(DmJson *j)
{
	Lists		l;
	bool		weighted;
	int			i;

	memset(&l, 0, sizeof(l));
	for (i = 0; i < DM_LACKINGS; i++)
	{
		dm_json_expect(j, i == 0 ? '{' : ',');
		dm_json_key(j, lacking_names[i]);
		l.lacking[i] = dm_json_count(j);
	}
	dm_json_expect(j, ',');
	dm_json_key(j, "weighted");
	weighted = dm_json_bool(j);
	l.weighted = weighted;
	parse_side(j, &l, 0);
	parse_side(j, &l, 1);
	dm_json_expect(j, '}');
	if (j->failed)
		return NULL;
	/* both forms are read as weighted; weights of 1 are dropped in packing */
	l.weighted = true;
	return needs_weights(&l) == weighted ? pack_lists(&l) : NULL;
}

static void
print_value(StringInfo buf, const struct varlena *packed)
{
	Lists		l;
	int			side;
	size_t		i;

	read_value(packed, &l);
	for (i = 0; i < DM_LACKINGS; i++)
		appendStringInfo(buf, "%c\"%s\":" UINT64_FORMAT, i == 0 ? '{' : ',', lacking_names[i],
						 l.lacking[i]);
	appendStringInfo(buf, ",\"weighted\":%s", l.weighted ? "true" : "false");
	for (side = 0; side < 2; side++)
	{
		appendStringInfo(buf, ",\"%s\":[", side_names[side]);
		for (i = 0; i < l.n[side]; i++)
		{
			appendStringInfoString(buf, i ? "," : "");
			if (l.weighted)
				appendStringInfoChar(buf, '[');
			dm_json_put_double(buf, l.weighted ? l.row[side][i].value : l.score[side][i]);
			if (l.weighted)
			{
				appendStringInfoChar(buf, ',');
				dm_json_put_double(buf, l.row[side][i].weight);
				appendStringInfoChar(buf, ']');
			}
		}
		appendStringInfoChar(buf, ']');
	}
	appendStringInfoChar(buf, '}');
}

static const DmType scored_labels_type = {
	DM_SCORED_LABELS, SCORED_LABELS_NAME, print_value, parse_value, valid_value, pack_working, merge_values
};

DM_TYPE_FUNCTIONS(scored_labels, scored_labels_type);

/* Sum of the weights of the rows of one score, from *at on, which moves past them. */
static double
take_group(const Lists *l, int side, size_t *at, double score)
{
	size_t		first = *at;
	double		sum = 0;

	if (!l->weighted)
	{
		while (*at < l->n[side] && l->score[side][*at] == score)
			(*at)++;
		return (double) (*at - first);
	}
	for (; *at < l->n[side] && l->row[side][*at].value == score; (*at)++)
		sum += l->row[side][*at].weight;
	return sum;
}

static inline double
score_at(const Lists *l, int side, size_t i)
{
	return l->weighted ? l->row[side][i].value : l->score[side][i];
}

/* Rows without weight make no group, as in scikit-learn. */
static void
make_points(const Lists *l, DmScores *out)
{
	DmScorePoint *point = alloc(sizeof(DmScorePoint), l->n[0] + l->n[1]);
	size_t		at[2] = {0, 0};

	memset(out, 0, sizeof(*out));
	while (at[0] < l->n[0] || at[1] < l->n[1])
	{
		DmScorePoint *p = &point[out->n];

		p->score = at[0] < l->n[0] ? score_at(l, 0, at[0]) : score_at(l, 1, at[1]);
		if (at[1] < l->n[1] && score_at(l, 1, at[1]) < p->score)
			p->score = score_at(l, 1, at[1]);
		p->least = p->score;
		p->neg = take_group(l, 0, &at[0], p->score);
		p->pos = take_group(l, 1, &at[1], p->score);
		out->neg += p->neg;
		out->pos += p->pos;
		out->n += p->neg + p->pos > 0;
	}
	out->point = point;
	out->exact = true;
}

static uint64
count_outside(const Lists *l)
{
	uint64		outside = 0;
	int			side;
	size_t		i;

	/* sorted: whatever is outside lies at the ends */
	for (side = 0; side < 2; side++)
	{
		for (i = 0; i < l->n[side] && score_at(l, side, i) < 0; i++)
			outside++;
		for (i = l->n[side]; i-- > 0 && score_at(l, side, i) > 1;)
			outside++;
	}
	return outside;
}

void
dm_scored_labels_get(const struct varlena *value, DmScoreSet *out)
{
	Lists		l;
	int			i;

	read_value(value, &l);
	make_points(&l, &out->scores);
	out->rows[0] = l.n[0];
	out->rows[1] = l.n[1];
	out->unlabelled = l.lacking[DM_LACKS_LABEL];
	out->unscored = l.lacking[DM_LACKS_SCORE];
	for (i = 0; i < DM_LACKINGS; i++)
		out->unused += l.lacking[i];
	out->outside = count_outside(&l);
	out->weighted = needs_weights(&l);
}
