/*
 * multilabel_state.c - how the aggregate multilabel_state() takes a row.
 *
 * Both arrays are sets: a label that is given twice counts once.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/checks.h"
#include "types/multilabel_state.h"

PG_FUNCTION_INFO_V1(datamon_multilabel_state_trans);

static DmClassTable *
get_state(FunctionCallInfo fcinfo)
{
	DmClassTable *t = dm_class_table_state(fcinfo, DM_MULTILABEL_STATE);

	if (likely(t != NULL))
		return t;
	dm_require_aggregate(fcinfo, ML_TYPE_NAME);
	return dm_multilabel_working(PG_ARGISNULL(0) ? NULL :
								 dm_getarg(fcinfo, 0, DM_MULTILABEL_STATE));
}

/* A row's labels; false if there is no array, or one with a NULL in it. */
static bool
get_labels(FunctionCallInfo fcinfo, int arg, Datum **labels, int *n)
{
	ArrayType  *array;

	if (PG_ARGISNULL(arg))
		return false;
	array = PG_GETARG_ARRAYTYPE_P(arg);
	if (array_contains_nulls(array))
		return false;
	deconstruct_array(array, TEXTOID, -1, false, 'i', labels, NULL, n);
	if (*n > ML_MAX_LABELS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a row cannot have more than %d labels", ML_MAX_LABELS)));
	return true;
}

static int
by_number(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return (x > y) - (x < y);
}

/* The numbers of a row's labels, ascending, each once; there has to be room. */
static int
number_labels(DmClassTable *t, const Datum *labels, int n, uint32 *numbers)
{
	int			distinct = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		const text *label = DatumGetTextPP(labels[i]);

		numbers[i] = dm_class_number(t, VARDATA_ANY(label), VARSIZE_ANY_EXHDR(label));
	}
	qsort(numbers, n, sizeof(uint32), by_number);
	for (i = 0; i < n; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[distinct++] = numbers[i];
	return distinct;
}

static Size
label_bytes(const Datum *labels, int n)
{
	Size		bytes = 0;
	int			i;

	for (i = 0; i < n; i++)
		bytes += Min(VARSIZE_ANY_EXHDR(DatumGetTextPP(labels[i])), DM_CLASS_BYTES);
	return bytes;
}

static void
count_row(DmClassTable *t, const uint32 *actual, int n_actual, const uint32 *predicted,
		  int n_predicted)
{
	int			common = 0;
	int			a = 0;
	int			p = 0;

	while (a < n_actual || p < n_predicted)
	{
		if (p == n_predicted || (a < n_actual && actual[a] < predicted[p]))
			dm_class_count(t, ML_LABEL_KEY(actual[a++], DM_LABEL_FN), 1);
		else if (a == n_actual || predicted[p] < actual[a])
			dm_class_count(t, ML_LABEL_KEY(predicted[p++], DM_LABEL_FP), 1);
		else
		{
			dm_class_count(t, ML_LABEL_KEY(actual[a++], DM_LABEL_TP), 1);
			p++;
			common++;
		}
	}
	dm_class_count(t, ML_ROWS_KEY(n_actual, n_predicted, common), 1);
}

Datum
datamon_multilabel_state_trans(PG_FUNCTION_ARGS)
{
	DmClassTable *t = get_state(fcinfo);
	Datum	   *actual;
	Datum	   *predicted;
	int			n_actual;
	int			n_predicted;
	bool		has_actual = get_labels(fcinfo, 1, &actual, &n_actual);
	bool		has_predicted = get_labels(fcinfo, 2, &predicted, &n_predicted);
	uint32	   *numbers;

	if (!has_actual || !has_predicted)
	{
		DmLacking	which = has_actual ? DM_LACKS_PREDICTED :
			has_predicted ? DM_LACKS_ACTUAL : DM_LACKS_BOTH;

		t->lacking[which] = dm_add_count(t->lacking[which], 1);
		PG_RETURN_POINTER(t);
	}
	t = dm_class_table_reserve(t, (uint32) (n_actual + n_predicted),
							   (uint32) (n_actual + n_predicted) + 1,
							   label_bytes(actual, n_actual) + label_bytes(predicted, n_predicted));
	numbers = palloc((n_actual + n_predicted + 1) * sizeof(uint32));
	n_actual = number_labels(t, actual, n_actual, numbers);
	n_predicted = number_labels(t, predicted, n_predicted, numbers + n_actual);
	count_row(t, numbers, n_actual, numbers + n_actual, n_predicted);
	dm_multilabel_check(t);
	PG_RETURN_POINTER(t);
}
