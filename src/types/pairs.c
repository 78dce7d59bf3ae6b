/*
 * pairs.c - the pairs type, which keeps every pair of two numbers, and the
 * correlations of their ranks.
 */
#include "postgres.h"

#include <math.h>

#include "utils/memutils.h"

#include "base/checks.h"
#include "base/row.h"
#include "base/type.h"
#include "types/pairs.h"

PG_FUNCTION_INFO_V1(datamon_pairs_count);
PG_FUNCTION_INFO_V1(datamon_pairs_unused_count);
PG_FUNCTION_INFO_V1(datamon_pairs_spearman);
PG_FUNCTION_INFO_V1(datamon_pairs_kendall);
PG_FUNCTION_INFO_V1(datamon_pairs_spearman_test);
PG_FUNCTION_INFO_V1(datamon_pairs_kendall_test);
PG_FUNCTION_INFO_V1(datamon_pairs_final_spearman);
PG_FUNCTION_INFO_V1(datamon_pairs_final_kendall);
PG_FUNCTION_INFO_V1(datamon_pairs_final_spearman_test);
PG_FUNCTION_INFO_V1(datamon_pairs_final_kendall_test);

#define FIRST_CAPACITY 4

/* What fits the one gigabyte of a varlena. */
#define MOST_PAIRS ((MaxAllocSize - offsetof(DmPairs, pair)) / sizeof(DmPair))

static DmPairs *
make(uint32 capacity)
{
	Size		bytes = offsetof(DmPairs, pair) + sizeof(DmPair) * (Size) capacity;
	DmPairs    *w = palloc(bytes);

	memset(w, 0, offsetof(DmPairs, pair));
	dm_header_working(w, DM_PAIRS, bytes);
	w->capacity = capacity;
	return w;
}

DmPairs *
dm_pairs_more(DmPairs *w, uint64 more)
{
	uint64		need = w->n + more;
	DmPairs    *larger;

	if (more > MOST_PAIRS || need > MOST_PAIRS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %zu pairs", (size_t) MOST_PAIRS),
				 errhint("Use pearson_correlation, which keeps sums only, or a sample of the rows.")));
	if (need <= w->capacity)
		return w;
	larger = make((uint32) Min(Max(need, (uint64) w->capacity * 2), MOST_PAIRS));
	larger->nulls = w->nulls;
	larger->non_finite = w->non_finite;
	larger->n = w->n;
	memcpy(larger->pair, w->pair, sizeof(DmPair) * (Size) w->n);
	return larger;
}

/* Add a packed value; false if it is not one. */
static bool
add_packed(DmPairs **w, const struct varlena *packed)
{
	DmReader	r;
	uint64		nulls;
	uint64		non_finite;
	uint64		distinct;
	DmPair		last = {-INFINITY, -INFINITY};

	dm_reader_init(&r, packed);
	nulls = dm_get_varint(&r);
	non_finite = dm_get_varint(&r);
	distinct = dm_get_varint(&r);
	if (r.failed || nulls > PG_INT64_MAX || non_finite > PG_INT64_MAX)
		return false;
	(*w)->nulls = dm_add_count((*w)->nulls, nulls);
	(*w)->non_finite = dm_add_count((*w)->non_finite, non_finite);
	for (; distinct > 0; distinct--)
	{
		DmPair		p;
		uint64		count;

		p.x = dm_get_double(&r);
		p.y = dm_get_double(&r);
		count = dm_get_varint(&r);
		if (r.failed || count == 0 || !isfinite(p.x) || !isfinite(p.y) ||
			p.x < last.x || (p.x == last.x && p.y <= last.y))
			return false;
		*w = dm_pairs_more(*w, count);
		for (; count > 0; count--)
			(*w)->pair[(*w)->n++] = p;
		last = p;
	}
	return r.pos == r.end;
}

/* The working form of a state: itself if it is one, else a copy. */
DmPairs *
dm_pairs_working(const struct varlena *state)
{
	DmPairs    *w;

	if (state && DM_IS_WORKING(state))
		return (DmPairs *) unconstify(struct varlena *, state);
	w = make(FIRST_CAPACITY);
	if (state && !add_packed(&w, state))
		dm_corrupt(PAIRS_TYPE_NAME);
	return w;
}

