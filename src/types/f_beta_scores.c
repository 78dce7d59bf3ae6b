/*
 * f_beta_scores.c - further scores of f_beta_state, and those of the best
 * constant model beside them.
 */
#include "postgres.h"

#include <math.h>

#include "base/row.h"
#include "base/type.h"
#include "stats/classification.h"
#include "types/f_beta_state.h"

PG_FUNCTION_INFO_V1(datamon_f_beta_state_constant_scores);

#define SCORE(name, kernel) DM_FUNCTION(f_beta_state_##name, dm_f_beta_score(fcinfo, kernel))

SCORE(npv, dm_negative_predictive_value);
SCORE(fpr, dm_false_positive_rate);
SCORE(fnr, dm_false_negative_rate);
SCORE(prevalence, dm_prevalence);
SCORE(jaccard, dm_jaccard);
SCORE(balanced_accuracy, dm_balanced_accuracy);
SCORE(informedness, dm_informedness);
SCORE(markedness, dm_markedness);
SCORE(matthews, dm_binary_matthews);
SCORE(kappa, dm_binary_kappa);
SCORE(lift, dm_lift);
SCORE(positive_likelihood_ratio, dm_positive_likelihood_ratio);
SCORE(negative_likelihood_ratio, dm_negative_likelihood_ratio);

/*
 * The larger class said always, for accuracy, and the positive one said
 * always, for precision, recall and F1: said never, they are 0 or 0/0.
 */
Datum
datamon_f_beta_state_constant_scores(PG_FUNCTION_ARGS)
{
	DmConfusion c;
	DmConfusion always = {0, 0, 0, 0};
	DmRow		row;
	double		majority;
	double		precision = NAN;
	double		recall = NAN;
	double		f1 = NAN;

	dm_f_beta_confusion(fcinfo, &c);
	dm_row_begin(fcinfo, &row);
	always.tp = c.tp + c.fn;
	always.fp = c.fp + c.tn;
	if (!(always.tp + always.fp > 0))
		PG_RETURN_NULL();
	majority = Max(always.tp, always.fp);
	(void) dm_precision(&always, &precision);
	(void) dm_recall(&always, &recall);
	(void) dm_fbeta(&always, 1, &f1);
	dm_row_bool(&row, always.tp > always.fp);
	dm_row_double(&row, majority / (always.tp + always.fp));
	dm_row_double(&row, always.tp > 0 && always.fp > 0 ? 0.5 : NAN);
	dm_row_double(&row, precision);
	dm_row_double(&row, recall);
	dm_row_double(&row, f1);
	return dm_row_end(&row);
}
