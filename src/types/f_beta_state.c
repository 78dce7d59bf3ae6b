/*
 * f_beta_state.c - input, output and accessors of f_beta_state.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/type.h"
#include "stats/classification.h"
#include "types/f_beta_state.h"

PG_FUNCTION_INFO_V1(datamon_f_beta_state_make);

#define GETARG(n) dm_getarg(fcinfo, n, DM_F_BETA_STATE)

static const char *const count_names[DM_FB_COUNTS] = {
	"tp", "fp", "fn", "tn", "unlabelled", "unpredicted", "empty"
};

/* The sum of all counts must be a bigint too; false if it is not. */
static bool
counts_fit(const uint64 *counts)
{
	uint64		total = 0;
	int			i;

	for (i = 0; i < DM_FB_COUNTS; i++)
	{
		if (counts[i] > PG_INT64_MAX - total)
			return false;
		total += counts[i];
	}
	return true;
}

struct varlena *
dm_f_beta_pack(const uint64 *counts)
{
	StringInfoData buf;
	int			i;

	if (!counts_fit(counts))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count exceeds the range of bigint")));
	dm_packed_begin(&buf, DM_F_BETA_STATE);
	for (i = 0; i < DM_FB_COUNTS; i++)
		dm_put_varint(&buf, counts[i]);
	return dm_packed_finish(&buf);
}

static bool
unpack_counts(const struct varlena *packed, uint64 *counts)
{
	DmReader	r;
	int			i;

	dm_reader_init(&r, packed);
	for (i = 0; i < DM_FB_COUNTS; i++)
		counts[i] = dm_get_varint(&r);
	return !r.failed && r.pos == r.end && counts_fit(counts);
}

void
dm_f_beta_counts(const struct varlena *state, uint64 *counts)
{
	if (DM_IS_WORKING(state))
		memcpy(counts, ((const DmFBetaState *) state)->counts, DM_FB_COUNTS * sizeof(uint64));
	else if (!unpack_counts(state, counts))
		dm_corrupt(FB_TYPE_NAME);
}

/* The working form of a state: itself if it is one, else a copy. */
DmFBetaState *
dm_f_beta_working(const struct varlena *state)
{
	DmFBetaState *w;

	if (state && DM_IS_WORKING(state))
		return (DmFBetaState *) unconstify(struct varlena *, state);
	w = palloc0(sizeof(DmFBetaState));
	dm_header_working(w, DM_F_BETA_STATE, sizeof(DmFBetaState));
	if (state)
		dm_f_beta_counts(state, w->counts);
	return w;
}

static struct varlena *
pack_state(const struct varlena *working)
{
	return dm_f_beta_pack(((const DmFBetaState *) working)->counts);
}

static struct varlena *
merge_state(struct varlena *state, const struct varlena *value)
{
	DmFBetaState *w = dm_f_beta_working(state);
	uint64		counts[DM_FB_COUNTS];
	int			i;

	dm_f_beta_counts(value, counts);
	for (i = 0; i < DM_FB_COUNTS; i++)
		w->counts[i] = dm_add_count(w->counts[i], counts[i]);
	return (struct varlena *) w;
}

static bool
valid_state(const struct varlena *packed)
{
	uint64		counts[DM_FB_COUNTS];

	return unpack_counts(packed, counts);
}

static struct varlena *
parse_state(DmJson *j)
{
	uint64		counts[DM_FB_COUNTS];
	int			i;

	for (i = 0; i < DM_FB_COUNTS; i++)
	{
		dm_json_expect(j, i == 0 ? '{' : ',');
		dm_json_key(j, count_names[i]);
		counts[i] = dm_json_count(j);
	}
	dm_json_expect(j, '}');
	if (!j->failed && !counts_fit(counts))
		dm_json_fail(j, "The counts exceed the range of bigint");
	return j->failed ? NULL : dm_f_beta_pack(counts);
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	uint64		counts[DM_FB_COUNTS];
	int			i;

	dm_f_beta_counts(packed, counts);
	for (i = 0; i < DM_FB_COUNTS; i++)
		appendStringInfo(buf, "%c\"%s\":" UINT64_FORMAT, i == 0 ? '{' : ',', count_names[i],
						 counts[i]);
	appendStringInfoChar(buf, '}');
}

static const DmType f_beta_state_type = {
	DM_F_BETA_STATE, FB_TYPE_NAME, print_state, parse_state, valid_state, pack_state, merge_state
};

DM_TYPE_FUNCTIONS(f_beta_state, f_beta_state_type);

