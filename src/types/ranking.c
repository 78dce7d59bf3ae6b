/*
 * ranking.c - metrics of one ranked list.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "stats/ranking.h"
#include "types/ranking.h"

PG_FUNCTION_INFO_V1(datamon_dcg);
PG_FUNCTION_INFO_V1(datamon_ndcg);
PG_FUNCTION_INFO_V1(datamon_dcg_score);
PG_FUNCTION_INFO_V1(datamon_ndcg_score);
PG_FUNCTION_INFO_V1(datamon_average_precision_at_k);
PG_FUNCTION_INFO_V1(datamon_reciprocal_rank);
PG_FUNCTION_INFO_V1(datamon_precision_at_k);
PG_FUNCTION_INFO_V1(datamon_recall_at_k);
PG_FUNCTION_INFO_V1(datamon_hit_at_k);

#define ABSENT(n) (PG_NARGS() <= (n) || PG_ARGISNULL(n))

size_t
dm_getarg_k(FunctionCallInfo fcinfo, int n)
{
	if (ABSENT(n))
		return SIZE_MAX;
	if (PG_GETARG_INT32(n) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k must be at least 1, not %d", PG_GETARG_INT32(n)),
				 errhint("Leave it NULL to count every place.")));
	return (size_t) PG_GETARG_INT32(n);
}

/*
 * Numbers of an array argument, palloc'd; NULL where it is NULL or has an
 * element that is no finite number.
 */
static double *
get_doubles(FunctionCallInfo fcinfo, int n, size_t *count)
{
	Datum	   *element;
	bool	   *null;
	int			elements;
	double	   *out;
	int			i;

	*count = 0;
	if (ABSENT(n))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &element, &null, &elements);
	out = palloc(sizeof(double) * Max(elements, 1));
	for (i = 0; i < elements; i++)
	{
		if (null[i] || !isfinite(DatumGetFloat8(element[i])))
			return NULL;
		out[i] = DatumGetFloat8(element[i]);
	}
	*count = (size_t) elements;
	return out;
}

/* Hits of a list; an element that is NULL was not judged and is no hit. */
static bool *
get_relevant(FunctionCallInfo fcinfo, int n, size_t *count)
{
	Datum	   *element;
	bool	   *null;
	int			elements;
	bool	   *out;
	int			i;

	*count = 0;
	if (ABSENT(n))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), BOOLOID, sizeof(bool), true, TYPALIGN_CHAR,
					  &element, &null, &elements);
	out = palloc(sizeof(bool) * Max(elements, 1));
	for (i = 0; i < elements; i++)
		out[i] = !null[i] && DatumGetBool(element[i]);
	*count = (size_t) elements;
	return out;
}

/* Relevance and score of the same items; false where one of them is of no use. */
static bool
get_pair(FunctionCallInfo fcinfo, int n, double **gain, double **score, size_t *count)
{
	size_t		scores;

	*gain = get_doubles(fcinfo, n, count);
	*score = get_doubles(fcinfo, n + 1, &scores);
	if (*gain == NULL || *score == NULL)
		return false;
	if (*count != scores)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("relevance and score must have the same length, not %zu and %zu", *count, scores),
				 errhint("Element i of both belongs to item i.")));
	return true;
}

static double
get_log_base(FunctionCallInfo fcinfo, int n)
{
	double		base = ABSENT(n) ? 2 : PG_GETARG_FLOAT8(n);

	if (!(base > 1) || isinf(base))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the base of the logarithm must be above 1 and finite"),
				 errhint("2 is customary.")));
	return base;
}

static bool
get_ignore_ties(FunctionCallInfo fcinfo, int n)
{
	return !ABSENT(n) && PG_GETARG_BOOL(n);
}

double
dm_getarg_ndcg(FunctionCallInfo fcinfo, int n)
{
	size_t		k = dm_getarg_k(fcinfo, n + 1);
	size_t		count;
	double	   *gain = get_doubles(fcinfo, n, &count);

	return gain ? dm_ndcg(gain, count, k, palloc(sizeof(double) * Max(count, 1))) : NAN;
}

static double
ndcg_score(FunctionCallInfo fcinfo, int n, bool ignore_ties)
{
	size_t		k = dm_getarg_k(fcinfo, n + 2);
	double	   *gain;
	double	   *score;
	size_t		count;

	if (!get_pair(fcinfo, n, &gain, &score, &count))
		return NAN;
	return dm_ndcg_score(gain, score, count, k, ignore_ties, palloc(sizeof(DmRanked) * Max(count, 1)));
}

double
dm_getarg_ndcg_score(FunctionCallInfo fcinfo, int n)
{
	return ndcg_score(fcinfo, n, false);
}

/* How many items are relevant: as argument n says, or as many as the list has. */
static double
get_total(FunctionCallInfo fcinfo, int n, const bool *relevant, size_t count)
{
	size_t		hits = dm_hits_at_k(relevant, count, count);

	if (ABSENT(n))
		return (double) hits;
	if (PG_GETARG_INT32(n) < 0 || (size_t) PG_GETARG_INT32(n) < hits)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("total must be at least the %zu relevant items of the list, not %d", hits,
						PG_GETARG_INT32(n)),
				 errhint("It is how many items are relevant, in the list or not.")));
	return (double) PG_GETARG_INT32(n);
}

