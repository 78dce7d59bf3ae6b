/*
 * model_values.c - what a model predicts for a row, and why.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/function.h"
#include "base/row.h"
#include "types/model_row.h"

/* Missing is the mean: nothing is known then that moves the score. */
static double
linear_part(const DmModel *m, const double *coef, const double *row, int feature)
{
	return isnan(row[feature]) ? 0 : coef[feature] * (row[feature] - m->mean[feature]);
}

static double
linear_expected(const DmModel *m, int output)
{
	double		sum = m->base[output];
	int			i;

	for (i = 0; i < m->features; i++)
		sum += m->coef[(Size) output * m->features + i] * m->mean[i];
	return sum;
}

void
dm_model_score(DmOpenModel *open, const double *row, double *score)
{
	const DmModel *m = open->model;
	int			o;
	int			i;

	if (m->kind == DM_MODEL_TREES)
		dm_forest_read(open->forest, row);
	for (o = 0; o < m->outputs; o++)
	{
		if (m->kind == DM_MODEL_TREES)
		{
			score[o] = m->base[o] + dm_forest_sum(open->forest, o);
			continue;
		}
		score[o] = linear_expected(m, o);
		for (i = 0; i < m->features; i++)
			score[o] += linear_part(m, m->coef + (Size) o * m->features, row, i);
	}
}

void
dm_model_explain(DmOpenModel *open, const double *row)
{
	const DmModel *m = open->model;
	Size		stride = (Size) m->features + 1;
	int			o;
	int			i;

	memset(open->phi, 0, sizeof(double) * stride * (Size) m->outputs);
	if (m->kind == DM_MODEL_TREES)
	{
		dm_forest_read(open->forest, row);
		for (i = 0; i < dm_forest_batches(open->forest); i++)
		{
			CHECK_FOR_INTERRUPTS();
			dm_forest_explain(open->forest, i, open->phi, stride);
		}
	}
	for (o = 0; o < m->outputs; o++)
	{
		double	   *phi = open->phi + stride * (Size) o;

		if (m->kind == DM_MODEL_TREES)
		{
			phi[m->features] = m->base[o] + dm_forest_expected(open->forest, o);
			continue;
		}
		for (i = 0; i < m->features; i++)
			phi[i] = linear_part(m, m->coef + (Size) o * m->features, row, i);
		phi[m->features] = linear_expected(m, o);
	}
}

static double
transformed(DmModelLink link, double x)
{
	switch (link)
	{
		case DM_LINK_LOGISTIC:
			return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
		case DM_LINK_EXP:
			return exp(x);
		case DM_LINK_STEP:
			return x > 0;
		case DM_LINK_LOG1P_EXP:
			return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
		case DM_LINK_SIGNED_SQUARE:
			return x * fabs(x);
		default:
			return x;
	}
}

void
dm_model_transform(const DmModel *m, double *score)
{
	double		most = score[0];
	double		sum = 0;
	int			o;

	for (o = 0; o < m->outputs; o++)
		if (m->link == DM_LINK_SOFTMAX)
			most = Max(most, score[o]);
		else
			score[o] = transformed(m->link, m->scale * score[o]);
	if (m->link != DM_LINK_SOFTMAX)
		return;
	for (o = 0; o < m->outputs; o++)
		sum += score[o] = exp(m->scale * (score[o] - most));
	for (o = 0; o < m->outputs; o++)
		score[o] /= sum;
}

/* Argument n: 'raw' or 'probability'. */
static bool
wants_raw(FunctionCallInfo fcinfo, int n)
{
	const text *output = PG_GETARG_TEXT_PP(n);
	const char *word = text_to_cstring(output);

	if (strcmp(word, "raw") != 0 && strcmp(word, "probability") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown output \"%s\"", word),
				 errhint("It is 'raw', the score that shap_values() adds up to, or 'probability', what the model makes "
						 "of it.")));
	return strcmp(word, "raw") == 0;
}

static double *
scores(FunctionCallInfo fcinfo, DmOpenModel *open, DmRowReader row)
{
	bool		raw = wants_raw(fcinfo, 2);
	double	   *score = palloc(sizeof(double) * (Size) open->model->outputs);

	dm_model_score(open, row(fcinfo, 1, open), score);
	if (!raw)
		dm_model_transform(open->model, score);
	return score;
}

