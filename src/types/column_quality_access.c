/*
 * column_quality_access.c - what a column_quality tells.
 */
#include "postgres.h"

#include <math.h>

#include "base/function.h"
#include "base/row.h"
#include "stats/exact_sum.h"
#include "types/column_quality_internal.h"

PG_FUNCTION_INFO_V1(datamon_column_quality_count);
PG_FUNCTION_INFO_V1(datamon_column_quality_null_count);
PG_FUNCTION_INFO_V1(datamon_column_quality_null_rate);
PG_FUNCTION_INFO_V1(datamon_column_quality_completeness);
PG_FUNCTION_INFO_V1(datamon_column_quality_distinct_count);
PG_FUNCTION_INFO_V1(datamon_column_quality_is_exact);
PG_FUNCTION_INFO_V1(datamon_column_quality_distinctness);
PG_FUNCTION_INFO_V1(datamon_column_quality_uniqueness);
PG_FUNCTION_INFO_V1(datamon_column_quality_unique_value_ratio);
PG_FUNCTION_INFO_V1(datamon_column_quality_quality);

typedef struct Column
{
	DmQuality	q;
	DmKept		kept;
} Column;

static void
get_column(FunctionCallInfo fcinfo, Column *c)
{
	dm_quality_unpack(dm_getarg(fcinfo, 0, DM_COLUMN_QUALITY), &c->q, &c->kept);
}

/*
 * An estimate is at least one more than what is kept exactly, and at most one
 * value for every row outside the sample beside those in it.
 */
double
dm_quality_distinct(const DmQuality *q, const DmKept *kept)
{
	double		most = (double) dm_quality_hashed(q) + DM_DISTINCT_SAMPLE;
	size_t		i;

	if (kept->exact)
		return (double) kept->n;
	for (i = 0; i < kept->n; i++)
		most -= (double) kept->entry[i].count;
	most = Min(most, ldexp(1, 63) - 1024);	/* the double below 2^63 */
	return Min(Max(rint(dm_distinct_estimate_ranks(kept->rank)), DM_DISTINCT_EXACT + 1), most);
}

double
dm_quality_single_share(const DmKept *kept)
{
	size_t		singles = 0;
	size_t		i;

	for (i = 0; i < kept->n; i++)
		singles += kept->entry[i].count == 1;
	return kept->n > 0 ? (double) singles / (double) kept->n : NAN;
}

static double
ratio(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

static uint64
rows_of(const DmQuality *q)
{
	return q->count[DM_Q_NULLS] + q->count[DM_Q_VALUES];
}

static double
null_rate(const DmQuality *q)
{
	return ratio((double) q->count[DM_Q_NULLS], (double) rows_of(q));
}

static double
distinctness(const Column *c)
{
	return ratio(dm_quality_distinct(&c->q, &c->kept), (double) dm_quality_hashed(&c->q));
}

Datum
datamon_column_quality_count(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	PG_RETURN_INT64((int64) c.q.count[DM_Q_VALUES]);
}

Datum
datamon_column_quality_null_count(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	PG_RETURN_INT64((int64) c.q.count[DM_Q_NULLS]);
}

Datum
datamon_column_quality_null_rate(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	return dm_return_double(fcinfo, null_rate(&c.q));
}

Datum
datamon_column_quality_completeness(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	return dm_return_double(fcinfo, ratio((double) c.q.count[DM_Q_VALUES], (double) rows_of(&c.q)));
}

Datum
datamon_column_quality_distinct_count(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	PG_RETURN_INT64((int64) dm_quality_distinct(&c.q, &c.kept));
}

Datum
datamon_column_quality_is_exact(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	PG_RETURN_BOOL(c.kept.exact);
}

Datum
datamon_column_quality_distinctness(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	return dm_return_double(fcinfo, distinctness(&c));
}

Datum
datamon_column_quality_uniqueness(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	return dm_return_double(fcinfo, distinctness(&c) * dm_quality_single_share(&c.kept));
}

Datum
datamon_column_quality_unique_value_ratio(PG_FUNCTION_ARGS)
{
	Column		c;

	get_column(fcinfo, &c);
	return dm_return_double(fcinfo, dm_quality_single_share(&c.kept));
}

/* ---- all of it in a row */

static void
put_count(DmRow *row, uint64 v, bool known)
{
	dm_row_count(row, (int64) v);
	row->null[row->n - 1] = !known;
}

/* The type that every value which is neither empty nor blank can be read as. */
static const char *
looks_like(const DmTexts *t, uint64 n)
{
	uint64		left = n - t->of_class[DM_TEXT_EMPTY] - t->of_class[DM_TEXT_BLANK];

	if (left == 0)
		return NULL;
	if (t->of_class[DM_TEXT_INTEGER] == left)
		return "integer";
	if (t->of_class[DM_TEXT_INTEGER] + t->of_class[DM_TEXT_DECIMAL] == left)
		return "number";
	if (t->of_class[DM_TEXT_BOOLEAN] == left)
		return "boolean";
	if (t->of_class[DM_TEXT_TIME] == left)
		return "time";
	return "text";
}

static double
length_stddev(const DmTexts *t, uint64 n)
{
	DmExactSum *sum = palloc(DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));
	DmExactSum *squares = palloc(DM_EXACT_SUM_BYTES(DM_SUM_LIMBS));
	double		result;
	int			i;

	if (n < 2)
		return NAN;
	dm_sum_init(sum, DM_SUM_LIMBS);
	dm_sum_init(squares, DM_SUM_LIMBS);
	(void) dm_sum_add_int(sum, (int64) t->length, 0);
	for (i = 0; i < 4; i++)
		(void) dm_sum_add_int(squares, (int64) ((t->squares[i / 2] >> (i % 2 ? 32 : 0)) & 0xFFFFFFFF),
							  32 * i);
	result = dm_sum_stddev(sum, squares, n, n - 1);
	pfree(sum);
	pfree(squares);
	return result;
}

