/*
 * profile_table_plan.c - arguments of profile_table(), checked and looked up.
 */
#include "postgres.h"

#include <math.h>

#include "access/table.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/value_type.h"
#include "cube/profile_table.h"
#include "types/profile.h"
#include "types/working.h"

enum
{
	ARG_RELATION,
	ARG_COLUMNS,
	ARG_DIMENSIONS,
	ARG_LEVELS,
	ARG_TIME_COLUMN,
	ARG_BUCKET,
	ARG_ACTUAL,
	ARG_PREDICTED,
	ARG_THRESHOLD,
	ARG_SIGNIFICANT_BITS
};

static void
check_significant_bits(int bits)
{
	if (bits < 1 || bits > 53)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"significant_bits\" must be between 1 and 53, not %d", bits),
				 errhint("53 keeps every value as it is; 21 keep six decimal digits.")));
}

static Form_pg_attribute
find_attribute(const DmTablePlan *plan, const char *name)
{
	TupleDesc	desc = RelationGetDescr(plan->relation);
	int			i;

	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);

		if (!a->attisdropped && strcmp(NameStr(a->attname), name) == 0)
			return a;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("column \"%s\" of relation \"%s\" does not exist", name,
					RelationGetRelationName(plan->relation))));
}

static DmScanColumn *
add_column(DmTablePlan *plan, DmScanAs as, Form_pg_attribute a)
{
	DmScanColumn *c = &plan->column[plan->ncolumns];

	memset(c, 0, sizeof(*c));
	c->as = as;
	c->attnum = a->attnum;
	c->significant_bits = 53;
	plan->name[plan->ncolumns++] = pstrdup(NameStr(a->attname));
	return c;
}

/* Names of an array, each once. */
static int
get_names(FunctionCallInfo fcinfo, int arg, const char *what, const char ***names)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	Datum	   *element;
	bool	   *is_null;
	int			n;
	int			i;
	int			j;

	deconstruct_array(array, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &element, &is_null, &n);
	*names = palloc(sizeof(char *) * Max(n, 1));
	for (i = 0; i < n; i++)
	{
		if (is_null[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("\"%s\" must not contain NULL", what)));
		(*names)[i] = NameStr(*DatumGetName(element[i]));
		for (j = 0; j < i; j++)
			if (strcmp((*names)[i], (*names)[j]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DUPLICATE_COLUMN),
						 errmsg("\"%s\" names column \"%s\" twice", what, (*names)[i])));
	}
	return n;
}

static void
plan_dimensions(DmTablePlan *plan, int n, const char *const *names)
{
	int			i;

	if (n > DM_CUBE_MAX_DIMENSIONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d dimensions are more than %d", n, DM_CUBE_MAX_DIMENSIONS),
				 errhint("Name those whose combinations are of interest.")));
	for (i = 0; i < n; i++)
		(void) add_column(plan, DM_AS_DIMENSION, find_attribute(plan, names[i]));
	plan->shape.ndimensions = n;
}

/* A column of the profile; false if profile() cannot take its type. */
static bool
add_profiled(DmTablePlan *plan, Form_pg_attribute a, int bits)
{
	DmCubeShape *s = &plan->shape;
	DmValueType type = dm_value_type(a->atttypid);
	int			k = s->ncolumns;

	if (type == DM_VALUE_OTHER)
		return false;
	if (k == DM_PROFILE_MAX_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a profile cannot have more than %d columns", DM_PROFILE_MAX_COLUMNS)));
	s->ncolumns++;
	if (DM_VALUE_IS_NUMBER(type))
	{
		((char *) s->kinds)[k] = DM_KIND_NUMBER;
		((int *) s->place)[k] = s->nnumbers++;
		add_column(plan, DM_AS_NUMBER, a)->significant_bits = bits;
	}
	else
	{
		((char *) s->kinds)[k] = DM_KIND_CATEGORY;
		((int *) s->place)[k] = s->ncategories++;
		(void) add_column(plan, DM_AS_CATEGORY, a);
	}
	return true;
}

static void
plan_named_columns(DmTablePlan *plan, int n, const char *const *names, int bits)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		Form_pg_attribute a = find_attribute(plan, names[i]);

		if (!add_profiled(plan, a, bits))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("profile cannot take column \"%s\" of type %s", names[i],
							format_type_be(a->atttypid)),
					 errhint("Leave it out, or profile a view that casts it to double precision or text.")));
	}
}

