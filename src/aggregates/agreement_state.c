/*
 * agreement_state.c - how the aggregates over ratings take a row.
 *
 * The state is an agreement_state in its working form, also of the aggregates
 * that end in a number; those put what they were asked for into it.  There is an
 * entry point for every list of argument types: which they are is known without
 * asking the catalog.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "types/agreement_state.h"

/* Room for the digits of a double that is no integer. */
typedef char Digits[DOUBLE_SHORTEST_DECIMAL_LEN];

/* A key of a type: 't' text, 'b' bigint, 'i' integer, 's' smallint, 'f' double precision; false if it is unused. */
static inline bool
get_key(FunctionCallInfo fcinfo, int n, char type, AgKey *key, Digits digits)
{
	const text *value;
	double		x;

	if (PG_ARGISNULL(n))
		return false;
	switch (type)
	{
		case 'b':
			if (AG_IS_NUMBER(PG_GETARG_INT64(n)))
				*key = dm_ag_number(PG_GETARG_INT64(n));
			else
				*key = dm_ag_text(digits, (size_t) snprintf(digits, sizeof(Digits), INT64_FORMAT, PG_GETARG_INT64(n)));
			return true;
		case 'i':
			*key = dm_ag_number(PG_GETARG_INT32(n));
			return true;
		case 's':
			*key = dm_ag_number(PG_GETARG_INT16(n));
			return true;
		case 'f':
			x = PG_GETARG_FLOAT8(n);
			if (isnan(x) || isinf(x))
				return false;
			if (fabs(x) < (double) AG_MAX_NUMBER && x == rint(x))
				*key = dm_ag_number((int64) x);
			else
				*key = dm_ag_text(digits, (size_t) double_to_shortest_decimal_buf(x, digits));
			return true;
		default:
			value = PG_GETARG_TEXT_PP(n);
			*key = dm_ag_text(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
			return true;
	}
}

/* The option in argument n; the names of others of its kind are in the hint. */
static void
take_option(FunctionCallInfo fcinfo, int n, AgWorking *w, AgOption first, AgOption last,
			const char *what, const char *hint)
{
	const char *known = w->option == AG_NO_OPTION ? NULL : dm_ag_option_name(w->option);
	const text *value;
	AgOption	option;

	if (PG_ARGISNULL(n))
		option = first == AG_NONE ? AG_NONE : AG_NO_OPTION;
	else
	{
		value = PG_GETARG_TEXT_PP(n);
		if (known && strlen(known) == VARSIZE_ANY_EXHDR(value) &&
			memcmp(known, VARDATA_ANY(value), strlen(known)) == 0)
			return;
		option = dm_ag_option(text_to_cstring(value), first, last);
	}
	if (option == AG_NO_OPTION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown %s", what),
				 errhint("%s", hint)));
	dm_ag_set_option(w, option);
}

/* Add the row of the arguments from 1 on, whose types are given. */
static inline AgWorking *
add_row(FunctionCallInfo fcinfo, AgShape shape, const char *types)
{
	AgWorking  *w;
	AgKey		row[AG_COLUMNS];
	Digits		digits[AG_COLUMNS];
	bool		used = true;
	int			n = 0;
	int			c;

	dm_require_aggregate(fcinfo, AG_TYPE_NAME);
	w = dm_ag_working(PG_ARGISNULL(0) ? NULL : dm_getarg(fcinfo, 0, DM_AGREEMENT_STATE), shape);
	for (c = 0; c < AG_COLUMNS; c++)
		if (shape & 1 << c)
		{
			used = used && get_key(fcinfo, n + 1, types[n], &row[c], digits[c]);
			n++;
		}
	if (used)
		return dm_ag_add(w, row, 1);
	w->unused = dm_add_count(w->unused, 1);
	return w;
}

