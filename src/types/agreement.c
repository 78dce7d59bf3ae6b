/*
 * agreement.c - measures of agreement as SQL functions.
 *
 * Every one comes to dm_agreement_of(): the state's rows become the kernels'
 * ratings, with categories in the order that weights and ranks ask for.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/checks.h"
#include "base/function.h"
#include "base/row.h"
#include "types/agreement_ratings.h"

static const struct
{
	const char *name;			/* of the function */
	const char *brief;
	DmAgreementMethod method;
	const char *title;
} methods[] = {
	{"fleiss_kappa", "fleiss", DM_FLEISS, "Fleiss' kappa"},
	{"scott_pi", "scott", DM_SCOTT, "Scott's pi"},
	{"conger_kappa", "conger", DM_CONGER, "Conger's kappa"},
	{"light_kappa", "light", DM_LIGHT, "Light's kappa"},
	{"randolph_kappa", "randolph", DM_RANDOLPH, "Randolph's free-marginal kappa"},
	{"brennan_prediger", "bp", DM_BRENNAN_PREDIGER, "Brennan and Prediger's coefficient"},
	{"gwet_ac1", "ac1", DM_GWET, "Gwet's AC1"},
	{"gwet_ac2", "ac2", DM_GWET, "Gwet's AC2"},
	{"cohen_kappa_score", "cohen", DM_COHEN, "Cohen's kappa"},
	{"krippendorff_alpha", "krippendorff", DM_KRIPPENDORFF, "Krippendorff's alpha"},
	{"percent_agreement", "percent", DM_PERCENT, "agreeing pairs of ratings"},
	{"full_agreement", "full", DM_FULL, "items without disagreement"},
	{"kendall_w", "kendall", DM_KENDALL, "Kendall's W"},
	{"ICC1", "icc1", DM_ICC1, "ICC(1)"},
	{"ICC2", "icc2", DM_ICC2, "ICC(A,1)"},
	{"ICC3", "icc3", DM_ICC3, "ICC(C,1)"},
	{"ICC1k", "icc1k", DM_ICC1K, "ICC(k)"},
	{"ICC2k", "icc2k", DM_ICC2K, "ICC(A,k)"},
	{"ICC3k", "icc3k", DM_ICC3K, "ICC(C,k)"},
};

static int
find_method(const char *name)
{
	int			i;

	for (i = 0; i < (int) lengthof(methods); i++)
		if (strcmp(name, methods[i].name) == 0 || strcmp(name, methods[i].brief) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown method \"%s\"", name),
			 errhint("Methods are fleiss_kappa, scott_pi, conger_kappa, light_kappa, randolph_kappa, "
					 "brennan_prediger, gwet_ac1, gwet_ac2, cohen_kappa_score, krippendorff_alpha, "
					 "percent_agreement, full_agreement, kendall_w, ICC1, ICC2, ICC3, ICC1k, ICC2k and ICC3k.")));
	return -1;
}

/* Argument n, or NULL where it is NULL or the function has none. */
static const char *
get_text(FunctionCallInfo fcinfo, int n)
{
	if (n >= PG_NARGS() || PG_ARGISNULL(n))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(n));
}

static void
get_weights(FunctionCallInfo fcinfo, int n, AgRequest *q, AgOption default_weights)
{
	const char *name = get_text(fcinfo, n);
	AgOption	option = name ? dm_ag_option(name, AG_NONE, AG_QUADRATIC) : default_weights;

	if (option == AG_NO_OPTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown weights \"%s\"", name),
				 errhint("Weights are none, linear and quadratic; give others as \"costs\".")));
	q->option.weights = (DmAgreementWeights) (option - AG_NONE);
}

static void
get_metric(FunctionCallInfo fcinfo, int n, AgRequest *q)
{
	const char *name = get_text(fcinfo, n);
	AgOption	option = name ? dm_ag_option(name, AG_NOMINAL, AG_RATIO) : AG_NOMINAL;

	if (option == AG_NO_OPTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown metric \"%s\"", name),
				 errhint("Metrics are nominal, ordinal, interval and ratio.")));
	q->option.metric = (DmAgreementMetric) (option - AG_NOMINAL);
}

