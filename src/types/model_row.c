/*
 * model_row.c - a row in SQL as the features of a model.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "base/value_type.h"
#include "types/model_row.h"

/* Which column of a composite type a feature is. */
struct DmColumnsOfRecord
{
	uint64		type;			/* as the server tells types of rows apart */
	int			columns;
	int		   *column;			/* of each feature */
	DmValueType *as;
	Oid		   *oid;
	Datum	   *value;
	bool	   *null;
};

/* The names of a feature's categories, in order. */
struct DmLabels
{
	int			n;
	struct DmLabel
	{
		const char *name;
		int			code;
	}		   *label;
};

static void
wrong_length(const DmModel *m, int length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"features\" has %d values, and the model has %d features", length, m->features),
			 errhint("feature_names(model) has their order; NULL is a missing value.")));
}

const double *
dm_row_of_array(FunctionCallInfo fcinfo, int n, DmOpenModel *open)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);
	int			features = open->model->features;
	const bits8 *present = ARR_NULLBITMAP(array);
	const double *value = (const double *) ARR_DATA_PTR(array);
	int			i;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"features\" must have one dimension")));
	if (ARR_NDIM(array) == 0 || ARR_DIMS(array)[0] != features)
		wrong_length(open->model, ARR_NDIM(array) == 0 ? 0 : ARR_DIMS(array)[0]);
	if (present == NULL)
		return value;
	for (i = 0; i < features; i++)
		open->read[i] = present[i / 8] >> (i % 8) & 1 ? *value++ : (double) NAN;
	return open->read;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct DmLabel *) a)->name, ((const struct DmLabel *) b)->name);
}

/* Made when the first row asks for one. */
static const struct DmLabels *
labels_of(DmOpenModel *open, int feature)
{
	const DmModel *m = open->model;
	struct DmLabels *labels;
	int			i;
	int			n = m->feature[feature].categories;

	if (open->labels == NULL)
		open->labels = MemoryContextAllocZero(open->context, sizeof(struct DmLabels) * (Size) m->features);
	labels = &open->labels[feature];
	if (labels->label == NULL)
	{
		labels->label = MemoryContextAllocHuge(open->context, sizeof(struct DmLabel) * (Size) n);
		labels->n = n;
		for (i = 0; i < labels->n; i++)
		{
			labels->label[i].name = m->feature[feature].category[i];
			labels->label[i].code = i;
		}
		qsort(labels->label, labels->n, sizeof(struct DmLabel), by_name);
	}
	return labels;
}

/* The code of a category; one that the model does not know is missing, as LightGBM has it. */
static double
code_of(DmOpenModel *open, int feature, const char *name)
{
	const struct DmLabels *labels = labels_of(open, feature);
	struct DmLabel key = {name, 0};
	const struct DmLabel *found = bsearch(&key, labels->label, labels->n, sizeof(struct DmLabel), by_name);

	return found ? found->code : (double) NAN;
}

static double
number_or_code(DmOpenModel *open, int feature, double number)
{
	StringInfoData buf;

	if (open->model->feature[feature].categories == 0 || !isfinite(number))
		return number;
	initStringInfo(&buf);
	dm_json_put_double(&buf, number);
	return code_of(open, feature, buf.data);
}

static double
text_or_code(DmOpenModel *open, int feature, const char *text)
{
	double		number;
	char	   *end;

	if (open->model->feature[feature].categories > 0)
		return code_of(open, feature, text);
	number = strtod(text, &end);
	if (end == text || *end != '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("feature \"%s\" of the row is \"%s\", which is not a number",
						open->model->feature[feature].name, text),
				 errhint("The model knows no names of categories of this feature: give their codes.")));
	return number;
}

static double
bool_or_code(DmOpenModel *open, int feature, bool value)
{
	if (open->model->feature[feature].categories > 0)
		return code_of(open, feature, value ? "true" : "false");
	return value;
}

static void
missing_column(const DmModel *m, int feature)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("the row has no feature \"%s\"", m->feature[feature].name),
			 errhint("A value that is missing is NULL. feature_names(model) lists the features.")));
}

