/*
 * scores.c - metrics of scores, from a score_state or from scored_labels.
 *
 * Both become a list of groups of equal scores; a kernel of src/stats makes a
 * number of it.  NULL stands for undefined.
 */
#include "postgres.h"

#include <math.h>

#include "base/checks.h"
#include "base/function.h"
#include "base/row.h"
#include "types/f_beta_state.h"
#include "types/scored_labels.h"
#include "types/scores.h"
#include "types/sum_io.h"

PG_FUNCTION_INFO_V1(datamon_scores_roc_auc_score);
PG_FUNCTION_INFO_V1(datamon_scores_gini);
PG_FUNCTION_INFO_V1(datamon_scores_average_precision);
PG_FUNCTION_INFO_V1(datamon_scores_pr_auc_trapezoid);
PG_FUNCTION_INFO_V1(datamon_scores_ks_statistic);
PG_FUNCTION_INFO_V1(datamon_scores_log_loss);
PG_FUNCTION_INFO_V1(datamon_scores_brier);
PG_FUNCTION_INFO_V1(datamon_scores_lift);
PG_FUNCTION_INFO_V1(datamon_scores_ece);
PG_FUNCTION_INFO_V1(datamon_scores_mce);
PG_FUNCTION_INFO_V1(datamon_scores_count);
PG_FUNCTION_INFO_V1(datamon_scores_positive_count);
PG_FUNCTION_INFO_V1(datamon_scores_negative_count);
PG_FUNCTION_INFO_V1(datamon_scores_unused_count);
PG_FUNCTION_INFO_V1(datamon_scores_unlabelled_count);
PG_FUNCTION_INFO_V1(datamon_scores_unscored_count);
PG_FUNCTION_INFO_V1(datamon_scores_out_of_range_count);
PG_FUNCTION_INFO_V1(datamon_scores_is_exact);

/* The least and the greatest double of a bin. */
static double
bin_least(int64 key, int shift)
{
	uint64		mag;

	if (key >= 0)
		return dm_key_near(key, shift);
	mag = (uint64) -(key + 1);
	return -dm_from_bits((((mag + 1) << shift) - 1) & ~DM_SIGN_BIT);
}

static double
bin_greatest(int64 key, int shift)
{
	return -bin_least(-key, shift);
}

/* Entries of a side on a coarser grid. */
static DmEntry *
folded(const DmSketch *s, int shift, size_t *n)
{
	DmEntry    *e = palloc(sizeof(DmEntry) * Max(s->n, 1));

	memcpy(e, s->entry, sizeof(DmEntry) * s->n);
	*n = dm_entries_shift(e, s->n, shift - s->shift);
	return e;
}

/* The groups of a score_state: its two sides on one grid, side by side. */
static void
state_points(const DmScoreState *s, DmScores *out)
{
	int			shift = Max(s->side[0].shift, s->side[1].shift);
	double		min = Min(s->side[0].min, s->side[1].min);
	double		max = Max(s->side[0].max, s->side[1].max);
	size_t		n[2];
	DmEntry    *e[2];
	size_t		at[2] = {0, 0};
	DmScorePoint *point;
	int			side;

	for (side = 0; side < 2; side++)
		e[side] = folded(&s->side[side], shift, &n[side]);
	point = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmScorePoint) * Max(n[0] + n[1], 1));
	memset(out, 0, sizeof(*out));
	while (at[0] < n[0] || at[1] < n[1])
	{
		DmScorePoint *p = &point[out->n++];
		int64		key = at[0] == n[0] ? e[1][at[1]].key : e[0][at[0]].key;
		double		greatest;

		if (at[1] < n[1] && e[1][at[1]].key < key)
			key = e[1][at[1]].key;
		p->neg = at[0] < n[0] && e[0][at[0]].key == key ? (double) e[0][at[0]++].count : 0;
		p->pos = at[1] < n[1] && e[1][at[1]].key == key ? (double) e[1][at[1]++].count : 0;
		p->least = Max(bin_least(key, shift), min);
		greatest = Min(bin_greatest(key, shift), max);
		p->score = shift == 0 ? p->least : p->least / 2 + greatest / 2;
		out->neg += p->neg;
		out->pos += p->pos;
	}
	out->point = point;
	out->exact = shift == 0;
}