static Datum
predict(FunctionCallInfo fcinfo, DmRowReader row)
{
	DmOpenModel *open = dm_model_open(fcinfo, 0);

	if (open->model->outputs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the model has %d outputs", open->model->outputs),
				 errhint("predict_all() has all of them.")));
	PG_RETURN_FLOAT8(scores(fcinfo, open, row)[0]);
}

static Datum
array_of(const double *v, int ndim, int *dims)
{
	int			n = ndim == 2 ? dims[0] * dims[1] : dims[0];
	int			lower[2] = {1, 1};
	Datum	   *value = palloc(sizeof(Datum) * (Size) n);
	bool	   *null = palloc(sizeof(bool) * (Size) n);
	int			i;

	for (i = 0; i < n; i++)
	{
		value[i] = Float8GetDatum(v[i]);
		null[i] = isnan(v[i]) != 0;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(value, null, ndim, dims, lower, FLOAT8OID, sizeof(float8),
											 FLOAT8PASSBYVAL, 'd'));
}

static Datum
predict_all(FunctionCallInfo fcinfo, DmRowReader row)
{
	DmOpenModel *open = dm_model_open(fcinfo, 0);
	int			n = open->model->outputs;

	return array_of(scores(fcinfo, open, row), 1, &n);
}

static Datum
shap_values(FunctionCallInfo fcinfo, DmRowReader row)
{
	DmOpenModel *open = dm_model_open(fcinfo, 0);
	int			dims[2] = {open->model->outputs, open->model->features + 1};

	dm_model_explain(open, row(fcinfo, 1, open));
	if (dims[0] == 1)
		return array_of(open->phi, 1, dims + 1);
	return array_of(open->phi, 2, dims);
}

static Datum
features(FunctionCallInfo fcinfo, DmRowReader row)
{
	DmOpenModel *open = dm_model_open(fcinfo, 0);
	int			n = open->model->features;

	return array_of(row(fcinfo, 1, open), 1, &n);
}

/* One row of explain_prediction() for each output and feature, the greatest contribution first. */
typedef struct Contribution
{
	int			output;
	int			feature;
	double		value;
	double		phi;
} Contribution;

static int
by_size(const void *a, const void *b)
{
	const Contribution *x = a;
	const Contribution *y = b;

	if (x->output != y->output)
		return x->output < y->output ? -1 : 1;
	if (fabs(x->phi) != fabs(y->phi))
		return fabs(x->phi) > fabs(y->phi) ? -1 : 1;
	return x->feature < y->feature ? -1 : x->feature > y->feature;
}

static Datum
explain(FunctionCallInfo fcinfo, DmRowReader read)
{
	DmOpenModel *open = dm_model_open(fcinfo, 0);
	const DmModel *m = open->model;
	const double *row = read(fcinfo, 1, open);
	Size		n = (Size) m->outputs * (Size) m->features;
	Contribution *c = palloc_extended(sizeof(Contribution) * n, MCXT_ALLOC_HUGE);
	DmRowSet	rows;
	Size		i;

	dm_model_explain(open, row);
	for (i = 0; i < n; i++)
	{
		c[i].output = (int) (i / (Size) m->features);
		c[i].feature = (int) (i % (Size) m->features);
		c[i].value = row[c[i].feature];
		c[i].phi = open->phi[i + (Size) c[i].output];
	}
	qsort(c, n, sizeof(Contribution), by_size);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		const DmModelFeature *f = &m->feature[c[i].feature];
		double		v = c[i].value;

		dm_row_int(&rows.row, c[i].output + 1);
		dm_row_text(&rows.row, f->name);
		dm_row_double(&rows.row, v);
		dm_row_text(&rows.row, v >= 0 && v < f->categories ? f->category[(int) v] : NULL);
		dm_row_double(&rows.row, c[i].phi);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

#define OF_ROWS(name, call) \
	DM_FUNCTION(model_##name, call(fcinfo, dm_row_of_array)); \
	DM_FUNCTION(model_##name##_json, call(fcinfo, dm_row_of_json)); \
	DM_FUNCTION(model_##name##_record, call(fcinfo, dm_row_of_record))

OF_ROWS(predict, predict);
OF_ROWS(predict_all, predict_all);
OF_ROWS(shap_values, shap_values);
OF_ROWS(explain, explain);
DM_FUNCTION(model_features_json, features(fcinfo, dm_row_of_json));
DM_FUNCTION(model_features_record, features(fcinfo, dm_row_of_record));
