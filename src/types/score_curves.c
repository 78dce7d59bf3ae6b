/*
 * score_curves.c - rows and sets from a score_state or from scored_labels.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/row.h"
#include "base/wire.h"
#include "stats/special.h"
#include "types/f_beta_state.h"
#include "types/histogram_internal.h"
#include "types/scores.h"

PG_FUNCTION_INFO_V1(datamon_scores_roc_auc);
PG_FUNCTION_INFO_V1(datamon_scores_brier_decomposition);
PG_FUNCTION_INFO_V1(datamon_scores_best_threshold);
PG_FUNCTION_INFO_V1(datamon_scores_summary);
PG_FUNCTION_INFO_V1(datamon_scores_f_beta_state);
PG_FUNCTION_INFO_V1(datamon_scores_roc_curve);
PG_FUNCTION_INFO_V1(datamon_scores_precision_recall_curve);
PG_FUNCTION_INFO_V1(datamon_scores_gain_curve);
PG_FUNCTION_INFO_V1(datamon_scores_calibration_curve);
PG_FUNCTION_INFO_V1(datamon_score_state_histogram);

static const char *
method_of(const DmScoreSet *set)
{
	return set->scores.exact ? "exact" : "binned";
}

double
dm_getarg_confidence(FunctionCallInfo fcinfo, int n)
{
	double		level = PG_NARGS() > n ? PG_GETARG_FLOAT8(n) : 0.95;

	if (!(level > 0 && level < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"confidence\" must be above 0 and below 1"),
				 errhint("0.95 is customary.")));
	return dm_normal_quantile(0.5 + level / 2);
}

/* roc_auc(scores, confidence), and the final function of the aggregate, without it */
Datum
datamon_scores_roc_auc(PG_FUNCTION_ARGS)
{
	double		z = dm_getarg_confidence(fcinfo, 1);
	DmScoreSet	set;
	DmRow		row;
	double		auc;
	double		error;

	dm_getarg_scores(fcinfo, 0, &set);
	auc = dm_roc_auc(&set.scores);
	error = set.weighted ? NAN : sqrt(dm_delong_variance(&set.scores, auc));
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, auc);
	dm_row_double(&row, error);
	dm_row_double(&row, isnan(error) ? NAN : Max(auc - z * error, 0));
	dm_row_double(&row, isnan(error) ? NAN : Min(auc + z * error, 1));
	dm_row_count(&row, (int64) set.rows[1]);
	dm_row_count(&row, (int64) set.rows[0]);
	dm_row_count(&row, (int64) set.unused);
	dm_row_double(&row, dm_roc_auc_slack(&set.scores));
	dm_row_text(&row, method_of(&set));
	return dm_row_end(&row);
}

Datum
datamon_scores_brier_decomposition(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;
	DmCalibrationBin *bin;
	DmBrierParts parts = {NAN, NAN, NAN, NAN, NAN, NAN};
	DmRow		row;
	size_t		bins;

	dm_getarg_scores(fcinfo, 0, &set);
	bin = dm_getarg_calibration(fcinfo, 1, &set, &bins);
	if (bin)
		dm_brier_parts(&set.scores, bin, bins, &parts);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, parts.brier);
	dm_row_double(&row, parts.reliability);
	dm_row_double(&row, parts.resolution);
	dm_row_double(&row, parts.uncertainty);
	dm_row_double(&row, parts.within_variance);
	dm_row_double(&row, parts.within_covariance);
	dm_row_count(&row, (int64) (set.rows[0] + set.rows[1]));
	dm_row_count(&row, (int64) set.unused);
	dm_row_text(&row, method_of(&set));
	return dm_row_end(&row);
}

/* Counts at a threshold, with the rows that were left out. */
static struct varlena *
make_f_beta_state(const DmScoreSet *set, const DmConfusion *c)
{
	StringInfoData buf;

	dm_packed_begin(&buf, DM_F_BETA_STATE);
	dm_put_varint(&buf, (uint64) c->tp);
	dm_put_varint(&buf, (uint64) c->fp);
	dm_put_varint(&buf, (uint64) c->fn);
	dm_put_varint(&buf, (uint64) c->tn);
	dm_put_varint(&buf, set->unlabelled);
	dm_put_varint(&buf, set->unscored);
	dm_put_varint(&buf, set->unused - set->unlabelled - set->unscored);
	return dm_packed_finish(&buf);
}

static void
refuse_weights(const DmScoreSet *set)
{
	if (set->weighted)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("an f_beta_state counts rows and cannot hold weights")));
}

Datum
datamon_scores_f_beta_state(PG_FUNCTION_ARGS)
{
	double		threshold = PG_GETARG_FLOAT8(1);
	DmScoreSet	set;
	DmConfusion c;

	if (isnan(threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"threshold\" must not be NaN")));
	dm_getarg_scores(fcinfo, 0, &set);
	refuse_weights(&set);
	dm_confusion_at(&set.scores, threshold, &c);
	PG_RETURN_POINTER(make_f_beta_state(&set, &c));
}