static void
get_state(const struct varlena *value, DmScoreSet *out)
{
	DmScoreState *s = palloc(sizeof(DmScoreState));
	int			side;

	dm_score_state_unpack(value, s);
	state_points(s, &out->scores);
	out->state = s;
	out->unlabelled = s->unlabelled;
	for (side = 0; side < 2; side++)
	{
		const DmSketch *k = &s->side[side];

		out->unscored += k->nulls + k->nans + k->neg_inf + k->pos_inf;
		out->rows[side] = dm_sketch_count(k);
		out->outside += dm_score_state_outside(s, side);
	}
	out->unused = out->unlabelled + out->unscored + s->empty;
}

void
dm_getarg_scores(FunctionCallInfo fcinfo, int n, DmScoreSet *out)
{
	struct varlena *value = PG_DETOAST_DATUM(PG_GETARG_DATUM(n));

	memset(out, 0, sizeof(*out));
	if (((DmHeader *) value)->tag == DM_SCORED_LABELS)
		dm_scored_labels_get(value, out);
	else
	{
		dm_check_header(value, DM_SCORE_STATE);
		get_state(value, out);
	}
}

bool
dm_scores_are_probabilities(const DmScoreSet *set)
{
	return set->outside == 0 && set->scores.pos + set->scores.neg > 0;
}

/* sum - 2 * t, exactly: the bytes of t, four at a time, the topmost with the sign. */
static void
subtract_twice(DmExactSum *sum, const DmExactSum *t)
{
	uint8		bytes[DM_SUM_LIMBS * 8];
	int			first;
	int			len = dm_sum_to_bytes(t, &first, bytes);
	int			i;

	for (i = 0; i < len; i += 4)
	{
		int			n = Min(4, len - i);
		int64		v = 0;
		int			j;

		for (j = 0; j < n; j++)
			v |= (int64) bytes[i + j] << (8 * j);
		if (i + n == len && (bytes[len - 1] & 0x80))
			v -= (int64) 1 << (8 * n);
		(void) dm_sum_add_int(sum, -2 * v, 8 * (first + i) + DM_SUM_UNIT);
	}
}

/* sum of p^2 over negatives + sum of (1 - p)^2 over positives, rounded once */
static double
state_brier(const DmScoreState *s)
{
	DmExactSum *total = dm_sum_palloc();
	DmExactSum *sum = dm_sum_palloc();
	DmExactSum *unused = dm_sum_palloc();
	uint64		pos = dm_sketch_count(&s->side[1]);

	dm_score_state_add_sums(s, 0, unused, total);
	dm_score_state_add_sums(s, 1, sum, total);
	subtract_twice(total, sum);
	(void) dm_sum_add_times(total, 1, pos);
	return dm_sum_mean(total, pos + dm_sketch_count(&s->side[0]));
}

double
dm_score_set_brier(const DmScoreSet *set)
{
	if (!dm_scores_are_probabilities(set))
		return NAN;
	return set->state ? state_brier(set->state) : dm_brier(&set->scores);
}

double
dm_score_set_log_loss(const DmScoreSet *set)
{
	DmExactSum *total;

	if (!dm_scores_are_probabilities(set))
		return NAN;
	if (set->state == NULL)
		return dm_log_loss(&set->scores, DM_LOG_LOSS_EPS);
	total = dm_sum_palloc();
	dm_score_state_add_loss(set->state, 0, total);
	dm_score_state_add_loss(set->state, 1, total);
	return dm_sum_mean(total, dm_sketch_count(&set->state->side[0]) +
					   dm_sketch_count(&set->state->side[1]));
}

