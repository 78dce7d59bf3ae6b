/*
 * test_result.c - arguments and results that distances and tests have in common.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/checks.h"
#include "base/function.h"
#include "types/test_result.h"

const DmEmpty dm_default_empty = {DM_EMPTY_FLOOR, DM_EMPTY_DEFAULT};

DmCellSpec
dm_bins_of(const char *word)
{
	DmCellSpec	spec;

	if (!dm_cell_spec_parse(word, &spec))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized bins \"%s\"", word),
				 errhint("Use deciles, quantiles:K, equal_width, equal_width:K, sturges_union, distinct "
						 "or evidently, with K from 2 to %d.", DM_CELLS_MAX_K)));
	return spec;
}

DmEmpty
dm_floor_of(double floor)
{
	DmEmpty		empty = {DM_EMPTY_FLOOR, floor};

	if (!(floor > 0) || floor > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the floor of empty cells must be above 0 and at most 1"),
				 errhint("Other rules have names: evidently, deepchecks, popmon, add:E, fiddler, count:C, drop.")));
	return empty;
}

DmEmpty
dm_empty_of(const char *word)
{
	DmEmpty		empty;

	if (!dm_empty_parse(word, &empty))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized rule for empty cells \"%s\"", word),
				 errhint("Use floor:E, evidently, deepchecks, add:E, popmon, count:C, fiddler or drop, "
						 "with E above 0 and at most 1.")));
	return empty;
}

double
dm_base_of(double base)
{
	if (!(base > 1) || isinf(base))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the base of the logarithm must be above 1 and finite"),
				 errhint("Use 2 for bits, exp(1) for nats.")));
	return base;
}

DmEmpty
dm_get_floor(FunctionCallInfo fcinfo, int n)
{
	return dm_floor_of(PG_GETARG_FLOAT8(n));
}

DmEmpty
dm_get_empty_rule(FunctionCallInfo fcinfo, int n)
{
	return dm_empty_of(text_to_cstring(PG_GETARG_TEXT_PP(n)));
}

double
dm_get_base(FunctionCallInfo fcinfo, int n)
{
	return dm_base_of(PG_GETARG_FLOAT8(n));
}

DmCellSpec
dm_get_bins(FunctionCallInfo fcinfo, int n)
{
	return dm_bins_of(text_to_cstring(PG_GETARG_TEXT_PP(n)));
}

bool
dm_get_missing(FunctionCallInfo fcinfo, int n)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));

	if (strcmp(word, "ignore") != 0 && strcmp(word, "cell") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized word for missing values \"%s\"", word),
				 errhint("Use ignore or cell.")));
	return word[0] == 'c';
}

DmAlternative
dm_get_alternative(FunctionCallInfo fcinfo, int n)
{
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));
	DmAlternative alternative;

	if (!dm_alternative_parse(word, &alternative))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unrecognized alternative \"%s\"", word),
				 errhint("Use two-sided, less or greater.")));
	return alternative;
}

Datum
dm_return_distance(FunctionCallInfo fcinfo, double v)
{
	if (isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("distance exceeds the range of double precision")));
	return dm_return_double(fcinfo, v);
}

/* dm_row_double makes NULL of NaN, whatever the column's type. */
void
dm_put_sizes(DmRow *row, const DmSizes *s)
{
	bool		one_sample = isnan(s->n_reference);

	if (one_sample)
		dm_row_double(row, NAN);
	else
		dm_row_count(row, dm_count_of(s->n_reference));
	dm_row_count(row, dm_count_of(s->n_current));
	if (one_sample)
		dm_row_double(row, NAN);
	else
		dm_row_count(row, s->unused_reference);
	dm_row_count(row, s->unused_current);
}

Datum
dm_return_test(FunctionCallInfo fcinfo, const DmTest *t, const DmSizes *sizes, const char *method)
{
	DmRow		row;

	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, t->statistic);
	dm_row_double(&row, t->p_value);
	dm_row_double(&row, t->df);
	dm_row_double(&row, t->effect_size);
	dm_put_sizes(&row, sizes);
	dm_row_text(&row, method);
	return dm_row_end(&row);
}