static DmThresholdMetric
get_metric(FunctionCallInfo fcinfo, int n)
{
	static const struct
	{
		const char *word;
		DmThresholdMetric metric;
	}			words[] = {
		{"f1", DM_BEST_F1},
		{"f_beta", DM_BEST_FBETA},
		{"youden", DM_BEST_YOUDEN},
		{"accuracy", DM_BEST_ACCURACY},
		{"balanced_accuracy", DM_BEST_BALANCED_ACCURACY},
		{"mcc", DM_BEST_MCC},
		{"cost", DM_BEST_COST},
	};
	char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(n));
	size_t		i;

	for (i = 0; i < lengthof(words); i++)
		if (strcmp(word, words[i].word) == 0)
			return words[i].metric;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized metric \"%s\"", word),
			 errhint("Use f1, f_beta, youden, accuracy, balanced_accuracy, mcc or cost.")));
	return DM_BEST_F1;
}

static double
get_non_negative(FunctionCallInfo fcinfo, int n, const char *name)
{
	double		v = PG_GETARG_FLOAT8(n);

	if (!(v >= 0) || isinf(v))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" must not be negative, infinite or NaN", name)));
	return v;
}

/* best_threshold(scores, metric, beta, cost_fp, cost_fn) */
Datum
datamon_scores_best_threshold(PG_FUNCTION_ARGS)
{
	DmThresholdSpec spec;
	DmThreshold best;
	DmScoreSet	set;
	DmRow		row;

	spec.metric = get_metric(fcinfo, 1);
	spec.beta = get_non_negative(fcinfo, 2, "beta");
	spec.cost_fp = get_non_negative(fcinfo, 3, "cost_fp");
	spec.cost_fn = get_non_negative(fcinfo, 4, "cost_fn");
	dm_getarg_scores(fcinfo, 0, &set);
	dm_best_threshold(&set.scores, &spec, &best);
	dm_row_begin(fcinfo, &row);
	dm_row_double(&row, best.threshold);
	dm_row_double(&row, best.value);
	row.null[row.n] = isnan(best.value) || set.weighted;
	row.value[row.n] = row.null[row.n] ? (Datum) 0 : PointerGetDatum(make_f_beta_state(&set, &best.at));
	row.n++;
	return dm_row_end(&row);
}

/* Everything at once, beside what a model without skill would get. */
Datum
datamon_scores_summary(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;
	DmRow		row;
	double		share;
	double		auc;
	double		log_loss;
	double		brier;
	double		constant;

	dm_getarg_scores(fcinfo, 0, &set);
	share = set.scores.pos / (set.scores.pos + set.scores.neg);
	auc = dm_roc_auc(&set.scores);
	log_loss = dm_score_set_log_loss(&set);
	brier = dm_score_set_brier(&set);
	constant = share * (1 - share);
	dm_row_begin(fcinfo, &row);
	dm_row_count(&row, (int64) (set.rows[0] + set.rows[1]));
	dm_row_count(&row, (int64) set.rows[1]);
	dm_row_count(&row, (int64) set.unused);
	dm_row_count(&row, (int64) set.unlabelled);
	dm_row_count(&row, (int64) set.outside);
	dm_row_double(&row, share);
	dm_row_double(&row, dm_score_set_mean(&set));
	dm_row_double(&row, auc);
	dm_row_double(&row, 2 * auc - 1);
	dm_row_double(&row, dm_average_precision(&set.scores));
	dm_row_double(&row, dm_score_ks(&set.scores));
	dm_row_double(&row, log_loss);
	dm_row_double(&row, dm_binary_entropy(share));
	dm_row_double(&row, brier);
	dm_row_double(&row, constant);
	dm_row_double(&row, constant > 0 ? 1 - brier / constant : NAN);
	dm_row_text(&row, method_of(&set));
	return dm_row_end(&row);
}

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

static void
put_roc(DmRowSet *rows, const DmScores *s, double threshold, double fp, double tp)
{
	CHECK_FOR_INTERRUPTS();
	dm_row_double(&rows->row, threshold);
	dm_row_double(&rows->row, ratio(fp, s->neg));
	dm_row_double(&rows->row, ratio(tp, s->pos));
	dm_row_double(&rows->row, fp);
	dm_row_double(&rows->row, tp);
	dm_rows_put(rows);
}

/*
 * roc_curve(scores, drop_intermediate): a point is dropped where the step to it
 * and the step from it are the same, so that it lies on their line.
 */