double
dm_score_set_mean(const DmScoreSet *set)
{
	DmExactSum *sum;
	DmExactSum *unused;

	if (!(set->scores.pos + set->scores.neg > 0))
		return NAN;
	if (set->state == NULL)
		return dm_mean_score(&set->scores);
	sum = dm_sum_palloc();
	unused = dm_sum_palloc();
	dm_score_state_add_sums(set->state, 0, sum, unused);
	dm_score_state_add_sums(set->state, 1, sum, unused);
	return dm_sum_mean(sum, dm_sketch_count(&set->state->side[0]) +
					   dm_sketch_count(&set->state->side[1]));
}

static Datum
of_scores(FunctionCallInfo fcinfo, double (*kernel) (const DmScores *s))
{
	DmScoreSet	set;

	dm_getarg_scores(fcinfo, 0, &set);
	return dm_return_double(fcinfo, kernel(&set.scores));
}

static Datum
of_set(FunctionCallInfo fcinfo, double (*metric) (const DmScoreSet *set))
{
	DmScoreSet	set;

	dm_getarg_scores(fcinfo, 0, &set);
	return dm_return_double(fcinfo, metric(&set));
}

Datum
datamon_scores_roc_auc_score(PG_FUNCTION_ARGS)
{
	return of_scores(fcinfo, dm_roc_auc);
}

static double
gini(const DmScores *s)
{
	return 2 * dm_roc_auc(s) - 1;
}

Datum
datamon_scores_gini(PG_FUNCTION_ARGS)
{
	return of_scores(fcinfo, gini);
}

Datum
datamon_scores_average_precision(PG_FUNCTION_ARGS)
{
	return of_scores(fcinfo, dm_average_precision);
}

Datum
datamon_scores_pr_auc_trapezoid(PG_FUNCTION_ARGS)
{
	return of_scores(fcinfo, dm_pr_auc_trapezoid);
}

Datum
datamon_scores_ks_statistic(PG_FUNCTION_ARGS)
{
	return of_scores(fcinfo, dm_score_ks);
}

/* log_loss(score_state), log_loss(scored_labels [, eps]) */
Datum
datamon_scores_log_loss(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;
	double		eps;

	if (PG_NARGS() < 2)
		return of_set(fcinfo, dm_score_set_log_loss);
	eps = PG_GETARG_FLOAT8(1);
	if (!(eps >= 0 && eps < 0.5))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"eps\" must be at least 0 and below 0.5"),
				 errhint("scikit-learn used 1e-15 up to version 1.2, and 2.220446049250313e-16 since.")));
	dm_getarg_scores(fcinfo, 0, &set);
	return dm_return_double(fcinfo, dm_scores_are_probabilities(&set) ? dm_log_loss(&set.scores, eps) : NAN);
}

Datum
datamon_scores_brier(PG_FUNCTION_ARGS)
{
	return of_set(fcinfo, dm_score_set_brier);
}

Datum
datamon_scores_lift(PG_FUNCTION_ARGS)
{
	double		fraction = PG_GETARG_FLOAT8(1);
	DmScoreSet	set;

	if (!(fraction > 0 && fraction <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"fraction\" must be above 0 and at most 1"),
				 errhint("0.1 looks at the tenth of the rows with the highest scores.")));
	dm_getarg_scores(fcinfo, 0, &set);
	return dm_return_double(fcinfo, dm_gain(&set.scores, fraction) / fraction);
}

