/*
 * domain_classifier.c - datamon._fit_rows(): can a regression tell the rows of
 * now from those of before, or what a model said of them?
 *
 * Rows come as arrays: numbers (missing: NaN or infinite) and codes of
 * categories (missing: -1).  A number becomes its value, missing ones at the
 * mean, and a flag for missing ones; a category a flag for each code.  All are
 * standardised by the rows of both sides.  Rows take turns, within each side, in
 * two halves: each is judged by a fit to the other.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "base/row.h"
#include "stats/logistic.h"
#include "stats/roc.h"
#include "stats/sort.h"

PG_FUNCTION_INFO_V1(datamon_fit_rows);

#define MOST_ROWS 40000
#define MOST_DESIGN 128
#define MOST_CODE 31
#define FLAG_MISSING (-1)
#define VALUE (-2)

typedef struct Given
{
	const double *number;
	const int32 *code;
	const unsigned char *current;
	const double *target;		/* NULL: which side */
	int			rows;
	int			numbers;
	int			codes;
} Given;

/* One column of the design. */
typedef struct Term
{
	int			source;			/* numbers, then codes */
	int			what;			/* VALUE, FLAG_MISSING, or a code */
	double		mean;
	double		sd;
	double		fill;			/* of a missing number */
} Term;

typedef struct Design
{
	Term		term[MOST_DESIGN];
	int			n;
	double	   *x;
	double	   *y;
	unsigned char *fold;
	DmRidge		ridge;
} Design;

static double
raw_value(const Given *g, const Term *t, int row)
{
	if (t->source < g->numbers)
	{
		double		v = g->number[(size_t) row * g->numbers + t->source];

		if (t->what == FLAG_MISSING)
			return !isfinite(v);
		return isfinite(v) ? v : t->fill;
	}
	return g->code[(size_t) row * g->codes + t->source - g->numbers] == t->what;
}

/* Columns that are the same in all rows say nothing, and are left out. */
static void
add_term(const Given *g, Design *d, int source, int what, double fill)
{
	Term		t = {source, what, 0, 0, fill};
	double		squares = 0;
	int			i;

	for (i = 0; i < g->rows; i++)
		t.mean += raw_value(g, &t, i) / g->rows;
	for (i = 0; i < g->rows; i++)
	{
		double		v = raw_value(g, &t, i) - t.mean;

		squares += v * v / g->rows;
	}
	t.sd = sqrt(squares);
	if (!(t.sd > 1e-12 * fabs(t.mean)) || !isfinite(t.sd) || !isfinite(t.mean))
		return;
	if (d->n >= MOST_DESIGN)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d terms: numbers, missing values of each, and values of categories", MOST_DESIGN),
				 errhint("Name fewer columns.")));
	d->term[d->n++] = t;
}

static void
choose_terms(const Given *g, Design *d)
{
	int			c,
				i,
				k;

	for (c = 0; c < g->numbers; c++)
	{
		double		mean = 0;
		int			known = 0;

		for (i = 0; i < g->rows; i++)
			known += isfinite(g->number[(size_t) i * g->numbers + c]);
		for (i = 0; i < g->rows; i++)
			if (isfinite(g->number[(size_t) i * g->numbers + c]))
				mean += g->number[(size_t) i * g->numbers + c] / known;
		if (known > 0)
			add_term(g, d, c, VALUE, mean);
		add_term(g, d, c, FLAG_MISSING, 0);
	}
	for (c = 0; c < g->codes; c++)
		for (k = FLAG_MISSING; k <= MOST_CODE; k++)
			add_term(g, d, g->numbers + c, k, 0);
}

