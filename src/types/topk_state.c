/*
 * topk_state.c - the topk_state type, and what it tells.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/row.h"
#include "base/type.h"
#include "types/sum_io.h"
#include "types/topk_state.h"

PG_FUNCTION_INFO_V1(datamon_topk_state_accuracy);
PG_FUNCTION_INFO_V1(datamon_topk_state_mrr);
PG_FUNCTION_INFO_V1(datamon_topk_state_mean_gain);
PG_FUNCTION_INFO_V1(datamon_topk_state_count);
PG_FUNCTION_INFO_V1(datamon_topk_state_unused);
PG_FUNCTION_INFO_V1(datamon_topk_state_queries);
PG_FUNCTION_INFO_V1(datamon_topk_state_undefined);
PG_FUNCTION_INFO_V1(datamon_topk_state_hits);

static const char *const count_names[DM_TOPK_COUNTS] = {
	"misses", "unlabelled", "unranked", "empty", "queries", "undefined"
};

static DmExactSum *
sum_of(const DmTopkState *s)
{
	return (DmExactSum *) unconstify(DmTopkState *, s)->sum;
}

DmTopkState *
dm_topk_new(int max_rank)
{
	Size		size = offsetof(DmTopkState, hits) + sizeof(uint64) * (Size) max_rank;
	DmTopkState *w = palloc0(size);

	dm_header_working(w, DM_TOPK_STATE, size);
	w->max_rank = (uint64) max_rank;
	dm_sum_init(sum_of(w), DM_SUM_LIMBS);
	return w;
}

static void
count(DmTopkState *w, DmTopkCount which)
{
	w->counts[which] = dm_add_count(w->counts[which], 1);
}

void
dm_topk_add_gain(DmTopkState *w, double gain)
{
	if (!isfinite(gain))
	{
		count(w, DM_TOPK_UNDEFINED);
		return;
	}
	count(w, DM_TOPK_QUERIES);
	(void) dm_sum_add(sum_of(w), gain);
}

void
dm_topk_add_rank(DmTopkState *w, uint64 rank)
{
	if (rank == 0 || rank > w->max_rank)
		count(w, DM_TOPK_MISSES);
	else
		w->hits[rank - 1] = dm_add_count(w->hits[rank - 1], 1);
}

/* How many places there are up to the last with a hit. */
static uint64
used_places(const DmTopkState *s)
{
	uint64		n = s->max_rank;

	while (n > 0 && s->hits[n - 1] == 0)
		n--;
	return n;
}

static struct varlena *
pack_state(const struct varlena *working)
{
	const DmTopkState *s = (const DmTopkState *) working;
	uint64		places = used_places(s);
	StringInfoData buf;
	uint64		i;

	dm_packed_begin(&buf, DM_TOPK_STATE);
	dm_put_varint(&buf, s->max_rank);
	for (i = 0; i < DM_TOPK_COUNTS; i++)
		dm_put_varint(&buf, s->counts[i]);
	dm_put_varint(&buf, places);
	for (i = 0; i < places; i++)
		dm_put_varint(&buf, s->hits[i]);
	dm_sum_write(&buf, sum_of(s));
	return dm_packed_finish(&buf);
}

/* The working form of packed bytes; NULL if they are none. */
static DmTopkState *
read_packed(const struct varlena *value)
{
	DmReader	r;
	uint64		max_rank;
	uint64		places;
	DmTopkState *s;
	uint64		i;

	dm_reader_init(&r, value);
	max_rank = dm_get_varint(&r);
	if (max_rank < 1 || max_rank > DM_TOPK_MAX_RANK)
		return NULL;
	s = dm_topk_new((int) max_rank);
	for (i = 0; i < DM_TOPK_COUNTS; i++)
		s->counts[i] = dm_get_varint(&r);
	places = dm_get_varint(&r);
	if (places > max_rank)
		return NULL;
	for (i = 0; i < places; i++)
		s->hits[i] = dm_get_varint(&r);
	dm_sum_copy(sum_of(s), dm_sum_read(&r));
	return r.failed || r.pos != r.end ? NULL : s;
}

/* A state that must not be changed. */
static const DmTopkState *
read_state(const struct varlena *value)
{
	DmTopkState *s;

	if (DM_IS_WORKING(value))
		return (const DmTopkState *) value;
	s = read_packed(value);
	if (s == NULL)
		dm_corrupt(TOPK_NAME);
	return s;
}