/* The pairs of a value of either form, sorted. */
static DmPairs *
sorted(const struct varlena *value)
{
	const DmPairs *w;
	DmPairs    *copy;
	DmPair	   *scratch;

	if (!DM_IS_WORKING(value))
		return dm_pairs_working(value);
	w = (const DmPairs *) value;
	copy = make(Max(w->n, 1));
	copy->nulls = w->nulls;
	copy->non_finite = w->non_finite;
	copy->n = w->n;
	memcpy(copy->pair, w->pair, sizeof(DmPair) * (Size) w->n);
	scratch = palloc(sizeof(DmPair) * (Size) Max(w->n, 1));
	dm_pairs_sort(copy->pair, copy->n, scratch);
	pfree(scratch);
	return copy;
}

static uint32
run_length(const DmPairs *w, uint32 first)
{
	uint32		i = first + 1;

	while (i < w->n && w->pair[i].x == w->pair[first].x && w->pair[i].y == w->pair[first].y)
		i++;
	return i - first;
}

static struct varlena *
pack_pairs(const struct varlena *working)
{
	DmPairs    *w = sorted(working);
	StringInfoData buf;
	uint64		distinct = 0;
	uint32		i;

	for (i = 0; i < w->n; i += run_length(w, i))
		distinct++;
	dm_packed_begin(&buf, DM_PAIRS);
	dm_put_varint(&buf, w->nulls);
	dm_put_varint(&buf, w->non_finite);
	dm_put_varint(&buf, distinct);
	for (i = 0; i < w->n; i += run_length(w, i))
	{
		dm_put_double(&buf, w->pair[i].x);
		dm_put_double(&buf, w->pair[i].y);
		dm_put_varint(&buf, run_length(w, i));
	}
	pfree(w);
	return dm_packed_finish(&buf);
}

static struct varlena *
merge_pairs(struct varlena *state, const struct varlena *value)
{
	DmPairs    *w = dm_pairs_working(state);
	const DmPairs *v = (const DmPairs *) value;

	if (DM_IS_WORKING(value))
	{
		w = dm_pairs_more(w, v->n);
		w->nulls = dm_add_count(w->nulls, v->nulls);
		w->non_finite = dm_add_count(w->non_finite, v->non_finite);
		memcpy(w->pair + w->n, v->pair, sizeof(DmPair) * (Size) v->n);
		w->n += v->n;
	}
	else if (!add_packed(&w, value))
		dm_corrupt(PAIRS_TYPE_NAME);
	return (struct varlena *) w;
}

static bool
valid_pairs(const struct varlena *packed)
{
	DmPairs    *w = make(FIRST_CAPACITY);

	return add_packed(&w, packed) && dm_packed_equal(packed, pack_pairs((struct varlena *) w));
}

static void
print_pairs(StringInfo buf, const struct varlena *packed)
{
	DmPairs    *w = dm_pairs_working(packed);
	uint32		i;

	appendStringInfo(buf, "{\"nulls\":" UINT64_FORMAT ",\"non_finite\":" UINT64_FORMAT
					 ",\"pairs\":[", w->nulls, w->non_finite);
	for (i = 0; i < w->n; i += run_length(w, i))
	{
		appendStringInfoString(buf, i == 0 ? "[" : ",[");
		dm_json_put_double(buf, w->pair[i].x);
		appendStringInfoChar(buf, ',');
		dm_json_put_double(buf, w->pair[i].y);
		appendStringInfo(buf, ",%u]", run_length(w, i));
	}
	appendStringInfoString(buf, "]}");
}

static struct varlena *
parse_pairs(DmJson *j)
{
	DmPairs    *w = make(FIRST_CAPACITY);
	bool		first = true;

	dm_json_expect(j, '{');
	dm_json_key(j, "nulls");
	w->nulls = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "non_finite");
	w->non_finite = dm_json_count(j);
	dm_json_expect(j, ',');
	dm_json_key(j, "pairs");
	dm_json_expect(j, '[');
	while (!j->failed && !dm_json_try(j, ']'))
	{
		DmPair		p;
		uint64		count;

		if (!first)
			dm_json_expect(j, ',');
		first = false;
		dm_json_expect(j, '[');
		p.x = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
		p.y = dm_json_double(j) + 0.0;
		dm_json_expect(j, ',');
		count = dm_json_count(j);
		dm_json_expect(j, ']');
		if (!j->failed && (count == 0 || (w->n > 0 && (p.x < w->pair[w->n - 1].x ||
			(p.x == w->pair[w->n - 1].x && p.y <= w->pair[w->n - 1].y)))))
			dm_json_fail(j, "Pairs must ascend, and occur");
		if (j->failed)
			break;
		w = dm_pairs_more(w, count);
		for (; count > 0; count--)
			w->pair[w->n++] = p;
	}
	dm_json_expect(j, '}');
	return j->failed ? NULL : pack_pairs((struct varlena *) w);
}

