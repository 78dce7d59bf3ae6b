/*
 * f_beta.c - the aggregate f_beta(label, prediction, beta): F straight from
 * rows, without a state that anybody keeps.
 *
 * The state is a bigint[]: what F needs, and the bits of beta, which has to be
 * the same in every row.  Like the types' own states it is changed in place,
 * has a text form and can be combined.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/checks.h"
#include "stats/classification.h"

PG_FUNCTION_INFO_V1(datamon_f_beta_trans_bool);
PG_FUNCTION_INFO_V1(datamon_f_beta_trans_int);
PG_FUNCTION_INFO_V1(datamon_f_beta_combine);
PG_FUNCTION_INFO_V1(datamon_f_beta_final);

enum
{
	STATE_TP,
	STATE_FP,
	STATE_FN,
	STATE_BETA,
	STATE_SIZE
};

#define STATE_BYTES (ARR_OVERHEAD_NONULLS(1) + STATE_SIZE * sizeof(int64))
#define STATE_OF(array) ((int64 *) ARR_DATA_PTR(array))

static int64
beta_bits(double beta)
{
	int64		bits;

	if (isnan(beta) || beta < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"beta\" must not be NULL, negative or NaN"),
				 errhint("0 gives precision, 1 weighs precision and recall alike, more favours recall.")));
	beta += 0.0;				/* -0 is 0 */
	memcpy(&bits, &beta, sizeof(bits));
	return bits;
}

static ArrayType *
get_state(FunctionCallInfo fcinfo, int n)
{
	ArrayType  *state;

	if (PG_ARGISNULL(n))
		return NULL;
	state = PG_GETARG_ARRAYTYPE_P(n);
	if (unlikely(VARSIZE(state) != STATE_BYTES || ARR_NDIM(state) != 1 || ARR_HASNULL(state) ||
				 ARR_ELEMTYPE(state) != INT8OID || ARR_DIMS(state)[0] != STATE_SIZE))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("value is not the state of f_beta")));
	return state;
}

static void
check_beta(const ArrayType *state, int64 bits)
{
	if (unlikely(STATE_OF(state)[STATE_BETA] != bits))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"beta\" must be the same for all rows"),
				 errhint("Group by it, or keep an f_beta_state and ask fbeta_score() for each beta.")));
}

static ArrayType *
first_state(int64 bits)
{
	Datum		zero[STATE_SIZE];
	int			i;

	for (i = 0; i < STATE_SIZE; i++)
		zero[i] = Int64GetDatum(i == STATE_BETA ? bits : 0);
	return construct_array(zero, STATE_SIZE, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
						   TYPALIGN_DOUBLE);
}

/* The state where it has its usual form and the row's beta, without a call; else NULL. */
static inline ArrayType *
usual_state(FunctionCallInfo fcinfo)
{
	ArrayType  *state = (ArrayType *) PG_GETARG_POINTER(0);
	double		beta;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(3) || !VARATT_IS_4B_U(state) ||
		VARSIZE_4B(state) != STATE_BYTES || ARR_NDIM(state) != 1 || ARR_HASNULL(state) ||
		ARR_ELEMTYPE(state) != INT8OID)
		return NULL;
	beta = PG_GETARG_FLOAT8(3);
	return memcmp(&STATE_OF(state)[STATE_BETA], &beta, sizeof(beta)) == 0 ? state : NULL;
}

static Datum
add_row(FunctionCallInfo fcinfo, bool label, bool prediction)
{
	ArrayType  *state;
	int64	   *place;

	dm_require_aggregate(fcinfo, "f_beta");
	state = usual_state(fcinfo);
	if (unlikely(state == NULL))
	{
		int64		bits = beta_bits(PG_ARGISNULL(3) ? NAN : PG_GETARG_FLOAT8(3));

		state = get_state(fcinfo, 0);
		if (state == NULL)
			state = first_state(bits);
		check_beta(state, bits);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || !(label || prediction))
		PG_RETURN_POINTER(state);
	place = &STATE_OF(state)[label && prediction ? STATE_TP : label ? STATE_FN : STATE_FP];
	*place = (int64) dm_add_count((uint64) *place, 1);
	PG_RETURN_POINTER(state);
}

Datum
datamon_f_beta_trans_bool(PG_FUNCTION_ARGS)
{
	return add_row(fcinfo, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1),
				   !PG_ARGISNULL(2) && PG_GETARG_BOOL(2));
}

Datum
datamon_f_beta_trans_int(PG_FUNCTION_ARGS)
{
	bool		label = dm_getarg_class(fcinfo, 1, "label");

	return add_row(fcinfo, label, dm_getarg_class(fcinfo, 2, "prediction"));
}

Datum
datamon_f_beta_combine(PG_FUNCTION_ARGS)
{
	ArrayType  *a;
	ArrayType  *b;
	int			i;

	dm_require_aggregate(fcinfo, "f_beta");
	a = get_state(fcinfo, 0);
	b = get_state(fcinfo, 1);
	if (b == NULL)
	{
		if (a == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(a);
	}
	if (a == NULL)
		PG_RETURN_POINTER(PG_GETARG_ARRAYTYPE_P_COPY(1));
	check_beta(a, STATE_OF(b)[STATE_BETA]);
	for (i = 0; i < STATE_BETA; i++)
		STATE_OF(a)[i] = (int64) dm_add_count((uint64) STATE_OF(a)[i], (uint64) STATE_OF(b)[i]);
	PG_RETURN_POINTER(a);
}

Datum
datamon_f_beta_final(PG_FUNCTION_ARGS)
{
	ArrayType  *state = get_state(fcinfo, 0);
	DmConfusion c = {0, 0, 0, 0};
	double		beta;
	double		result;

	if (state == NULL)
		PG_RETURN_NULL();
	c.tp = (double) STATE_OF(state)[STATE_TP];
	c.fp = (double) STATE_OF(state)[STATE_FP];
	c.fn = (double) STATE_OF(state)[STATE_FN];
	memcpy(&beta, &STATE_OF(state)[STATE_BETA], sizeof(beta));
	if (!dm_fbeta(&c, beta, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}