static void
build(const Given *g, Design *d)
{
	int			turn[2] = {0, 0};
	int			i,
				j;

	d->n = 0;
	choose_terms(g, d);
	d->x = palloc_extended(sizeof(double) * g->rows * Max(d->n, 1), MCXT_ALLOC_HUGE);
	d->y = palloc(sizeof(double) * g->rows);
	d->fold = palloc(g->rows);
	for (i = 0; i < g->rows; i++)
	{
		d->y[i] = g->target ? g->target[i] : g->current[i];
		d->fold[i] = turn[g->current[i] != 0]++ & 1;
		for (j = 0; j < d->n; j++)
			d->x[(size_t) i * d->n + j] = (raw_value(g, &d->term[j], i) - d->term[j].mean) / d->term[j].sd;
	}
	d->ridge.x = d->x;
	d->ridge.y = d->y;
	d->ridge.fold = d->fold;
	d->ridge.rows = g->rows;
	d->ridge.columns = d->n;
	d->ridge.logistic = g->target == NULL;
	d->ridge.penalty = 1;
}

static void
fit(Design *d, int left_out, double *room)
{
	d->ridge.left_out = left_out;
	dm_ridge_start(&d->ridge, room);
	do
		CHECK_FOR_INTERRUPTS();
	while (!dm_ridge_step(&d->ridge));
}

/* Area under the curve of the rows of one half, and its standard error. */
static double
half_auc(const Given *g, const Design *d, int half, double *stderr_)
{
	DmWeighted *v = palloc(sizeof(DmWeighted) * g->rows);
	DmWeighted *scratch = palloc(sizeof(DmWeighted) * g->rows);
	DmScorePoint *point = palloc0(sizeof(DmScorePoint) * g->rows);
	DmScores	s = {point, 0, 0, 0, true};
	size_t		n = 0,
				i;
	double		auc;

	for (i = 0; i < (size_t) g->rows; i++)
		if (d->fold[i] == half)
		{
			/* + 0: no -0 */
			v[n].value = dm_ridge_score(&d->ridge, i) + 0.0;
			v[n++].weight = g->current[i];
		}
	dm_sort_weighted(v, scratch, n);
	for (i = 0; i < n; i++)
	{
		if (i == 0 || v[i].value != v[i - 1].value)
		{
			point[s.n].score = point[s.n].least = v[i].value;
			s.n++;
		}
		if (v[i].weight > 0)
			point[s.n - 1].pos++, s.pos++;
		else
			point[s.n - 1].neg++, s.neg++;
	}
	auc = dm_roc_auc(&s);
	*stderr_ = sqrt(dm_delong_variance(&s, auc));
	return auc;
}

/*
 * The mean of both halves' areas.  Both compare the same rows, so their errors
 * are taken as fully correlated, which is never too narrow.  Halves told apart
 * without an error have none: what is left is what so few rows cannot rule out.
 */
static void
put_auc(const Given *g, Design *d, double *room, DmRow *row)
{
	double		auc = 0,
				se = 0,
				least = 0;
	int			current = 0,
				half,
				i;

	for (half = 0; half < 2; half++)
	{
		double		e;

		fit(d, half, room);
		auc += half_auc(g, d, half, &e) / 2;
		se += e / 2;
	}
	for (i = 0; i < g->rows; i++)
		current += g->current[i];
	if (!(se > 0))
		least = 1 - pow(0.025, 2.0 / Max(Min(current, g->rows - current), 1));
	dm_row_double(row, auc);
	dm_row_double(row, Max(0, auc - 1.959963984540054 * se - least));
	dm_row_double(row, Min(1, auc + 1.959963984540054 * se + (auc < 0.5 ? least : 0)));
}

/* Share of the target's variance that a fit to the other half explains. */
static void
put_r2(const Given *g, Design *d, double *room, DmRow *row)
{
	double		error = 0,
				total = 0;
	int			half,
				i;

	for (half = 0; half < 2; half++)
	{
		double		mean = 0;
		int			n = 0;

		fit(d, half, room);
		for (i = 0; i < g->rows; i++)
			if (d->fold[i] == half)
				mean += (d->y[i] - mean) / ++n;
		for (i = 0; i < g->rows; i++)
			if (d->fold[i] == half)
			{
				double		e = d->y[i] - dm_ridge_score(&d->ridge, i);

				error += e * e;
				total += (d->y[i] - mean) * (d->y[i] - mean);
			}
	}
	dm_row_double(row, total > 0 ? 1 - error / total : NAN);
	dm_row_double(row, NAN);
	dm_row_double(row, NAN);
}