/* Everything that profile() can take but dimensions and time. */
static void
plan_all_columns(DmTablePlan *plan, const char *time_column, int bits)
{
	TupleDesc	desc = RelationGetDescr(plan->relation);
	int			i;
	int			d;

	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute a = TupleDescAttr(desc, i);
		bool		skip = a->attisdropped;

		for (d = 0; d < plan->shape.ndimensions && !skip; d++)
			skip = plan->column[d].attnum == a->attnum;
		if (!skip && !(time_column && strcmp(time_column, NameStr(a->attname)) == 0))
			(void) add_profiled(plan, a, bits);
	}
}

static int64
bucket_width(const Interval *bucket)
{
	int64		width;

	if (bucket->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"bucket\" must not have months or years"),
				 errhint("They differ in length; use days or hours.")));
	if (pg_mul_s64_overflow(bucket->day, USECS_PER_DAY, &width) ||
		pg_add_s64_overflow(width, bucket->time, &width) ||
		width < USECS_PER_SEC || width % USECS_PER_SEC != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"bucket\" must be a whole number of seconds, one or more"),
				 errhint("For instance '1 minute', '1 hour' or '1 day'.")));
	return width;
}

static void
plan_time(DmTablePlan *plan, const char *time_column, const Interval *bucket)
{
	Form_pg_attribute a;
	DmValueType type;
	DmScanColumn *c;

	if (time_column == NULL && bucket == NULL)
		return;
	if (time_column == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"bucket\" without \"time_column\""),
				 errhint("Name the column of type timestamptz, timestamp or date that buckets are made of.")));
	if (bucket == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"time_column\" without \"bucket\""),
				 errhint("Say how long a bucket is, such as '1 hour'.")));
	a = find_attribute(plan, time_column);
	type = dm_value_type(a->atttypid);
	if (type != DM_VALUE_DATE && type != DM_VALUE_TIMESTAMP)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of type %s is no time", time_column,
						format_type_be(a->atttypid)),
				 errhint("\"time_column\" is a column of type timestamptz, timestamp or date.")));
	plan->width = bucket_width(bucket);
	c = add_column(plan, DM_AS_BUCKET, a);
	c->width = plan->width;
	c->origin = DM_BUCKET_ORIGIN;
}

static DmScanColumn *
add_class(DmTablePlan *plan, DmScanAs as, const char *name)
{
	Form_pg_attribute a = find_attribute(plan, name);
	DmValueType type = dm_value_type(a->atttypid);

	if (!DM_VALUE_IS_NUMBER(type) && type != DM_VALUE_BOOL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of type %s is no class", name, format_type_be(a->atttypid)),
				 errhint("\"actual\" and \"predicted\" are columns of type boolean, or numbers of "
						 "which 1 is the positive class.")));
	return add_column(plan, as, a);
}

static void
plan_outcome(DmTablePlan *plan, FunctionCallInfo fcinfo)
{
	bool		has_threshold = !PG_ARGISNULL(ARG_THRESHOLD);
	DmScanColumn *predicted;

	if (PG_ARGISNULL(ARG_ACTUAL) != PG_ARGISNULL(ARG_PREDICTED))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"actual\" and \"predicted\" must be given together")));
	if (PG_ARGISNULL(ARG_ACTUAL))
	{
		if (has_threshold)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"threshold\" without \"predicted\""),
					 errhint("Name the columns of the true class and of the score.")));
		return;
	}
	plan->shape.outcome = true;
	(void) add_class(plan, DM_AS_ACTUAL, NameStr(*PG_GETARG_NAME(ARG_ACTUAL)));
	predicted = add_class(plan, DM_AS_PREDICTED, NameStr(*PG_GETARG_NAME(ARG_PREDICTED)));
	if (!has_threshold)
		return;
	predicted->has_threshold = true;
	predicted->threshold = PG_GETARG_FLOAT8(ARG_THRESHOLD);
	if (isnan(predicted->threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"threshold\" must not be NaN")));
	if (dm_value_type(TupleDescAttr(RelationGetDescr(plan->relation),
									predicted->attnum - 1)->atttypid) == DM_VALUE_BOOL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("\"threshold\" with a boolean \"predicted\""),
				 errhint("A threshold cuts a score; leave it out where the prediction is a class.")));
}