#define AG_TRANS(name, shape, types) \
	PG_FUNCTION_INFO_V1(datamon_agreement_trans_##name); \
	Datum \
	datamon_agreement_trans_##name(PG_FUNCTION_ARGS) \
	{ \
		PG_RETURN_POINTER(add_row(fcinfo, shape, types)); \
	} \
	extern void dm_no_such_function(void)

#define AG_OPTION_TRANS(name, shape, types, first, last, what, hint) \
	PG_FUNCTION_INFO_V1(datamon_agreement_trans_##name); \
	Datum \
	datamon_agreement_trans_##name(PG_FUNCTION_ARGS) \
	{ \
		AgWorking  *w = add_row(fcinfo, shape, types); \
\
		take_option(fcinfo, (int) strlen(types) + 1, w, first, last, what, hint); \
		PG_RETURN_POINTER(w); \
	} \
	extern void dm_no_such_function(void)

#define AG_METRIC_TRANS(types) \
	AG_OPTION_TRANS(metric_##types, AG_ANNOTATORS, #types, AG_NOMINAL, AG_RATIO, "metric", \
					"Metrics are nominal, ordinal, interval and ratio.")
#define AG_ICC_TRANS(types) \
	AG_OPTION_TRANS(icc_##types, AG_ANNOTATORS, #types, AG_ICC1, AG_ICC3K, "type of intraclass correlation", \
					"Types are ICC1, ICC2, ICC3, ICC1k, ICC2k and ICC3k.")
#define AG_WEIGHTS_TRANS(types) \
	AG_OPTION_TRANS(weights_##types, AG_PAIRS, #types, AG_NONE, AG_QUADRATIC, "weights", \
					"Weights are none, linear and quadratic.")

AG_TRANS(tt, AG_ITEMS, "tt");
AG_TRANS(tb, AG_ITEMS, "tb");
AG_TRANS(tf, AG_ITEMS, "tf");
AG_TRANS(bt, AG_ITEMS, "bt");
AG_TRANS(bb, AG_ITEMS, "bb");
AG_TRANS(bf, AG_ITEMS, "bf");
AG_TRANS(ii, AG_ITEMS, "ii");
AG_TRANS(ss, AG_ITEMS, "ss");

AG_TRANS(ttt, AG_ANNOTATORS, "ttt");
AG_TRANS(ttf, AG_ANNOTATORS, "ttf");
AG_TRANS(tbt, AG_ANNOTATORS, "tbt");
AG_TRANS(tbf, AG_ANNOTATORS, "tbf");
AG_TRANS(btt, AG_ANNOTATORS, "btt");
AG_TRANS(btf, AG_ANNOTATORS, "btf");
AG_TRANS(bbt, AG_ANNOTATORS, "bbt");
AG_TRANS(bbf, AG_ANNOTATORS, "bbf");
AG_TRANS(bbb, AG_ANNOTATORS, "bbb");
AG_TRANS(iii, AG_ANNOTATORS, "iii");
AG_TRANS(sss, AG_ANNOTATORS, "sss");

AG_METRIC_TRANS(ttt);
AG_METRIC_TRANS(ttf);
AG_METRIC_TRANS(tbt);
AG_METRIC_TRANS(tbf);
AG_METRIC_TRANS(btt);
AG_METRIC_TRANS(btf);
AG_METRIC_TRANS(bbt);
AG_METRIC_TRANS(bbf);
AG_METRIC_TRANS(bbb);
AG_METRIC_TRANS(iii);

AG_ICC_TRANS(ttf);
AG_ICC_TRANS(tbf);
AG_ICC_TRANS(btf);
AG_ICC_TRANS(bbf);

AG_TRANS(pairs_tt, AG_PAIRS, "tt");
AG_TRANS(pairs_bb, AG_PAIRS, "bb");
AG_TRANS(pairs_ii, AG_PAIRS, "ii");
AG_TRANS(pairs_ss, AG_PAIRS, "ss");

AG_WEIGHTS_TRANS(tt);
AG_WEIGHTS_TRANS(bb);
AG_WEIGHTS_TRANS(ii);
AG_WEIGHTS_TRANS(ss);
