/*
 * multilabel_metrics.c - accessors and scores of multilabel_state.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/function.h"
#include "base/row.h"
#include "stats/multiclass.h"
#include "types/classification_metrics.h"
#include "types/f_beta_state.h"
#include "types/multilabel_state.h"
#include "types/value_counts_internal.h"

PG_FUNCTION_INFO_V1(datamon_multilabel_state_count);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_unused);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_unlabelled);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_unpredicted);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_class_counts);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_report);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_precision);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_recall);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_f1);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_fbeta);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_jaccard);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_accuracy);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_zero_one_loss);
PG_FUNCTION_INFO_V1(datamon_multilabel_state_hamming);

static void
get_labels(FunctionCallInfo fcinfo, DmLabels *l)
{
	dm_multilabel_read(dm_getarg(fcinfo, 0, DM_MULTILABEL_STATE), l);
}

Datum
datamon_multilabel_state_count(PG_FUNCTION_ARGS)
{
	DmLabels	l;

	get_labels(fcinfo, &l);
	PG_RETURN_INT64((int64) l.n);
}

Datum
datamon_multilabel_state_unused(PG_FUNCTION_ARGS)
{
	DmLabels	l;

	get_labels(fcinfo, &l);
	PG_RETURN_INT64((int64) (l.lacking[DM_LACKS_ACTUAL] + l.lacking[DM_LACKS_PREDICTED] +
							 l.lacking[DM_LACKS_BOTH]));
}

Datum
datamon_multilabel_state_unlabelled(PG_FUNCTION_ARGS)
{
	DmLabels	l;

	get_labels(fcinfo, &l);
	PG_RETURN_INT64((int64) l.lacking[DM_LACKS_ACTUAL]);
}

Datum
datamon_multilabel_state_unpredicted(PG_FUNCTION_ARGS)
{
	DmLabels	l;

	get_labels(fcinfo, &l);
	PG_RETURN_INT64((int64) l.lacking[DM_LACKS_PREDICTED]);
}

/* A label as a class of its own; one that does not occur has negatives only. */
Datum
datamon_multilabel_state_class_counts(PG_FUNCTION_ARGS)
{
	DmLabels	l;
	const text *label = PG_GETARG_TEXT_PP(1);
	const char *name = VARDATA_ANY(label);
	size_t		len = VARSIZE_ANY_EXHDR(label);
	char		kept[DM_CLASS_BYTES + 1];
	uint64		counts[DM_FB_COUNTS] = {0};
	uint32		i;

	get_labels(fcinfo, &l);
	if (len > DM_CLASS_BYTES)
	{
		len = dm_vc_keep(name, len, kept);
		name = kept;
	}
	for (i = 0; i < l.k; i++)
	{
		if (l.len[i] != len || memcmp(l.name[i], name, len) != 0)
			continue;
		counts[DM_FB_TP] = l.counts[i][DM_LABEL_TP];
		counts[DM_FB_FP] = l.counts[i][DM_LABEL_FP];
		counts[DM_FB_FN] = l.counts[i][DM_LABEL_FN];
	}
	counts[DM_FB_TN] = l.n - counts[DM_FB_TP] - counts[DM_FB_FP] - counts[DM_FB_FN];
	counts[DM_FB_UNLABELLED] = l.lacking[DM_LACKS_ACTUAL];
	counts[DM_FB_UNPREDICTED] = l.lacking[DM_LACKS_PREDICTED];
	counts[DM_FB_EMPTY] = l.lacking[DM_LACKS_BOTH];
	PG_RETURN_POINTER(dm_f_beta_pack(counts));
}

static DmConfusion
label_counts(const DmLabels *l, uint32 label)
{
	DmConfusion c = {0, 0, 0, 0};

	c.tp = (double) l->counts[label][DM_LABEL_TP];
	c.fp = (double) l->counts[label][DM_LABEL_FP];
	c.fn = (double) l->counts[label][DM_LABEL_FN];
	return c;
}

/* Means over rows: each kind of row as often as it occurs. */
static double
samples_mean(const DmLabels *l, DmMeasure measure, double beta, double zero_division)
{
	DmConfusion *c = palloc(Max(l->n_kinds, 1) * sizeof(DmConfusion));
	double	   *rows = palloc(Max(l->n_kinds, 1) * sizeof(double));
	double		result;
	uint32		i;

	for (i = 0; i < l->n_kinds; i++)
	{
		uint64		key = l->kinds[i].key;

		c[i].tp = ML_COMMON(key);
		c[i].fp = ML_PREDICTED(key) - ML_COMMON(key);
		c[i].fn = ML_ACTUAL(key) - ML_COMMON(key);
		c[i].tn = 0;
		rows[i] = (double) l->kinds[i].count;
	}
	result = dm_measure_mean(c, rows, l->n_kinds, measure, beta, zero_division);
	pfree(c);
	pfree(rows);
	return result;
}

static double
average_of(const DmLabels *l, DmAverage average, DmMeasure measure, double beta,
		   double zero_division)
{
	DmConfusion *c;
	double	   *support;
	double		result;
	uint32		i;

	if (average == DM_AVERAGE_SAMPLES)
		return samples_mean(l, measure, beta, zero_division);
	c = palloc(Max(l->k, 1) * sizeof(DmConfusion));
	support = palloc(Max(l->k, 1) * sizeof(double));
	for (i = 0; i < l->k; i++)
	{
		c[i] = label_counts(l, i);
		support[i] = c[i].tp + c[i].fn;
	}
	if (average == DM_AVERAGE_MICRO)
	{
		DmConfusion total = dm_confusion_total(c, l->k);

		result = dm_measure(&total, measure, beta);
	}
	else
		result = dm_measure_mean(c, average == DM_AVERAGE_WEIGHTED ? support : NULL, l->k,
								 measure, beta, zero_division);
	pfree(c);
	pfree(support);
	/* no label actual, or none predicted: the average of nothing is 0/0 too */
	return isnan(result) && l->k > 0 ? zero_division : result;
}

