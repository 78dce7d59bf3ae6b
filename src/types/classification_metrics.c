/*
 * classification_metrics.c - accessors and scores of confusion_matrix.
 *
 * Thin: arguments in, a kernel of src/stats/multiclass.c, a number or rows out.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/function.h"
#include "base/row.h"
#include "stats/multiclass.h"
#include "types/classification_metrics.h"
#include "types/confusion_matrix.h"
#include "types/f_beta_state.h"

PG_FUNCTION_INFO_V1(datamon_confusion_matrix_count);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_unused);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_unlabelled);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_unpredicted);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_classes);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_cells);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_class_counts);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_report);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_constant_scores);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_precision);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_recall);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_f1);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_fbeta);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_jaccard);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_accuracy);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_zero_one_loss);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_balanced_accuracy);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_matthews);
PG_FUNCTION_INFO_V1(datamon_confusion_matrix_kappa);

static void
get_classes(FunctionCallInfo fcinfo, DmClasses *c)
{
	dm_confusion_matrix_read(dm_getarg(fcinfo, 0, DM_CONFUSION_MATRIX), c);
}

Datum
datamon_confusion_matrix_count(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	PG_RETURN_INT64((int64) c.n);
}

Datum
datamon_confusion_matrix_unused(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	PG_RETURN_INT64((int64) (c.lacking[DM_LACKS_ACTUAL] + c.lacking[DM_LACKS_PREDICTED] +
							 c.lacking[DM_LACKS_BOTH]));
}

Datum
datamon_confusion_matrix_unlabelled(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	PG_RETURN_INT64((int64) c.lacking[DM_LACKS_ACTUAL]);
}

Datum
datamon_confusion_matrix_unpredicted(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	PG_RETURN_INT64((int64) c.lacking[DM_LACKS_PREDICTED]);
}

static void
row_class(DmRow *row, const DmClasses *c, size_t class_no)
{
	dm_row_string(row, c->name[class_no], c->len[class_no]);
}

Datum
datamon_confusion_matrix_classes(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	DmRowSet		rows;
	size_t		i;

	get_classes(fcinfo, &c);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < c.matrix.k; i++)
	{
		row_class(&rows.row, &c, i);
		dm_row_count(&rows.row, (int64) c.actual[i]);
		dm_row_count(&rows.row, (int64) c.predicted[i]);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

typedef struct OrderedCell
{
	uint64		key;
	size_t		cell;
} OrderedCell;

static int
by_key(const void *a, const void *b)
{
	const OrderedCell *x = a;
	const OrderedCell *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

Datum
datamon_confusion_matrix_cells(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	DmRowSet		rows;
	OrderedCell *order;
	size_t		i;

	get_classes(fcinfo, &c);
	order = palloc(Max(c.matrix.n_cells, 1) * sizeof(OrderedCell));
	for (i = 0; i < c.matrix.n_cells; i++)
	{
		order[i].key = (uint64) c.matrix.cells[i].actual << 32 | c.matrix.cells[i].predicted;
		order[i].cell = i;
	}
	qsort(order, c.matrix.n_cells, sizeof(OrderedCell), by_key);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < c.matrix.n_cells; i++)
	{
		row_class(&rows.row, &c, (size_t) (order[i].key >> 32));
		row_class(&rows.row, &c, (uint32) order[i].key);
		dm_row_count(&rows.row, (int64) c.counts[order[i].cell]);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

/* One class against all others; a class that does not occur has negatives only. */
Datum
datamon_confusion_matrix_class_counts(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	size_t		class_no;
	uint64		counts[DM_FB_COUNTS] = {0};
	size_t		i;

	get_classes(fcinfo, &c);
	class_no = dm_classes_find(&c, PG_GETARG_TEXT_PP(1));
	for (i = 0; i < c.matrix.n_cells; i++)
	{
		bool		actual = c.matrix.cells[i].actual == class_no;
		bool		predicted = c.matrix.cells[i].predicted == class_no;
		DmFBetaCount which = actual ? (predicted ? DM_FB_TP : DM_FB_FN) :
			(predicted ? DM_FB_FP : DM_FB_TN);

		counts[which] += c.counts[i];
	}
	counts[DM_FB_UNLABELLED] = c.lacking[DM_LACKS_ACTUAL];
	counts[DM_FB_UNPREDICTED] = c.lacking[DM_LACKS_PREDICTED];
	counts[DM_FB_EMPTY] = c.lacking[DM_LACKS_BOTH];
	PG_RETURN_POINTER(dm_f_beta_pack(counts));
}