DmCalibrationStrategy
dm_getarg_strategy(FunctionCallInfo fcinfo, int n)
{
	const text *word = PG_GETARG_TEXT_PP(n);
	size_t		len = VARSIZE_ANY_EXHDR(word);
	const char *s = VARDATA_ANY(word);

	if (len == 7 && memcmp(s, "uniform", 7) == 0)
		return DM_UNIFORM;
	if (len == 8 && memcmp(s, "quantile", 8) == 0)
		return DM_QUANTILE;
	if (len == 8 && memcmp(s, "distinct", 8) == 0)
		return DM_DISTINCT;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized strategy \"%.*s\"", (int) len, s),
			 errhint("Use uniform, quantile or distinct.")));
	return DM_UNIFORM;
}

DmCalibrationBin *
dm_getarg_calibration(FunctionCallInfo fcinfo, int n, const DmScoreSet *set, size_t *bins)
{
	int			wanted = PG_GETARG_INT32(n);
	DmCalibrationStrategy strategy = dm_getarg_strategy(fcinfo, n + 1);
	DmCalibrationBin *bin;

	if (wanted < 1 || wanted > DM_CALIBRATION_MAX_BINS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"n_bins\" must be between 1 and %d, not %d", DM_CALIBRATION_MAX_BINS, wanted)));
	if (strategy == DM_QUANTILE && set->weighted)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("strategy quantile is not defined for weighted rows"),
				 errhint("Use uniform or distinct.")));
	*bins = 0;
	if (!dm_scores_are_probabilities(set))
		return NULL;
	*bins = strategy == DM_DISTINCT ? set->scores.n : (size_t) wanted;
	bin = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(DmCalibrationBin) * *bins);
	dm_calibration_bins(&set->scores, strategy, bin, *bins);
	return bin;
}

static Datum
of_calibration(FunctionCallInfo fcinfo, double (*kernel) (const DmCalibrationBin *bin, size_t n))
{
	DmScoreSet	set;
	DmCalibrationBin *bin;
	size_t		bins;

	dm_getarg_scores(fcinfo, 0, &set);
	bin = dm_getarg_calibration(fcinfo, 1, &set, &bins);
	return dm_return_double(fcinfo, kernel(bin, bins));
}

Datum
datamon_scores_ece(PG_FUNCTION_ARGS)
{
	return of_calibration(fcinfo, dm_expected_calibration_error);
}

Datum
datamon_scores_mce(PG_FUNCTION_ARGS)
{
	return of_calibration(fcinfo, dm_maximum_calibration_error);
}

/* One of the counts of a set. */
static Datum
of_counts(FunctionCallInfo fcinfo, uint64 (*count) (const DmScoreSet *set))
{
	DmScoreSet	set;

	dm_getarg_scores(fcinfo, 0, &set);
	PG_RETURN_INT64((int64) count(&set));
}

static uint64
all_count(const DmScoreSet *set)
{
	return set->rows[0] + set->rows[1];
}

Datum
datamon_scores_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, all_count);
}

static uint64
positive_count(const DmScoreSet *set)
{
	return set->rows[1];
}

Datum
datamon_scores_positive_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, positive_count);
}

static uint64
negative_count(const DmScoreSet *set)
{
	return set->rows[0];
}

Datum
datamon_scores_negative_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, negative_count);
}

static uint64
unused_count(const DmScoreSet *set)
{
	return set->unused;
}

Datum
datamon_scores_unused_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, unused_count);
}

static uint64
unlabelled_count(const DmScoreSet *set)
{
	return set->unlabelled;
}

Datum
datamon_scores_unlabelled_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, unlabelled_count);
}

static uint64
unscored_count(const DmScoreSet *set)
{
	return set->unscored;
}

Datum
datamon_scores_unscored_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, unscored_count);
}

static uint64
out_of_range_count(const DmScoreSet *set)
{
	return set->outside;
}

Datum
datamon_scores_out_of_range_count(PG_FUNCTION_ARGS)
{
	return of_counts(fcinfo, out_of_range_count);
}

Datum
datamon_scores_is_exact(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;

	dm_getarg_scores(fcinfo, 0, &set);
	PG_RETURN_BOOL(set.scores.exact);
}