/* (state, average, zero_division), none but the last may be NULL */
static Datum
averaged(FunctionCallInfo fcinfo, DmMeasure measure)
{
	DmLabels	l;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	get_labels(fcinfo, &l);
	return dm_return_double(fcinfo, average_of(&l, dm_get_average(fcinfo, 1, true), measure, 1,
									 dm_get_zero_division(fcinfo, 2)));
}

Datum
datamon_multilabel_state_precision(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_PRECISION);
}

Datum
datamon_multilabel_state_recall(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_RECALL);
}

Datum
datamon_multilabel_state_f1(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_FBETA);
}

Datum
datamon_multilabel_state_jaccard(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_JACCARD);
}

/* (state, beta, average, zero_division) */
Datum
datamon_multilabel_state_fbeta(PG_FUNCTION_ARGS)
{
	DmLabels	l;
	double		beta;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	beta = PG_GETARG_FLOAT8(1);
	dm_check_beta(beta);
	get_labels(fcinfo, &l);
	return dm_return_double(fcinfo, average_of(&l, dm_get_average(fcinfo, 2, true), DM_MEASURE_FBETA, beta,
									 dm_get_zero_division(fcinfo, 3)));
}

/* Rows whose labels are all right, or not. */
static Datum
share_of_rows(FunctionCallInfo fcinfo, bool right)
{
	DmLabels	l;
	uint64		rows = 0;
	uint32		i;

	get_labels(fcinfo, &l);
	for (i = 0; i < l.n_kinds; i++)
	{
		uint64		key = l.kinds[i].key;

		if ((ML_ACTUAL(key) == ML_COMMON(key) && ML_PREDICTED(key) == ML_COMMON(key)) == right)
			rows += l.kinds[i].count;
	}
	if (l.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) rows / (double) l.n);
}

Datum
datamon_multilabel_state_accuracy(PG_FUNCTION_ARGS)
{
	return share_of_rows(fcinfo, true);
}

Datum
datamon_multilabel_state_zero_one_loss(PG_FUNCTION_ARGS)
{
	return share_of_rows(fcinfo, false);
}

/* (state, n_labels): NULL is as many as occur */
Datum
datamon_multilabel_state_hamming(PG_FUNCTION_ARGS)
{
	DmLabels	l;
	double		labels;
	double		errors = 0;
	uint32		i;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	get_labels(fcinfo, &l);
	labels = PG_ARGISNULL(1) ? l.k : PG_GETARG_INT32(1);
	if (labels < l.k)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"n_labels\" must not be less than the %u labels that occur", l.k)));
	for (i = 0; i < l.k; i++)
		errors += (double) l.counts[i][DM_LABEL_FP] + (double) l.counts[i][DM_LABEL_FN];
	if (!(labels > 0) || l.n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(errors / labels / (double) l.n);
}

static void
report_average(DmRowSet *rows, const char *kind, const DmLabels *l, DmAverage average,
			   double zero_division, int64 support)
{
	dm_row_text(&rows->row, kind);
	dm_row_text(&rows->row, NULL);
	dm_row_double(&rows->row, average_of(l, average, DM_MEASURE_PRECISION, 1, zero_division));
	dm_row_double(&rows->row, average_of(l, average, DM_MEASURE_RECALL, 1, zero_division));
	dm_row_double(&rows->row, average_of(l, average, DM_MEASURE_FBETA, 1, zero_division));
	dm_row_count(&rows->row, support);
	dm_rows_put(rows);
}

/* (state, zero_division): a row per label, then the averages */
Datum
datamon_multilabel_state_report(PG_FUNCTION_ARGS)
{
	DmLabels	l;
	DmRowSet		rows;
	double		zero_division = dm_get_zero_division(fcinfo, 1);
	uint64		support = 0;
	uint32		i;

	dm_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	get_labels(fcinfo, &l);
	for (i = 0; i < l.k; i++)
	{
		DmConfusion c = label_counts(&l, i);

		dm_row_text(&rows.row, "class");
		dm_row_string(&rows.row, l.name[i], l.len[i]);
		dm_row_double(&rows.row, dm_measure(&c, DM_MEASURE_PRECISION, 1));
		dm_row_double(&rows.row, dm_measure(&c, DM_MEASURE_RECALL, 1));
		dm_row_double(&rows.row, dm_measure(&c, DM_MEASURE_FBETA, 1));
		dm_row_count(&rows.row, (int64) (l.counts[i][DM_LABEL_TP] + l.counts[i][DM_LABEL_FN]));
		dm_rows_put(&rows);
		support = dm_add_count(support, l.counts[i][DM_LABEL_TP] + l.counts[i][DM_LABEL_FN]);
	}
	report_average(&rows, "micro avg", &l, DM_AVERAGE_MICRO, zero_division, (int64) support);
	report_average(&rows, "macro avg", &l, DM_AVERAGE_MACRO, zero_division, (int64) support);
	report_average(&rows, "weighted avg", &l, DM_AVERAGE_WEIGHTED, zero_division, (int64) support);
	report_average(&rows, "samples avg", &l, DM_AVERAGE_SAMPLES, zero_division, (int64) support);
	return (Datum) 0;
}
