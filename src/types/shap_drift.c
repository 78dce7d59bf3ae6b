/*
 * shap_drift.c - what a shap_summary says: which inputs matter, and which of
 * them moved the score.
 */
#include "postgres.h"

#include <math.h>

#include "base/function.h"
#include "base/row.h"
#include "stats/special.h"
#include "types/shap_summary.h"

PG_FUNCTION_INFO_V1(datamon_shap_summary_importance);
PG_FUNCTION_INFO_V1(datamon_shap_summary_drift);

static int64
count(FunctionCallInfo fcinfo, bool unused)
{
	DmShapSummary s;

	dm_shap_summary_read(dm_getarg(fcinfo, 0, DM_SHAP_SUMMARY), &s);
	return (int64) (unused ? s.unused : s.n);
}

DM_FUNCTION(shap_summary_count, Int64GetDatum(count(fcinfo, false)));
DM_FUNCTION(shap_summary_unused_count, Int64GetDatum(count(fcinfo, true)));

/* What is known of one feature in one summary; of what is expected the mean only. */
typedef struct Means
{
	double		phi;
	double		absolute;
	double		stddev;
} Means;

static void
means_of(const DmShapSummary *s, int output, int feature, Means *m)
{
	DmExactSum **sum = s->sum + output * (DM_SHAP_SUMS * s->features + 1) + DM_SHAP_SUMS * feature;

	m->phi = dm_sum_mean(sum[DM_SHAP_PHI], s->n);
	if (feature == s->features)
	{
		m->absolute = m->stddev = (double) NAN;
		return;
	}
	m->absolute = dm_sum_mean(sum[DM_SHAP_ABSOLUTE], s->n);
	m->stddev = s->n > 1 ? dm_sum_stddev(sum[DM_SHAP_PHI], sum[DM_SHAP_SQUARE], s->n, s->n - 1) : (double) NAN;
}

typedef struct Line
{
	int			output;
	int			feature;
	double		size;			/* what lines are sorted by */
	Means		a;
	Means		b;
} Line;

static int
by_size(const void *x, const void *y)
{
	const Line *a = x;
	const Line *b = y;

	if (a->output != b->output)
		return a->output < b->output ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->feature < b->feature ? -1 : a->feature > b->feature;
}

/* importance(summary) */
Datum
datamon_shap_summary_importance(PG_FUNCTION_ARGS)
{
	DmShapSummary s;
	DmRowSet	rows;
	Line	   *line;
	int			n;
	int			i;

	dm_shap_summary_read(dm_getarg(fcinfo, 0, DM_SHAP_SUMMARY), &s);
	n = s.outputs * s.features;
	line = palloc(sizeof(Line) * (Size) Max(n, 1));
	for (i = 0; i < n; i++)
	{
		line[i].output = i / s.features;
		line[i].feature = i % s.features;
		means_of(&s, line[i].output, line[i].feature, &line[i].a);
		line[i].size = line[i].a.absolute;
	}
	qsort(line, n, sizeof(Line), by_size);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		dm_row_int(&rows.row, line[i].output + 1);
		dm_row_text(&rows.row, s.name[line[i].feature]);
		dm_row_double(&rows.row, line[i].a.absolute);
		dm_row_double(&rows.row, line[i].a.phi);
		dm_row_double(&rows.row, line[i].a.stddev);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

static void
check_same(const DmShapSummary *a, const DmShapSummary *b)
{
	bool		same = a->outputs == b->outputs && a->features == b->features;
	int			i;

	for (i = 0; i < a->features && same; i++)
		same = strcmp(a->name[i], b->name[i]) == 0;
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the summaries are of models with other features or outputs"),
				 errhint("Explain the rows of both with one model.")));
}

/* A line of shap_drift(); "all" is what the shifts of this output add up to, regardless of their signs. */
static void
put_drift(DmRowSet *rows, const DmShapSummary *a, const DmShapSummary *b, const Line *l, double all)
{
	double		shift = l->b.phi - l->a.phi;
	double		variance = l->a.stddev * l->a.stddev / (double) a->n + l->b.stddev * l->b.stddev / (double) b->n;

	dm_row_int(&rows->row, l->output + 1);
	dm_row_text(&rows->row, l->feature < a->features ? a->name[l->feature] : NULL);
	dm_row_double(&rows->row, l->a.phi);
	dm_row_double(&rows->row, l->b.phi);
	dm_row_double(&rows->row, shift);
	dm_row_double(&rows->row, all > 0 ? fabs(shift) / all : (double) NAN);
	dm_row_double(&rows->row, sqrt(variance));
	dm_row_double(&rows->row, variance > 0 ? 2 * dm_normal_sf(fabs(shift) / sqrt(variance)) : (double) NAN);
	dm_row_double(&rows->row, l->a.absolute);
	dm_row_double(&rows->row, l->b.absolute);
	dm_rows_put(rows);
}

/* shap_drift(baseline, current) */
Datum
datamon_shap_summary_drift(PG_FUNCTION_ARGS)
{
	DmShapSummary a;
	DmShapSummary b;
	DmRowSet	rows;
	Line	   *line;
	int			n = 0;
	int			o;
	int			i;

	dm_shap_summary_read(dm_getarg(fcinfo, 0, DM_SHAP_SUMMARY), &a);
	dm_shap_summary_read(dm_getarg(fcinfo, 1, DM_SHAP_SUMMARY), &b);
	dm_rows_begin(fcinfo, &rows);
	if (a.n == 0 || b.n == 0)
		return (Datum) 0;
	check_same(&a, &b);
	line = palloc(sizeof(Line) * (Size) a.outputs * (Size) (a.features + 1));
	for (o = 0; o < a.outputs; o++)
	{
		double		all = 0;
		int			first = n;

		for (i = 0; i <= a.features; i++)
		{
			Line	   *l = &line[n];

			l->output = o;
			l->feature = i;
			means_of(&a, o, i, &l->a);
			means_of(&b, o, i, &l->b);
			l->size = fabs(l->b.phi - l->a.phi);
			all += l->size;
			/* of one and the same model the same is expected: there is no such line */
			n += i < a.features || l->size > 0;
		}
		qsort(line + first, n - first, sizeof(Line), by_size);
		for (i = first; i < n; i++)
			put_drift(&rows, &a, &b, &line[i], all);
	}
	return (Datum) 0;
}
