/*
 * score_tests.c - tests on a score_state or scored_labels: has the area
 * changed, do probabilities come true?
 */
#include "postgres.h"

#include <math.h>

#include "base/row.h"
#include "types/scores.h"

PG_FUNCTION_INFO_V1(datamon_scores_roc_auc_test);
PG_FUNCTION_INFO_V1(datamon_scores_spiegelhalter_test);
PG_FUNCTION_INFO_V1(datamon_scores_hosmer_lemeshow_test);

static void
refuse_weights(const DmScoreSet *set)
{
	if (set->weighted)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("tests are not defined for weighted rows"),
				 errhint("Leave the weights out.")));
}

static void
put_test(DmRow *row, const DmTest *t)
{
	dm_row_double(row, t->statistic);
	dm_row_double(row, t->p_value);
	dm_row_double(row, t->df);
	dm_row_double(row, t->effect_size);
}

/* roc_auc_test(reference, current) */
Datum
datamon_scores_roc_auc_test(PG_FUNCTION_ARGS)
{
	DmScoreSet	reference;
	DmScoreSet	current;
	DmTest		t;
	DmRow		row;

	dm_getarg_scores(fcinfo, 0, &reference);
	dm_getarg_scores(fcinfo, 1, &current);
	refuse_weights(&reference);
	refuse_weights(&current);
	t = dm_roc_auc_test(&reference.scores, &current.scores);
	dm_row_begin(fcinfo, &row);
	put_test(&row, &t);
	dm_row_count(&row, (int64) (reference.rows[0] + reference.rows[1]));
	dm_row_count(&row, (int64) (current.rows[0] + current.rows[1]));
	dm_row_count(&row, (int64) reference.unused);
	dm_row_count(&row, (int64) current.unused);
	dm_row_text(&row, reference.scores.exact && current.scores.exact ? "DeLong, exact" : "DeLong, binned");
	return dm_row_end(&row);
}

static Datum
return_calibration_test(FunctionCallInfo fcinfo, const DmScoreSet *set, const DmTest *t)
{
	DmRow		row;

	dm_row_begin(fcinfo, &row);
	put_test(&row, t);
	dm_row_count(&row, (int64) (set->rows[0] + set->rows[1]));
	dm_row_count(&row, (int64) set->unused);
	dm_row_text(&row, set->scores.exact ? "exact" : "binned");
	return dm_row_end(&row);
}

Datum
datamon_scores_spiegelhalter_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmScoreSet	set;

	dm_getarg_scores(fcinfo, 0, &set);
	refuse_weights(&set);
	if (dm_scores_are_probabilities(&set))
		t = dm_spiegelhalter_test(&set.scores);
	return return_calibration_test(fcinfo, &set, &t);
}

/* hosmer_lemeshow_test(scores, n_bins, strategy, fitted) */
Datum
datamon_scores_hosmer_lemeshow_test(PG_FUNCTION_ARGS)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	DmScoreSet	set;
	DmCalibrationBin *bin;
	size_t		bins;

	dm_getarg_scores(fcinfo, 0, &set);
	refuse_weights(&set);
	bin = dm_getarg_calibration(fcinfo, 1, &set, &bins);
	if (bin)
		t = dm_hosmer_lemeshow_test(bin, bins, PG_GETARG_BOOL(3));
	return return_calibration_test(fcinfo, &set, &t);
}