DmAverage
dm_get_average(FunctionCallInfo fcinfo, int n, bool samples)
{
	static const char *const names[] = {"macro", "micro", "weighted", "samples"};
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(n));
	int			i;

	for (i = DM_AVERAGE_MACRO; i <= (samples ? DM_AVERAGE_SAMPLES : DM_AVERAGE_WEIGHTED); i++)
		if (strcmp(name, names[i]) == 0)
			return (DmAverage) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"average\" \"%s\" is not known", name),
			 samples ? errhint("Use 'macro', 'micro', 'weighted' or 'samples'.") :
			 errhint("Use 'macro', 'micro' or 'weighted'.")));
	pg_unreachable();
}

double
dm_get_zero_division(FunctionCallInfo fcinfo, int n)
{
	double		v;

	if (PG_ARGISNULL(n))
		return NAN;
	v = PG_GETARG_FLOAT8(n);
	if (!(v >= 0 && v <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"zero_division\" must be from 0 to 1, or NULL"),
				 errhint("It is what a class counts whose score is 0/0; NULL leaves such classes out.")));
	return v;
}

void
dm_check_beta(double beta)
{
	if (isnan(beta) || beta < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"beta\" must not be negative or NaN"),
				 errhint("0 gives precision, 1 weighs precision and recall alike, more favours recall.")));
}

static DmConfusion *
by_class(const DmMatrix *m)
{
	DmConfusion *c = palloc(Max(m->k, 1) * sizeof(DmConfusion));
	size_t		i;

	for (i = 0; i < m->k; i++)
		c[i] = dm_matrix_class(m, i);
	return c;
}

static double
average_of(const DmMatrix *m, DmAverage average, DmMeasure measure, double beta,
		   double zero_division)
{
	DmConfusion *c = by_class(m);
	double		result;

	if (average == DM_AVERAGE_MICRO)
	{
		DmConfusion total = dm_confusion_total(c, m->k);

		result = dm_measure(&total, measure, beta);
	}
	else
		result = dm_measure_mean(c, average == DM_AVERAGE_WEIGHTED ? m->actual : NULL, m->k,
								 measure, beta, zero_division);
	pfree(c);
	return result;
}

/* (matrix, average, zero_division), none but the last may be NULL */
static Datum
averaged(FunctionCallInfo fcinfo, DmMeasure measure)
{
	DmClasses	c;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, average_of(&c.matrix, dm_get_average(fcinfo, 1, false), measure, 1,
									 dm_get_zero_division(fcinfo, 2)));
}

Datum
datamon_confusion_matrix_precision(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_PRECISION);
}

Datum
datamon_confusion_matrix_recall(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_RECALL);
}

Datum
datamon_confusion_matrix_f1(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_FBETA);
}

Datum
datamon_confusion_matrix_jaccard(PG_FUNCTION_ARGS)
{
	return averaged(fcinfo, DM_MEASURE_JACCARD);
}

/* (matrix, beta, average, zero_division) */
Datum
datamon_confusion_matrix_fbeta(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	double		beta;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	beta = PG_GETARG_FLOAT8(1);
	dm_check_beta(beta);
	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, average_of(&c.matrix, dm_get_average(fcinfo, 2, false),
									 DM_MEASURE_FBETA, beta, dm_get_zero_division(fcinfo, 3)));
}

Datum
datamon_confusion_matrix_accuracy(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, dm_matrix_accuracy(&c.matrix));
}

/* Also the Hamming loss where every row has one class. */
Datum
datamon_confusion_matrix_zero_one_loss(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	double		errors = 0;
	size_t		i;

	get_classes(fcinfo, &c);
	for (i = 0; i < c.matrix.n_cells; i++)
		if (c.matrix.cells[i].actual != c.matrix.cells[i].predicted)
			errors += c.matrix.cells[i].count;
	return dm_return_double(fcinfo, errors / c.matrix.n);
}

Datum
datamon_confusion_matrix_balanced_accuracy(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, dm_matrix_balanced_accuracy(&c.matrix, PG_GETARG_BOOL(1)));
}

Datum
datamon_confusion_matrix_matthews(PG_FUNCTION_ARGS)
{
	DmClasses	c;

	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, dm_matrix_matthews(&c.matrix));
}