/* Sets of so many dimensions, the larger first; "most" of all means every subset. */
static void
add_levels(DmCubeShape *s, uint32 *levels, int most)
{
	int			size;
	uint32		mask;

	for (size = most; size >= 0; size--)
		for (mask = 0; mask >> s->ndimensions == 0; mask++)
			if (pg_popcount32(mask) == size)
				levels[s->nlevels++] = mask;
	s->levels = levels;
}

static void
plan_levels(DmCubeShape *s, const char *levels)
{
	uint32	   *mask = palloc(sizeof(uint32) << s->ndimensions);

	if (strcmp(levels, "leaves") == 0)
	{
		mask[0] = (UINT32_C(1) << s->ndimensions) - 1;
		s->nlevels = 1;
		s->levels = mask;
	}
	else if (strcmp(levels, "cube") == 0)
		add_levels(s, mask, s->ndimensions);
	else if (strcmp(levels, "singles") == 0)
		add_levels(s, mask, Min(1, s->ndimensions));
	else if (strcmp(levels, "pairs") == 0)
		add_levels(s, mask, Min(2, s->ndimensions));
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"levels\" cannot be \"%s\"", levels),
				 errhint("It is \"leaves\", \"singles\", \"pairs\" or \"cube\".")));
}

static DmTablePlan *
new_plan(FunctionCallInfo fcinfo)
{
	DmTablePlan *plan = palloc0(sizeof(DmTablePlan));
	int			most;

	if (PG_ARGISNULL(ARG_RELATION))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("\"relation\" must not be NULL")));
	plan->relation = table_open(PG_GETARG_OID(ARG_RELATION), AccessShareLock);
	/* each in one of the lists at most once */
	most = RelationGetNumberOfAttributes(plan->relation);
	plan->column = palloc(sizeof(DmScanColumn) * (2 * most + 3));
	plan->name = palloc(sizeof(char *) * (2 * most + 3));
	plan->shape.kinds = palloc(most + 1);
	plan->shape.place = palloc(sizeof(int) * (most + 1));
	plan->shape.grid.max_bytes = DM_PROFILE_MAX_BYTES;
	return plan;
}

/* Which dimension a category column is as well. */
static void
find_same(DmTablePlan *plan)
{
	DmCubeShape *s = &plan->shape;
	int		   *same = palloc(sizeof(int) * (s->ncategories + 1));
	int			category = 0;
	int			i;
	int			d;

	for (i = 0; i < plan->ncolumns; i++)
	{
		if (plan->column[i].as != DM_AS_CATEGORY)
			continue;
		same[category] = -1;
		for (d = 0; d < s->ndimensions; d++)
			if (plan->column[d].attnum == plan->column[i].attnum)
				same[category] = d;
		category++;
	}
	s->same = same;
}

DmTablePlan *
dm_table_plan(FunctionCallInfo fcinfo)
{
	DmTablePlan *plan = new_plan(fcinfo);
	char	   *time_column = PG_ARGISNULL(ARG_TIME_COLUMN) ? NULL :
		NameStr(*PG_GETARG_NAME(ARG_TIME_COLUMN));
	int			bits = PG_ARGISNULL(ARG_SIGNIFICANT_BITS) ? 53 : PG_GETARG_INT32(ARG_SIGNIFICANT_BITS);
	const char **names;
	int			n;

	check_significant_bits(bits);
	if (!PG_ARGISNULL(ARG_DIMENSIONS))
	{
		n = get_names(fcinfo, ARG_DIMENSIONS, "dimensions", &names);
		plan_dimensions(plan, n, names);
	}
	plan_levels(&plan->shape, PG_ARGISNULL(ARG_LEVELS) ? "leaves" :
				text_to_cstring(PG_GETARG_TEXT_PP(ARG_LEVELS)));
	if (PG_ARGISNULL(ARG_COLUMNS))
		plan_all_columns(plan, time_column, bits);
	else
	{
		n = get_names(fcinfo, ARG_COLUMNS, "columns", &names);
		plan_named_columns(plan, n, names, bits);
	}
	plan_time(plan, time_column, PG_ARGISNULL(ARG_BUCKET) ? NULL : PG_GETARG_INTERVAL_P(ARG_BUCKET));
	plan_outcome(plan, fcinfo);
	find_same(plan);
	return plan;
}