double
dm_getarg_average_precision(FunctionCallInfo fcinfo, int n)
{
	size_t		k = dm_getarg_k(fcinfo, n + 1);
	size_t		count;
	bool	   *relevant = get_relevant(fcinfo, n, &count);

	if (relevant == NULL)
		return NAN;
	return dm_average_precision_at_k(relevant, count, k, get_total(fcinfo, n + 2, relevant, count));
}

double
dm_getarg_reciprocal_rank(FunctionCallInfo fcinfo, int n)
{
	size_t		k = dm_getarg_k(fcinfo, n + 1);
	size_t		count;
	bool	   *relevant = get_relevant(fcinfo, n, &count);

	return count > 0 ? dm_reciprocal_rank(relevant, count, k) : NAN;
}

static Datum
return_double(FunctionCallInfo fcinfo, double v)
{
	if (!isfinite(v))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(v);
}

/* dcg(relevance, k, log_base) */
Datum
datamon_dcg(PG_FUNCTION_ARGS)
{
	size_t		k = dm_getarg_k(fcinfo, 1);
	double		base = get_log_base(fcinfo, 2);
	size_t		count;
	double	   *gain = get_doubles(fcinfo, 0, &count);

	return return_double(fcinfo, count > 0 ? dm_dcg(gain, count, k, base) : NAN);
}

Datum
datamon_ndcg(PG_FUNCTION_ARGS)
{
	return return_double(fcinfo, dm_getarg_ndcg(fcinfo, 0));
}

/* dcg_score(relevance, score, k, log_base, ignore_ties) */
Datum
datamon_dcg_score(PG_FUNCTION_ARGS)
{
	size_t		k = dm_getarg_k(fcinfo, 2);
	double		base = get_log_base(fcinfo, 3);
	double	   *gain;
	double	   *score;
	size_t		count;

	if (!get_pair(fcinfo, 0, &gain, &score, &count) || count == 0)
		PG_RETURN_NULL();
	return return_double(fcinfo, dm_dcg_score(gain, score, count, k, base, get_ignore_ties(fcinfo, 4),
											  palloc(sizeof(DmRanked) * count)));
}

/* ndcg_score(relevance, score, k, ignore_ties) */
Datum
datamon_ndcg_score(PG_FUNCTION_ARGS)
{
	return return_double(fcinfo, ndcg_score(fcinfo, 0, get_ignore_ties(fcinfo, 3)));
}

Datum
datamon_average_precision_at_k(PG_FUNCTION_ARGS)
{
	return return_double(fcinfo, dm_getarg_average_precision(fcinfo, 0));
}

Datum
datamon_reciprocal_rank(PG_FUNCTION_ARGS)
{
	return return_double(fcinfo, dm_getarg_reciprocal_rank(fcinfo, 0));
}

/* Of k places, also where the list is shorter. */
Datum
datamon_precision_at_k(PG_FUNCTION_ARGS)
{
	size_t		k = dm_getarg_k(fcinfo, 1);
	size_t		count;
	bool	   *relevant = get_relevant(fcinfo, 0, &count);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) dm_hits_at_k(relevant, count, k) / (double) (k == SIZE_MAX ? count : k));
}

Datum
datamon_recall_at_k(PG_FUNCTION_ARGS)
{
	size_t		k = dm_getarg_k(fcinfo, 1);
	size_t		count;
	bool	   *relevant = get_relevant(fcinfo, 0, &count);

	if (relevant == NULL)
		PG_RETURN_NULL();
	return return_double(fcinfo, (double) dm_hits_at_k(relevant, count, k) /
						 get_total(fcinfo, 2, relevant, count));
}

Datum
datamon_hit_at_k(PG_FUNCTION_ARGS)
{
	size_t		k = dm_getarg_k(fcinfo, 1);
	size_t		count;
	bool	   *relevant = get_relevant(fcinfo, 0, &count);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(dm_hits_at_k(relevant, count, k) > 0);
}

bool
dm_getarg_has_list(FunctionCallInfo fcinfo, int n, bool scores)
{
	size_t		count;

	if (ABSENT(n))
		return false;
	if (scores)
		return get_doubles(fcinfo, n, &count) != NULL && count > 0;
	return ArrayGetNItems(ARR_NDIM(PG_GETARG_ARRAYTYPE_P(n)), ARR_DIMS(PG_GETARG_ARRAYTYPE_P(n))) > 0;
}

bool
dm_getarg_rank_of_text(FunctionCallInfo fcinfo, int n, uint64 *rank)
{
	const text *actual = PG_GETARG_TEXT_PP(n);
	size_t		len = VARSIZE_ANY_EXHDR(actual);
	Datum	   *element;
	bool	   *null;
	int			elements;
	int			i;

	if (!dm_getarg_has_list(fcinfo, n + 1, false))
		return false;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n + 1), TEXTOID, -1, false, TYPALIGN_INT, &element, &null,
					  &elements);
	*rank = 0;
	for (i = 0; i < elements && *rank == 0; i++)
	{
		const text *t = null[i] ? NULL : DatumGetTextPP(element[i]);

		if (t && VARSIZE_ANY_EXHDR(t) == len && memcmp(VARDATA_ANY(t), VARDATA_ANY(actual), len) == 0)
			*rank = (uint64) i + 1;
	}
	return true;
}

bool
dm_getarg_rank_of_class(FunctionCallInfo fcinfo, int n, uint64 *rank)
{
	size_t		count;
	double	   *score = get_doubles(fcinfo, n + 1, &count);

	if (score == NULL || count == 0)
		return false;
	*rank = dm_rank_of(score, count, PG_GETARG_INT32(n));
	return true;
}