Datum
datamon_scores_roc_curve(PG_FUNCTION_ARGS)
{
	bool		drop = PG_GETARG_BOOL(1);
	DmScoreSet	set;
	const DmScores *s = &set.scores;
	DmRowSet		rows;
	double		fp = 0;
	double		tp = 0;
	size_t		i;

	dm_getarg_scores(fcinfo, 0, &set);
	dm_rows_begin(fcinfo, &rows);
	if (s->n > 0)
		put_roc(&rows, s, INFINITY, 0, 0);
	for (i = s->n; i-- > 0;)
	{
		const DmScorePoint *p = &s->point[i];

		fp += p->neg;
		tp += p->pos;
		if (drop && i > 0 && i + 1 < s->n && p->neg == p[-1].neg && p->pos == p[-1].pos)
			continue;
		put_roc(&rows, s, p->least, i > 0 ? fp : s->neg, i > 0 ? tp : s->pos);
	}
	return (Datum) 0;
}

static void
put_three(DmRowSet *rows, double a, double b, double c)
{
	CHECK_FOR_INTERRUPTS();
	dm_row_double(&rows->row, a);
	dm_row_double(&rows->row, b);
	dm_row_double(&rows->row, c);
	dm_rows_put(rows);
}

/* Thresholds ascend, as in scikit-learn; its last point has none. */
Datum
datamon_scores_precision_recall_curve(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;
	const DmScores *s = &set.scores;
	DmRowSet		rows;
	double	   *tp;
	double	   *all;
	size_t		i;

	dm_getarg_scores(fcinfo, 0, &set);
	dm_rows_begin(fcinfo, &rows);
	if (s->n == 0)
		return (Datum) 0;
	tp = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * s->n);
	all = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(double) * s->n);
	for (i = s->n; i-- > 0;)
	{
		tp[i] = s->point[i].pos + (i + 1 < s->n ? tp[i + 1] : 0);
		all[i] = s->point[i].pos + s->point[i].neg + (i + 1 < s->n ? all[i + 1] : 0);
	}
	for (i = 0; i < s->n; i++)
		put_three(&rows, s->point[i].least, ratio(tp[i], all[i]), ratio(tp[i], s->pos));
	put_three(&rows, NAN, 1, s->pos > 0 ? 0 : NAN);
	return (Datum) 0;
}

/* Cumulative gains: what share of the positives the highest scores find. */
Datum
datamon_scores_gain_curve(PG_FUNCTION_ARGS)
{
	DmScoreSet	set;
	const DmScores *s = &set.scores;
	DmRowSet		rows;
	double		tp = 0;
	double		all = 0;
	size_t		i;

	dm_getarg_scores(fcinfo, 0, &set);
	dm_rows_begin(fcinfo, &rows);
	for (i = s->n; i-- > 0;)
	{
		double		fraction;
		double		gain;

		tp += s->point[i].pos;
		all += s->point[i].pos + s->point[i].neg;
		fraction = i > 0 ? all / (s->pos + s->neg) : 1;
		gain = ratio(i > 0 ? tp : s->pos, s->pos);
		dm_row_double(&rows.row, s->point[i].least);
		put_three(&rows, fraction, gain, gain / fraction);
	}
	return (Datum) 0;
}

/* calibration_curve(scores, n_bins, strategy, confidence); empty bins are left out */
Datum
datamon_scores_calibration_curve(PG_FUNCTION_ARGS)
{
	double		z = dm_getarg_confidence(fcinfo, 3);
	DmScoreSet	set;
	DmCalibrationBin *bin;
	DmRowSet		rows;
	size_t		bins;
	size_t		i;

	dm_getarg_scores(fcinfo, 0, &set);
	bin = dm_getarg_calibration(fcinfo, 1, &set, &bins);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < bins; i++)
	{
		double		lower = NAN;
		double		upper = NAN;

		if (!(bin[i].rows > 0))
			continue;
		if (!set.weighted)
			dm_wilson(bin[i].pos, bin[i].rows, z, &lower, &upper);
		dm_row_count(&rows.row, (int64) i + 1);
		dm_row_double(&rows.row, bin[i].lo);
		dm_row_double(&rows.row, bin[i].hi);
		dm_row_double(&rows.row, bin[i].rows);
		dm_row_double(&rows.row, bin[i].sum / bin[i].rows);
		put_three(&rows, bin[i].pos / bin[i].rows, lower, upper);
	}
	return (Datum) 0;
}

/* histogram(score_state, label): the scores of the rows with that label */
Datum
datamon_score_state_histogram(PG_FUNCTION_ARGS)
{
	DmScoreState s;

	dm_score_state_unpack(dm_getarg(fcinfo, 0, DM_SCORE_STATE), &s);
	PG_RETURN_POINTER(dm_histogram_pack(&s.side[PG_GETARG_BOOL(1) ? 1 : 0]));
}