static void
put_array(DmRow *row, const double *v, int n)
{
	Datum	   *element = palloc(sizeof(Datum) * Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
		element[i] = Float8GetDatum(v[i]);
	dm_row_value(row, (struct varlena *) construct_array(element, n, FLOAT8OID, sizeof(float8),
														 FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* What each source column adds to the fit's score: the mean's shift, and mean sizes on both sides. */
static void
put_attribution(const Given *g, const Design *d, DmRow *row)
{
	int			sources = g->numbers + g->codes;
	double	   *sum = palloc0(sizeof(double) * Max(sources, 1) * 4);
	double	   *phi = palloc(sizeof(double) * Max(sources, 1));
	int			n[2] = {0, 0};
	int			i,
				j;

	for (i = 0; i < g->rows; i++)
		n[g->current[i] != 0]++;
	for (i = 0; i < g->rows; i++)
	{
		int			side = g->current[i] != 0;

		for (j = 0; j < sources; j++)
			phi[j] = 0;
		for (j = 0; j < d->n; j++)
			phi[d->term[j].source] += d->ridge.coef[j] * d->x[(size_t) i * d->n + j];
		for (j = 0; j < sources; j++)
		{
			sum[j] += (side ? phi[j] : 0) / n[1] - (side ? 0 : phi[j]) / n[0];
			sum[(1 + side) * sources + j] += fabs(phi[j]) / n[side];
		}
	}
	put_array(row, sum, sources);
	put_array(row, sum + sources, sources);
	put_array(row, sum + 2 * sources, sources);
}

/* The elements of an array argument without NULL, as they lie there. */
static const void *
get_array(FunctionCallInfo fcinfo, int i, int want, const char *name)
{
	ArrayType  *a = PG_GETARG_ARRAYTYPE_P(i);

	if (array_contains_nulls(a) || ArrayGetNItems(ARR_NDIM(a), ARR_DIMS(a)) != want)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must have %d elements, and no NULL", name, want)));
	return ARR_DATA_PTR(a);
}

Datum
datamon_fit_rows(PG_FUNCTION_ARGS)
{
	Given		g = {0};
	Design		d;
	DmRow		row;
	ArrayType  *sides = PG_GETARG_ARRAYTYPE_P(4);
	double	   *room;
	int			current = 0,
				i;

	g.rows = ArrayGetNItems(ARR_NDIM(sides), ARR_DIMS(sides));
	g.numbers = PG_GETARG_INT32(1);
	g.codes = PG_GETARG_INT32(3);
	if (g.rows > MOST_ROWS || g.numbers < 0 || g.codes < 0 || g.numbers + g.codes > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d rows or 1000 columns", MOST_ROWS)));
	g.number = get_array(fcinfo, 0, g.rows * g.numbers, "numbers");
	g.code = get_array(fcinfo, 2, g.rows * g.codes, "codes");
	g.current = get_array(fcinfo, 4, g.rows, "is_current");
	g.target = PG_NARGS() > 5 && !PG_ARGISNULL(5) ? get_array(fcinfo, 5, g.rows, "target") : NULL;
	for (i = 0; i < g.rows; i++)
		current += g.current[i] != 0;
	if (current < 4 || g.rows - current < 4)
		PG_RETURN_NULL();
	build(&g, &d);
	room = palloc(sizeof(double) * DM_RIDGE_ROOM(d.n));
	dm_row_begin(fcinfo, &row);
	if (g.target)
		put_r2(&g, &d, room, &row);
	else
		put_auc(&g, &d, room, &row);
	fit(&d, -1, room);
	put_attribution(&g, &d, &row);
	return dm_row_end(&row);
}