static double
of_json(DmOpenModel *open, int feature, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return (double) NAN;
		case jbvNumeric:
			return number_or_code(open, feature, dm_numeric_to_double(NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return bool_or_code(open, feature, value->val.boolean);
		case jbvString:
			return text_or_code(open, feature, pnstrdup(value->val.string.val, value->val.string.len));
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("feature \"%s\" of the row is an array or an object", open->model->feature[feature].name)));
			return 0;
	}
}

const double *
dm_row_of_json(FunctionCallInfo fcinfo, int n, DmOpenModel *open)
{
	Jsonb	   *json = PG_GETARG_JSONB_P(n);
	const DmModel *m = open->model;
	int			i;

	if (!JB_ROOT_IS_OBJECT(json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a row in JSON must be an object"),
				 errhint("Such as to_jsonb(t) of a row of table t.")));
	for (i = 0; i < m->features; i++)
	{
		JsonbValue	key;
		const JsonbValue *value;

		key.type = jbvString;
		key.val.string.val = unconstify(char *, m->feature[i].name);
		key.val.string.len = (int) strlen(m->feature[i].name);
		value = findJsonbValueFromContainer(&json->root, JB_FOBJECT, &key);
		if (value == NULL)
			missing_column(m, i);
		open->read[i] = of_json(open, i, value);
	}
	return open->read;
}

static void
find_columns(DmOpenModel *open, struct DmColumnsOfRecord *c, TupleDesc desc)
{
	const DmModel *m = open->model;
	int			i;
	int			k;

	for (i = 0; i < m->features; i++)
	{
		Form_pg_attribute column = NULL;

		for (k = 0; k < desc->natts; k++)
		{
			column = TupleDescAttr(desc, k);
			if (!column->attisdropped && strcmp(NameStr(column->attname), m->feature[i].name) == 0)
				break;
		}
		if (k == desc->natts)
			missing_column(m, i);
		c->column[i] = k;
		c->oid[i] = column->atttypid;
		c->as[i] = dm_value_type(column->atttypid);
		if (c->as[i] == DM_VALUE_OTHER)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("feature \"%s\" cannot be of type %s", m->feature[i].name,
							format_type_be(column->atttypid)),
					 errhint("Give the row as jsonb, or the features as float8[].")));
	}
}

static struct DmColumnsOfRecord *
columns_of(DmOpenModel *open, uint64 type, TupleDesc desc)
{
	MemoryContext old;
	struct DmColumnsOfRecord *c = open->columns;
	int			n = open->model->features;

	if (c && c->type == type)
		return c;
	open->columns = NULL;
	old = MemoryContextSwitchTo(open->context);
	if (c == NULL)
	{
		c = palloc0(sizeof(*c));
		c->column = palloc(sizeof(int) * (Size) n);
		c->as = palloc(sizeof(DmValueType) * (Size) n);
		c->oid = palloc(sizeof(Oid) * (Size) n);
	}
	find_columns(open, c, desc);
	c->value = palloc(sizeof(Datum) * (Size) desc->natts);
	c->null = palloc(sizeof(bool) * (Size) desc->natts);
	c->columns = desc->natts;
	c->type = type;
	MemoryContextSwitchTo(old);
	open->columns = c;
	return c;
}

static double
of_column(DmOpenModel *open, const struct DmColumnsOfRecord *c, int i)
{
	Datum		value = c->value[c->column[i]];
	Oid			output;
	bool		is_varlena;

	if (c->null[c->column[i]])
		return (double) NAN;
	if (DM_VALUE_IS_NUMBER(c->as[i]))
		return number_or_code(open, i, dm_value_number(c->as[i], value));
	if (c->as[i] == DM_VALUE_BOOL)
		return bool_or_code(open, i, DatumGetBool(value));
	getTypeOutputInfo(c->oid[i], &output, &is_varlena);
	return text_or_code(open, i, OidOutputFunctionCall(output, value));
}

const double *
dm_row_of_record(FunctionCallInfo fcinfo, int n, DmOpenModel *open)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(n);
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);
	TupleDesc	desc = lookup_rowtype_tupdesc(type, typmod);
	struct DmColumnsOfRecord *c = columns_of(open, assign_record_type_identifier(type, typmod), desc);
	HeapTupleData tuple;
	int			i;

	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	heap_deform_tuple(&tuple, desc, c->value, c->null);
	for (i = 0; i < open->model->features; i++)
		open->read[i] = of_column(open, c, i);
	ReleaseTupleDesc(desc);
	return open->read;
}