/* A state of fewer places: what was found further down is a miss there. */
static DmTopkState *
shortened(const DmTopkState *s, uint64 max_rank)
{
	DmTopkState *w = dm_topk_new((int) max_rank);
	uint64		i;

	memcpy(w->counts, s->counts, sizeof(w->counts));
	dm_sum_copy(sum_of(w), sum_of(s));
	for (i = 0; i < s->max_rank; i++)
		if (i < max_rank)
			w->hits[i] = s->hits[i];
		else
			w->counts[DM_TOPK_MISSES] = dm_add_count(w->counts[DM_TOPK_MISSES], s->hits[i]);
	return w;
}

/* All counts together are a bigint, or nobody could read the value again. */
static void
check_total(const DmTopkState *s)
{
	uint64		total = 0;
	uint64		i;

	for (i = 0; i < DM_TOPK_COUNTS; i++)
		total = dm_add_count(total, s->counts[i]);
	for (i = 0; i < s->max_rank; i++)
		total = dm_add_count(total, s->hits[i]);
}

static struct varlena *
merge_states(struct varlena *state, const struct varlena *value)
{
	const DmTopkState *s = read_state(value);
	DmTopkState *w = (DmTopkState *) state;
	uint64		i;

	if (w == NULL)
		return (struct varlena *) shortened(s, s->max_rank);
	if (w->max_rank > s->max_rank)
		w = shortened(w, s->max_rank);
	for (i = 0; i < DM_TOPK_COUNTS; i++)
		w->counts[i] = dm_add_count(w->counts[i], s->counts[i]);
	for (i = 0; i < s->max_rank; i++)
	{
		uint64	   *to = i < w->max_rank ? &w->hits[i] : &w->counts[DM_TOPK_MISSES];

		*to = dm_add_count(*to, s->hits[i]);
	}
	check_total(w);
	(void) dm_sum_add_sum(sum_of(w), sum_of(s));
	return (struct varlena *) w;
}

/* Counts of rows are bigint together, and no sum comes from no query. */
static bool
valid_state(const struct varlena *packed)
{
	const DmTopkState *s = read_packed(packed);
	uint64		left = PG_INT64_MAX;
	uint8		bytes[DM_SUM_LIMBS * 8];
	int			first;
	uint64		i;

	if (s == NULL)
		return false;
	for (i = 0; i < DM_TOPK_COUNTS + s->max_rank; i++)
	{
		uint64		n = i < DM_TOPK_COUNTS ? s->counts[i] : s->hits[i - DM_TOPK_COUNTS];

		if (n > left)
			return false;
		left -= n;
	}
	if (s->counts[DM_TOPK_QUERIES] == 0 && dm_sum_to_bytes(sum_of(s), &first, bytes) > 0)
		return false;
	return dm_packed_equal(packed, pack_state((const struct varlena *) s));
}

static struct varlena *
parse_state(DmJson *j)
{
	int64		max_rank;
	DmTopkState *s;
	uint64		n = 0;
	int			i;

	dm_json_expect(j, '{');
	dm_json_key(j, "max_rank");
	max_rank = dm_json_int(j);
	if (!j->failed && (max_rank < 1 || max_rank > DM_TOPK_MAX_RANK))
		dm_json_fail(j, "max_rank is out of range");
	s = dm_topk_new(j->failed ? 1 : (int) max_rank);
	dm_json_expect(j, ',');
	dm_json_key(j, "hits");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		if (n > 0)
			dm_json_expect(j, ',');
		if (n == s->max_rank)
		{
			dm_json_fail(j, "More hits than places");
			break;
		}
		s->hits[n++] = dm_json_count(j);
	}
	for (i = 0; i < DM_TOPK_COUNTS; i++)
	{
		dm_json_expect(j, ',');
		dm_json_key(j, count_names[i]);
		s->counts[i] = dm_json_count(j);
	}
	dm_json_expect(j, ',');
	dm_sum_copy(sum_of(s), dm_sum_read_json(j, "gain"));
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_state((const struct varlena *) s);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	const DmTopkState *s = read_state(packed);
	uint64		places = used_places(s);
	uint64		i;

	appendStringInfo(buf, "{\"max_rank\":" UINT64_FORMAT ",\"hits\":[", s->max_rank);
	for (i = 0; i < places; i++)
		appendStringInfo(buf, "%s" UINT64_FORMAT, i ? "," : "", s->hits[i]);
	appendStringInfoChar(buf, ']');
	for (i = 0; i < DM_TOPK_COUNTS; i++)
		appendStringInfo(buf, ",\"%s\":" UINT64_FORMAT, count_names[i], s->counts[i]);
	appendStringInfoChar(buf, ',');
	dm_sum_write_json(buf, "gain", sum_of(s));
	appendStringInfoChar(buf, '}');
}