/* f_beta_state(tp, fp, fn, tn) */
Datum
datamon_f_beta_state_make(PG_FUNCTION_ARGS)
{
	uint64		counts[DM_FB_COUNTS] = {0};
	int			i;

	for (i = 0; i < 4; i++)
	{
		if (PG_GETARG_INT64(i) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" must not be negative", count_names[i])));
		counts[i] = (uint64) PG_GETARG_INT64(i);
	}
	PG_RETURN_POINTER(dm_f_beta_pack(counts));
}

/* The sum of the counts from one to another, both included. */
static Datum
sum_of(FunctionCallInfo fcinfo, DmFBetaCount first, DmFBetaCount last)
{
	uint64		counts[DM_FB_COUNTS];
	uint64		sum = 0;
	int			i;

	dm_f_beta_counts(GETARG(0), counts);
	for (i = first; i <= (int) last; i++)
		sum = dm_add_count(sum, counts[i]);
	PG_RETURN_INT64(sum);
}

DM_FUNCTION(f_beta_state_tp, sum_of(fcinfo, DM_FB_TP, DM_FB_TP));
DM_FUNCTION(f_beta_state_fp, sum_of(fcinfo, DM_FB_FP, DM_FB_FP));
DM_FUNCTION(f_beta_state_fn, sum_of(fcinfo, DM_FB_FN, DM_FB_FN));
DM_FUNCTION(f_beta_state_tn, sum_of(fcinfo, DM_FB_TN, DM_FB_TN));
DM_FUNCTION(f_beta_state_count, sum_of(fcinfo, DM_FB_TP, DM_FB_TN));
DM_FUNCTION(f_beta_state_unused, sum_of(fcinfo, DM_FB_UNLABELLED, DM_FB_EMPTY));
DM_FUNCTION(f_beta_state_unlabelled, sum_of(fcinfo, DM_FB_UNLABELLED, DM_FB_UNLABELLED));
DM_FUNCTION(f_beta_state_unpredicted, sum_of(fcinfo, DM_FB_UNPREDICTED, DM_FB_UNPREDICTED));

void
dm_f_beta_confusion(FunctionCallInfo fcinfo, DmConfusion *c)
{
	uint64		counts[DM_FB_COUNTS];

	dm_f_beta_counts(GETARG(0), counts);
	c->tp = (double) counts[DM_FB_TP];
	c->fp = (double) counts[DM_FB_FP];
	c->fn = (double) counts[DM_FB_FN];
	c->tn = (double) counts[DM_FB_TN];
}

Datum
dm_f_beta_score(FunctionCallInfo fcinfo, DmScore kernel)
{
	DmConfusion c;
	double		result;

	dm_f_beta_confusion(fcinfo, &c);
	if (!kernel(&c, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

DM_FUNCTION(f_beta_state_precision, dm_f_beta_score(fcinfo, dm_precision));
DM_FUNCTION(f_beta_state_recall, dm_f_beta_score(fcinfo, dm_recall));
DM_FUNCTION(f_beta_state_specificity, dm_f_beta_score(fcinfo, dm_specificity));
DM_FUNCTION(f_beta_state_accuracy, dm_f_beta_score(fcinfo, dm_accuracy));
DM_FUNCTION(f_beta_state_precision_stderr, dm_f_beta_score(fcinfo, dm_precision_stderr));
DM_FUNCTION(f_beta_state_recall_stderr, dm_f_beta_score(fcinfo, dm_recall_stderr));
DM_FUNCTION(f_beta_state_specificity_stderr, dm_f_beta_score(fcinfo, dm_specificity_stderr));
DM_FUNCTION(f_beta_state_accuracy_stderr, dm_f_beta_score(fcinfo, dm_accuracy_stderr));

static Datum
fbeta(FunctionCallInfo fcinfo, double beta,
	  bool (*kernel) (const DmConfusion *c, double beta, double *result))
{
	DmConfusion c;
	double		result;

	if (isnan(beta) || beta < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"beta\" must not be negative or NaN"),
				 errhint("0 gives precision, 1 weighs precision and recall alike, more favours recall.")));
	dm_f_beta_confusion(fcinfo, &c);
	if (!kernel(&c, beta, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

DM_FUNCTION(f_beta_state_f1, fbeta(fcinfo, 1, dm_fbeta));
DM_FUNCTION(f_beta_state_f1_stderr, fbeta(fcinfo, 1, dm_fbeta_stderr));
DM_FUNCTION(f_beta_state_fbeta, fbeta(fcinfo, PG_GETARG_FLOAT8(1), dm_fbeta));
DM_FUNCTION(f_beta_state_fbeta_stderr, fbeta(fcinfo, PG_GETARG_FLOAT8(1), dm_fbeta_stderr));
