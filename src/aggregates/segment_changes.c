/*
 * segment_changes.c - how segment_changes() and root_cause() take a row.
 *
 * The state is a segment_changes itself, in its working form, changed in place.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "base/checks.h"
#include "types/segment_changes.h"

PG_FUNCTION_INFO_V1(datamon_segment_changes_trans_counts);
PG_FUNCTION_INFO_V1(datamon_segment_changes_trans_history);
PG_FUNCTION_INFO_V1(datamon_segment_changes_trans_rates);

typedef struct Dimension
{
	const char *name;
	int			name_len;
	JsonbValue	value;
} Dimension;

static ScWorking *
get_state(FunctionCallInfo fcinfo)
{
	dm_require_aggregate(fcinfo, SC_TYPE_NAME);
	return dm_sc_working(PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_SEGMENT_CHANGES));
}

static Datum
leave_out(ScWorking *w)
{
	w->unused = dm_add_count(w->unused, 1);
	PG_RETURN_POINTER(w);
}

static void
put_value(StringInfo buf, const JsonbValue *v)
{
	switch (v->type)
	{
		case jbvString:
			dm_json_put_string(buf, v->val.string.val, (size_t) v->val.string.len);
			break;
		case jbvNumeric:
			appendStringInfoString(buf, DatumGetCString(DirectFunctionCall1(numeric_out,
																			 NumericGetDatum(v->val.numeric))));
			break;
		case jbvBool:
			appendStringInfoString(buf, v->val.boolean ? "true" : "false");
			break;
		case jbvNull:
			appendStringInfoString(buf, "null");
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a value of \"segment\" must be a string, a number, a boolean or null")));
	}
}

static int
compare_names(const void *a, const void *b)
{
	const Dimension *x = a;
	const Dimension *y = b;
	int			c = memcmp(x->name, y->name, (size_t) Min(x->name_len, y->name_len));

	return c != 0 ? c : x->name_len - y->name_len;
}

/* The key of a segment: its dimensions in order of their names' bytes. */
static void
put_key(StringInfo key, Jsonb *segment)
{
	Dimension	dimension[DM_RC_DIMENSIONS];
	StringInfoData value;
	JsonbIterator *it;
	JsonbValue	v;
	JsonbIteratorToken token;
	int			n = 0;
	int			i;

	if (!JB_ROOT_IS_OBJECT(segment) || JB_ROOT_COUNT(segment) > DM_RC_DIMENSIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"segment\" must be a JSON object of at most %d dimensions", DM_RC_DIMENSIONS),
				 errhint("It names dimensions and values: {\"origin\": \"JFK\", \"carrier\": \"UA\"}.")));
	it = JsonbIteratorInit(&segment->root);
	while ((token = JsonbIteratorNext(&it, &v, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			dimension[n].name = v.val.string.val;
			dimension[n].name_len = v.val.string.len;
		}
		else if (token == WJB_VALUE)
			dimension[n++].value = v;
	}
	qsort(dimension, (size_t) n, sizeof(Dimension), compare_names);
	initStringInfo(&value);
	for (i = 0; i < n; i++)
	{
		resetStringInfo(&value);
		put_value(&value, &dimension[i].value);
		dm_sc_put_dimension(key, dimension[i].name, (size_t) dimension[i].name_len, value.data, (size_t) value.len);
	}
	pfree(value.data);
}

static Datum
add(FunctionCallInfo fcinfo, ScWorking *w, ScKind kind, const double *numbers, int n)
{
	StringInfoData key;

	initStringInfo(&key);
	put_key(&key, PG_GETARG_JSONB_P(1));
	w = dm_sc_add(w, kind, key.data, (uint32) key.len, numbers, n);
	pfree(key.data);
	PG_RETURN_POINTER(w);
}

/* The arguments from 2 on; false where one is missing. */
static bool
get_numbers(FunctionCallInfo fcinfo, double *numbers, int n)
{
	int			i;

	if (PG_ARGISNULL(1))
		return false;
	for (i = 0; i < n; i++)
	{
		if (PG_ARGISNULL(i + 2))
			return false;
		numbers[i] = PG_GETARG_FLOAT8(i + 2);
		if (!isfinite(numbers[i]))
			return false;
	}
	return true;
}

Datum
datamon_segment_changes_trans_counts(PG_FUNCTION_ARGS)
{
	ScWorking  *w = get_state(fcinfo);
	double		numbers[2];

	if (!get_numbers(fcinfo, numbers, 2))
		return leave_out(w);
	return add(fcinfo, w, SC_COUNTS, numbers, 2);
}

Datum
datamon_segment_changes_trans_history(PG_FUNCTION_ARGS)
{
	ScWorking  *w = get_state(fcinfo);
	double		numbers[SC_MOST_NUMBERS];
	ArrayType  *history;
	const double *v;
	int			n;
	int			i;

	if (PG_ARGISNULL(3) || !get_numbers(fcinfo, numbers, 1))
		return leave_out(w);
	history = PG_GETARG_ARRAYTYPE_P(3);
	n = ArrayGetNItems(ARR_NDIM(history), ARR_DIMS(history));
	if (ARR_NDIM(history) != 1 || n >= SC_MOST_NUMBERS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"history\" must be an array of one dimension with 1 to %d values", SC_MOST_NUMBERS - 1)));
	if (array_contains_nulls(history))
		return leave_out(w);
	v = (const double *) ARR_DATA_PTR(history);
	for (i = 0; i < n; i++)
	{
		if (!isfinite(v[i]))
			return leave_out(w);
		numbers[i + 1] = v[i];
	}
	return add(fcinfo, w, SC_HISTORY, numbers, n + 1);
}

Datum
datamon_segment_changes_trans_rates(PG_FUNCTION_ARGS)
{
	ScWorking  *w = get_state(fcinfo);
	double		numbers[4];
	int			i;

	if (!get_numbers(fcinfo, numbers, 4))
		return leave_out(w);
	for (i = 0; i < 4; i += 2)
		if (numbers[i] < 0 || numbers[i] > numbers[i + 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%g events of %g trials", numbers[i], numbers[i + 1]),
					 errhint("Events are those of the trials that count, so there are 0 to \"trials\" of them.")));
	return add(fcinfo, w, SC_RATES, numbers, 4);
}