static const DmType topk_state_type = {
	DM_TOPK_STATE, TOPK_NAME, print_state, parse_state, valid_state, pack_state, merge_states
};

DM_TYPE_FUNCTIONS(topk_state, topk_state_type);

static const DmTopkState *
getarg(FunctionCallInfo fcinfo)
{
	return read_state(dm_getarg(fcinfo, 0, DM_TOPK_STATE));
}

static uint64
hits_up_to(const DmTopkState *s, uint64 k)
{
	uint64		hits = 0;
	uint64		i;

	for (i = 0; i < s->max_rank && i < k; i++)
		hits = dm_add_count(hits, s->hits[i]);
	return hits;
}

/* Rows with an actual class and a list. */
static uint64
used_rows(const DmTopkState *s)
{
	return dm_add_count(hits_up_to(s, s->max_rank), s->counts[DM_TOPK_MISSES]);
}

/* top_k_accuracy(state, k); as the final function of an aggregate, k is max_rank */
Datum
datamon_topk_state_accuracy(PG_FUNCTION_ARGS)
{
	const DmTopkState *s = getarg(fcinfo);
	int			k = PG_NARGS() > 1 ? PG_GETARG_INT32(1) : (int) s->max_rank;

	if (k < 1 || k > (int) s->max_rank)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be between 1 and %d, not %d", (int) s->max_rank, k),
				 errhint("The state was made with max_rank %d.", (int) s->max_rank)));
	if (used_rows(s) == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) hits_up_to(s, (uint64) k) / (double) used_rows(s));
}

Datum
datamon_topk_state_mrr(PG_FUNCTION_ARGS)
{
	const DmTopkState *s = getarg(fcinfo);
	double		sum = 0;
	uint64		i;

	if (used_rows(s) == 0)
		PG_RETURN_NULL();
	/* the small terms first */
	for (i = s->max_rank; i > 0; i--)
		sum += (double) s->hits[i - 1] / (double) i;
	PG_RETURN_FLOAT8(sum / (double) used_rows(s));
}

Datum
datamon_topk_state_mean_gain(PG_FUNCTION_ARGS)
{
	const DmTopkState *s = getarg(fcinfo);

	if (s->counts[DM_TOPK_QUERIES] == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dm_sum_mean(sum_of(s), s->counts[DM_TOPK_QUERIES]));
}

Datum
datamon_topk_state_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) used_rows(getarg(fcinfo)));
}

Datum
datamon_topk_state_unused(PG_FUNCTION_ARGS)
{
	const DmTopkState *s = getarg(fcinfo);

	PG_RETURN_INT64((int64) dm_add_count(dm_add_count(s->counts[DM_TOPK_UNLABELLED],
													  s->counts[DM_TOPK_UNRANKED]),
										 s->counts[DM_TOPK_EMPTY]));
}

Datum
datamon_topk_state_queries(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) getarg(fcinfo)->counts[DM_TOPK_QUERIES]);
}

Datum
datamon_topk_state_undefined(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) getarg(fcinfo)->counts[DM_TOPK_UNDEFINED]);
}

/* hits(state): place by place, up to the last with a hit */
Datum
datamon_topk_state_hits(PG_FUNCTION_ARGS)
{
	const DmTopkState *s = getarg(fcinfo);
	double		rows = (double) used_rows(s);
	uint64		places = used_places(s);
	DmRowSet		out;
	uint64		i;

	dm_rows_begin(fcinfo, &out);
	for (i = 0; i < places; i++)
	{
		dm_row_count(&out.row, (int64) i + 1);
		dm_row_count(&out.row, (int64) s->hits[i]);
		dm_row_double(&out.row, (double) hits_up_to(s, i + 1) / rows);
		dm_rows_put(&out);
	}
	return (Datum) 0;
}