static void
put_texts(DmRow *row, const DmQuality *q)
{
	bool		text = q->kind == DM_QUALITY_TEXT;
	uint64		n = q->count[DM_Q_VALUES];
	bool		any = text && n > 0;
	const DmTexts *t = &q->text;
	int			i;

	for (i = 0; i < DM_TEXT_CLASSES; i++)
		put_count(row, t->of_class[i], text);
	dm_row_text(row, text ? looks_like(t, n) : NULL);
	put_count(row, t->min_length, any);
	put_count(row, t->max_length, any);
	dm_row_double(row, any ? (double) t->length / (double) n : NAN);
	dm_row_double(row, any ? length_stddev(t, n) : NAN);
	dm_row_text(row, any ? pnstrdup(t->min_value, t->min_bytes) : NULL);
	dm_row_text(row, any ? pnstrdup(t->max_value, t->max_bytes) : NULL);
}

Datum
datamon_column_quality_quality(PG_FUNCTION_ARGS)
{
	Column		c;
	const uint64 *count = c.q.count;
	bool		number;
	DmRow		row;

	get_column(fcinfo, &c);
	number = c.q.kind != DM_QUALITY_TEXT && c.q.kind != DM_QUALITY_TIME;
	dm_row_begin(fcinfo, &row);
	dm_row_text(&row, dm_quality_kind_name(c.q.kind));
	dm_row_count(&row, (int64) rows_of(&c.q));
	dm_row_count(&row, (int64) count[DM_Q_VALUES]);
	dm_row_count(&row, (int64) count[DM_Q_NULLS]);
	dm_row_double(&row, null_rate(&c.q));
	put_count(&row, count[DM_Q_NAN], number);
	put_count(&row, count[DM_Q_NEG_INF] + count[DM_Q_POS_INF], c.q.kind != DM_QUALITY_TEXT);
	put_count(&row, count[DM_Q_ZEROS], number);
	put_count(&row, count[DM_Q_NEGATIVES], number);
	dm_row_count(&row, (int64) dm_quality_distinct(&c.q, &c.kept));
	dm_row_double(&row, c.kept.exact ? 0 : DM_DISTINCT_ERROR);
	dm_row_double(&row, distinctness(&c));
	dm_row_double(&row, distinctness(&c) * dm_quality_single_share(&c.kept));
	dm_row_double(&row, dm_quality_single_share(&c.kept));
	dm_row_count(&row, (int64) c.kept.n);
	put_texts(&row, &c.q);
	return dm_row_end(&row);
}