/* (matrix, weights), NULL weights for none */
Datum
datamon_confusion_matrix_kappa(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	DmKappaWeights weights = DM_KAPPA_PLAIN;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
	{
		char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

		if (strcmp(name, "linear") == 0)
			weights = DM_KAPPA_LINEAR;
		else if (strcmp(name, "quadratic") == 0)
			weights = DM_KAPPA_QUADRATIC;
		else
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"weights\" \"%s\" is not known", name),
					 errhint("Use NULL, 'linear' or 'quadratic'.")));
	}
	get_classes(fcinfo, &c);
	return dm_return_double(fcinfo, dm_matrix_kappa(&c.matrix, weights));
}

static void
report_average(DmRowSet *rows, const char *kind, const DmClasses *c, DmAverage average,
			   double zero_division)
{
	const DmMatrix *m = &c->matrix;

	dm_row_text(&rows->row, kind);
	dm_row_text(&rows->row, NULL);
	dm_row_double(&rows->row, average_of(m, average, DM_MEASURE_PRECISION, 1, zero_division));
	dm_row_double(&rows->row, average_of(m, average, DM_MEASURE_RECALL, 1, zero_division));
	dm_row_double(&rows->row, average_of(m, average, DM_MEASURE_FBETA, 1, zero_division));
	dm_row_count(&rows->row, (int64) c->n);
	dm_rows_put(rows);
}

/* (matrix, zero_division): a row per class, then the averages */
Datum
datamon_confusion_matrix_report(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	DmRowSet		rows;
	double		zero_division = dm_get_zero_division(fcinfo, 1);
	size_t		i;

	dm_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	get_classes(fcinfo, &c);
	for (i = 0; i < c.matrix.k; i++)
	{
		DmConfusion one = dm_matrix_class(&c.matrix, i);

		dm_row_text(&rows.row, "class");
		row_class(&rows.row, &c, i);
		dm_row_double(&rows.row, dm_measure(&one, DM_MEASURE_PRECISION, 1));
		dm_row_double(&rows.row, dm_measure(&one, DM_MEASURE_RECALL, 1));
		dm_row_double(&rows.row, dm_measure(&one, DM_MEASURE_FBETA, 1));
		dm_row_count(&rows.row, (int64) c.actual[i]);
		dm_rows_put(&rows);
	}
	report_average(&rows, "accuracy", &c, DM_AVERAGE_MICRO, zero_division);
	report_average(&rows, "macro avg", &c, DM_AVERAGE_MACRO, zero_division);
	report_average(&rows, "weighted avg", &c, DM_AVERAGE_WEIGHTED, zero_division);
	return (Datum) 0;
}

/*
 * The matrix of the model that always says the most frequent class, over the
 * classes that are actual; returns that class, or k where there is none.
 */
static size_t
constant_model(const DmMatrix *m, DmMatrix *constant)
{
	size_t		majority = dm_matrix_majority(m);
	uint32		said = 0;
	size_t		i;

	constant->k = 0;
	constant->cells = palloc(Max(m->k, 1) * sizeof(DmCell));
	constant->actual = palloc(Max(m->k, 1) * sizeof(double));
	constant->predicted = palloc(Max(m->k, 1) * sizeof(double));
	constant->hits = palloc(Max(m->k, 1) * sizeof(double));
	for (i = 0; i < m->k; i++)
	{
		DmCell	   *cell = &constant->cells[constant->k];

		if (!(m->actual[i] > 0))
			continue;
		if (i == majority)
			said = (uint32) constant->k;
		cell->actual = (uint32) constant->k++;
		cell->count = m->actual[i];
	}
	for (i = 0; i < constant->k; i++)
		constant->cells[i].predicted = said;
	constant->n_cells = constant->k;
	dm_matrix_sum(constant);
	return majority;
}

Datum
datamon_confusion_matrix_constant_scores(PG_FUNCTION_ARGS)
{
	DmClasses	c;
	DmRow		row;
	DmMatrix	constant;
	size_t		majority;

	get_classes(fcinfo, &c);
	dm_row_begin(fcinfo, &row);
	majority = constant_model(&c.matrix, &constant);
	if (majority == c.matrix.k)
		PG_RETURN_NULL();
	row_class(&row, &c, majority);
	dm_row_double(&row, dm_matrix_accuracy(&constant));
	dm_row_double(&row, dm_matrix_balanced_accuracy(&constant, false));
	dm_row_double(&row, average_of(&constant, DM_AVERAGE_MACRO, DM_MEASURE_FBETA, 1, 0));
	dm_row_double(&row, average_of(&constant, DM_AVERAGE_WEIGHTED, DM_MEASURE_FBETA, 1, 0));
	return dm_row_end(&row);
}