static const DmType pairs_type = {
	DM_PAIRS, PAIRS_TYPE_NAME, print_pairs, parse_pairs, valid_pairs, pack_pairs, merge_pairs
};

DM_TYPE_FUNCTIONS(pairs, pairs_type);

static DmPairs *
get_pairs(FunctionCallInfo fcinfo)
{
	return sorted(dm_getarg(fcinfo, 0, DM_PAIRS));
}

Datum
datamon_pairs_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) get_pairs(fcinfo)->n);
}

Datum
datamon_pairs_unused_count(PG_FUNCTION_ARGS)
{
	DmPairs    *w = get_pairs(fcinfo);

	PG_RETURN_INT64((int64) dm_add_count(w->nulls, w->non_finite));
}

static void
spearman(const DmPairs *w, DmCorrelation *out)
{
	DmPair	   *a = palloc(sizeof(DmPair) * (Size) Max(w->n, 1));
	DmPair	   *b = palloc(sizeof(DmPair) * (Size) Max(w->n, 1));

	dm_spearman(w->pair, w->n, a, b, out);
	pfree(a);
	pfree(b);
}

static void
kendall(const DmPairs *w, DmKendall *out)
{
	double	   *a = palloc(sizeof(double) * (Size) Max(w->n, 1));
	double	   *b = palloc(sizeof(double) * (Size) Max(w->n, 1));

	dm_kendall(w->pair, w->n, a, b, out);
	pfree(a);
	pfree(b);
}

Datum
datamon_pairs_spearman(PG_FUNCTION_ARGS)
{
	DmCorrelation c;

	spearman(get_pairs(fcinfo), &c);
	return dm_return_double(fcinfo, c.r);
}

Datum
datamon_pairs_kendall(PG_FUNCTION_ARGS)
{
	DmKendall	k;

	kendall(get_pairs(fcinfo), &k);
	return dm_return_double(fcinfo, k.tau);
}

/* A test_result: both samples are the pairs. */
static Datum
result(FunctionCallInfo fcinfo, const DmPairs *w, double statistic, double p_value, double df,
	   const char *method)
{
	int64		unused = (int64) dm_add_count(w->nulls, w->non_finite);
	DmRow		row;

	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, statistic);
	dm_row_double(&row, p_value);
	dm_row_double(&row, df);
	dm_row_double(&row, statistic);
	dm_row_count(&row, w->n);
	dm_row_count(&row, w->n);
	dm_row_count(&row, unused);
	dm_row_count(&row, unused);
	dm_row_text(&row, method);
	return dm_row_end(&row);
}

Datum
datamon_pairs_spearman_test(PG_FUNCTION_ARGS)
{
	DmPairs    *w = get_pairs(fcinfo);
	DmCorrelation c;

	spearman(w, &c);
	return result(fcinfo, w, c.r, c.p_value, w->n > 2 ? (double) w->n - 2 : NAN,
				  "Spearman rank correlation, Student's t");
}

Datum
datamon_pairs_kendall_test(PG_FUNCTION_ARGS)
{
	DmPairs    *w = get_pairs(fcinfo);
	DmKendall	k;

	kendall(w, &k);
	return result(fcinfo, w, k.tau, k.p_value, NAN,
				  k.exact ? "Kendall tau-b, exact" : "Kendall tau-b, normal approximation");
}

/* Of the rows themselves. */

Datum
datamon_pairs_final_spearman(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return datamon_pairs_spearman(fcinfo);
}

Datum
datamon_pairs_final_kendall(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return datamon_pairs_kendall(fcinfo);
}

Datum
datamon_pairs_final_spearman_test(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return datamon_pairs_spearman_test(fcinfo);
}

Datum
datamon_pairs_final_kendall_test(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	return datamon_pairs_kendall_test(fcinfo);
}