/* Distinct keys of a text[]; NULL where it is NULL. */
static AgKey *
get_keys(FunctionCallInfo fcinfo, int n, const char *name, int *count)
{
	Datum	   *element;
	bool	   *null;
	AgKey	   *key;
	int			i;
	int			j;

	*count = 0;
	if (n >= PG_NARGS() || PG_ARGISNULL(n))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), TEXTOID, -1, false, 'i', &element, &null, count);
	if (*count == 0 || *count > AG_MAX_WEIGHTED)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must have from 1 to %d elements", name, AG_MAX_WEIGHTED)));
	key = palloc(sizeof(AgKey) * (size_t) *count);
	for (i = 0; i < *count; i++)
	{
		if (!null[i])
			key[i] = dm_ag_text(VARDATA_ANY(DatumGetTextPP(element[i])),
								VARSIZE_ANY_EXHDR(DatumGetTextPP(element[i])));
		for (j = 0; !null[i] && j < i; j++)
			if (dm_ag_compare(&key[i], &key[j]) == 0)
				break;
		if (null[i] || j < i)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" must be distinct and not NULL", name)));
		key[i].id = (uint32) i;
	}
	return key;
}

/* A square matrix of costs, over the largest. */
static void
get_costs(FunctionCallInfo fcinfo, int n, AgRequest *q)
{
	ArrayType  *array;
	double	   *cost;
	double		largest = 0;
	bool		good;
	int			i;

	if (n >= PG_NARGS() || PG_ARGISNULL(n))
		return;
	array = PG_GETARG_ARRAYTYPE_P(n);
	good = q->n_labels > 0 && ARR_NDIM(array) == 2 && ARR_DIMS(array)[0] == q->n_labels &&
		ARR_DIMS(array)[1] == q->n_labels && !array_contains_nulls(array);
	cost = palloc(sizeof(double) * (size_t) Max(q->n_labels, 1) * (size_t) Max(q->n_labels, 1));
	if (good)
		memcpy(cost, ARR_DATA_PTR(array), sizeof(double) * (size_t) q->n_labels * (size_t) q->n_labels);
	for (i = 0; good && i < q->n_labels * q->n_labels; i++)
	{
		good = cost[i] >= 0 && !isinf(cost[i]) && (i % (q->n_labels + 1) != 0 || cost[i] == 0);
		largest = Max(largest, cost[i]);
	}
	if (!good || !(largest > 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"costs\" must be a matrix with a row and a column for each of \"labels\""),
				 errdetail("Costs are finite, not negative, not all 0, and 0 where both labels are the same.")));
	for (i = 0; i < q->n_labels * q->n_labels; i++)
		cost[i] /= largest;
	q->option.weights = DM_WEIGHTS_COSTS;
	q->option.costs = cost;
}

static void
get_labels(FunctionCallInfo fcinfo, int n, AgRequest *q)
{
	q->labels = get_keys(fcinfo, n, "labels", &q->n_labels);
}

/* The value of a state, or NULL. */
static Datum
number(FunctionCallInfo fcinfo, AgRequest *q)
{
	AgAnswer	answer;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	answer = dm_agreement_of(dm_getarg(fcinfo, 0, DM_AGREEMENT_STATE), q);
	return dm_return_double(fcinfo, answer.result.value);
}

/* A function of a state, and the final function of the aggregate of its name. */
#define AG_FUNCTION(name, symbol, read) \
	PG_FUNCTION_INFO_V1(datamon_##name); \
	Datum \
	datamon_##name(PG_FUNCTION_ARGS) \
	{ \
		AgRequest	q = {symbol}; \
\
		read; \
		return number(fcinfo, &q); \
	} \
	extern void dm_no_such_function(void)

AG_FUNCTION(fleiss_kappa, DM_FLEISS, (void) 0);
AG_FUNCTION(scott_pi, DM_SCOTT, (void) 0);
AG_FUNCTION(conger_kappa, DM_CONGER, (void) 0);
AG_FUNCTION(light_kappa, DM_LIGHT, (void) 0);
AG_FUNCTION(percent_agreement, DM_PERCENT, (void) 0);
AG_FUNCTION(full_agreement, DM_FULL, (void) 0);
AG_FUNCTION(kendall_w, DM_KENDALL, (void) 0);
AG_FUNCTION(randolph_kappa, DM_RANDOLPH, get_labels(fcinfo, 1, &q));
AG_FUNCTION(gwet_ac1, DM_GWET, get_labels(fcinfo, 1, &q));

static void
get_weighted(FunctionCallInfo fcinfo, AgRequest *q)
{
	get_weights(fcinfo, 1, q, AG_NONE);
	get_labels(fcinfo, 2, q);
	get_costs(fcinfo, 3, q);
	q->annotators = get_keys(fcinfo, 4, "annotators", &q->n_annotators);
}

AG_FUNCTION(brennan_prediger, DM_BRENNAN_PREDIGER, get_weighted(fcinfo, &q));
AG_FUNCTION(gwet_ac2, DM_GWET, get_weighted(fcinfo, &q));
AG_FUNCTION(cohen_kappa, DM_COHEN, get_weighted(fcinfo, &q));

static void
get_alpha(FunctionCallInfo fcinfo, AgRequest *q)
{
	get_metric(fcinfo, 1, q);
	get_labels(fcinfo, 2, q);
}

AG_FUNCTION(krippendorff_alpha, DM_KRIPPENDORFF, get_alpha(fcinfo, &q));

static void
get_icc(FunctionCallInfo fcinfo, AgRequest *q)
{
	const char *name = get_text(fcinfo, 1);
	AgOption	option = name ? dm_ag_option(name, AG_ICC1, AG_ICC3K) : AG_ICC2;

	if (option == AG_NO_OPTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown type of intraclass correlation \"%s\"", name),
				 errhint("Types are ICC1, ICC2, ICC3, ICC1k, ICC2k and ICC3k.")));
	q->method = (DmAgreementMethod) (DM_ICC1 + (option - AG_ICC1));
}

AG_FUNCTION(icc, DM_ICC2, get_icc(fcinfo, &q));

static bool
takes_weights(DmAgreementMethod method)
{
	return method != DM_KRIPPENDORFF && method != DM_FULL && method < DM_KENDALL;
}

/* What was computed, in words. */
static char *
describe(int number, const AgRequest *q, const DmAgreement *a)
{
	static const char *const weights[] = {"", ", linear weights", ", quadratic weights", ", own costs"};
	static const char *const metrics[] = {", nominal", ", ordinal", ", interval", ", ratio"};
	DmAgreementMethod method = methods[number].method;

	return psprintf("%s%s%s%s", methods[number].title,
					takes_weights(method) ? weights[q->option.weights] :
					method == DM_KRIPPENDORFF ? metrics[q->option.metric] : "",
					a->test ? "; statistic: " : "", a->test ? a->test : "");
}

/* Not every method has annotators to count. */
static void
put_count(DmRow *row, double n, bool known)
{
	if (known)
		dm_row_count(row, (int64) rint(n));
	else
		dm_row_text(row, NULL);
}

/* agreement(state, method, confidence, weights, metric, labels, costs, annotators) */
PG_FUNCTION_INFO_V1(datamon_agreement);
Datum
datamon_agreement(PG_FUNCTION_ARGS)
{
	AgRequest	q = {0};
	AgAnswer	answer;
	const DmAgreement *a = &answer.result;
	const char *name = get_text(fcinfo, 1);
	DmRow		row;
	int			number;

	if (PG_ARGISNULL(0) || name == NULL || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	number = find_method(name);
	q.method = methods[number].method;
	q.option.confidence = PG_GETARG_FLOAT8(2);
	if (!(q.option.confidence > 0 && q.option.confidence < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"confidence\" must be between 0 and 1"),
				 errhint("0.95 is usual.")));
	get_weights(fcinfo, 3, &q, strcmp(methods[number].name, "gwet_ac2") == 0 ? AG_QUADRATIC : AG_NONE);
	get_metric(fcinfo, 4, &q);
	get_labels(fcinfo, 5, &q);
	get_costs(fcinfo, 6, &q);
	q.annotators = get_keys(fcinfo, 7, "annotators", &q.n_annotators);
	if (q.option.weights != DM_WEIGHTS_NONE &&
		(!takes_weights(q.method) || strcmp(methods[number].name, "gwet_ac1") == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s takes no weights", methods[number].name),
				 errhint("krippendorff_alpha takes a metric, and gwet_ac2 is gwet_ac1 with weights.")));
	answer = dm_agreement_of(dm_getarg(fcinfo, 0, DM_AGREEMENT_STATE), &q);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, a->value);
	dm_row_double(&row, a->standard_error);
	dm_row_double(&row, a->ci_low);
	dm_row_double(&row, a->ci_high);
	dm_row_double(&row, a->null_standard_error);
	dm_row_double(&row, a->statistic);
	dm_row_double(&row, a->df1);
	dm_row_double(&row, a->df2);
	dm_row_double(&row, a->p_value);
	dm_row_double(&row, a->observed);
	dm_row_double(&row, a->expected);
	dm_row_count(&row, (int64) rint(a->n_items));
	dm_row_count(&row, (int64) rint(a->unused_items));
	put_count(&row, a->n_annotators, answer.named);
	dm_row_count(&row, answer.n_categories);
	dm_row_count(&row, (int64) rint(a->n_ratings));
	dm_row_count(&row, answer.unused);
	dm_row_text(&row, describe(number, &q, a));
	dm_row_text(&row, a->reason);
	PG_RETURN_DATUM(dm_row_end(&row));
}
