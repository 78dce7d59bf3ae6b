/*
 * test_calibration.c - losses, bins and intervals against published numbers.
 */
#include <stdbool.h>
#include <stdint.h>

#include "near.h"
#include "stats/calibration.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static DmScores
make(const DmScorePoint *point, size_t n)
{
	DmScores	s = {point, n, 0, 0, true};
	size_t		i;

	for (i = 0; i < n; i++)
	{
		s.pos += point[i].pos;
		s.neg += point[i].neg;
	}
	return s;
}

/* scikit-learn's examples of brier_score_loss and log_loss */
static void
documented(void)
{
	static const DmScorePoint b[] = {{.1, .1, 0, 1}, {.3, .3, 0, 1}, {.8, .8, 1, 0}, {.9, .9, 1, 0}};
	static const DmScorePoint l[] = {{.1, .1, 0, 1}, {.35, .35, 0, 1}, {.8, .8, 1, 0}, {.9, .9, 1, 0}};
	DmScores	s = make(b, COUNT(b));

	tap_near(dm_brier(&s), 0.0375, 1e-15, "Brier score 0.0375");
	s = make(l, COUNT(l));
	tap_near(dm_log_loss(&s, DM_LOG_LOSS_EPS), 0.21616187468057912, 1e-15, "log loss 0.21616");
	tap_near(dm_mean_score(&s), 0.5375, 1e-15, "mean score");
}

static void
losses(void)
{
	tap_near(dm_log_loss_of(0, true, DM_LOG_LOSS_EPS), 36.04365338911715, 1e-15, "a sure miss costs -ln(2^-52)");
	tap_near(dm_log_loss_of(0, true, 1e-15), 34.538776394910684, 1e-15, "and 34.5 with the epsilon of old");
	tap_near(dm_log_loss_of(1, false, DM_LOG_LOSS_EPS), 36.04365338911715, 1e-15, "the same for the other label");
	tap_near(dm_log_loss_of(1e-12, false, DM_LOG_LOSS_EPS), 1.0000000000005e-12, 1e-15,
			 "small losses keep their digits");
	tap_near(dm_binary_entropy(0.5), 0.6931471805599453, 1e-15, "a constant model of 0.5 loses ln 2");
	tap_ok(dm_binary_entropy(0) == 0 && dm_binary_entropy(1) == 0, "of one class nothing");
	tap_ok(isnan(dm_binary_entropy(NAN)), "of no rows it is undefined");
}

/* Newcombe, Stat. Med. 17 (1998), table I, method 3 */
static void
wilson(void)
{
	static const double want[][4] = {
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
	double		lower;
	double		upper;
	size_t		i;

	for (i = 0; i < COUNT(want); i++)
	{
		dm_wilson(want[i][0], want[i][1], 1.959963984540054, &lower, &upper);
		tap_ok(fabs(lower - want[i][2]) < 5.1e-5 && fabs(upper - want[i][3]) < 5.1e-5, "Newcombe's Wilson intervals");
	}
	dm_wilson(5, 5, 1.96, &lower, &upper);
	tap_ok(upper == 1 && lower > 0.5, "all of five end at 1");
}

static void
bins(void)
{
	/* 0.3 is below numpy's edge 3 * 0.1 and belongs to the third of ten bins */
	static const DmScorePoint p[] = {{0, 0, 1, 2}, {.1, .1, 0, 1}, {.3, .3, 2, 1}, {.95, .95, 3, 0}};
	DmScores	s = make(p, COUNT(p));
	DmCalibrationBin bin[10];
	DmBrierParts parts;

	dm_calibration_bins(&s, DM_UNIFORM, bin, 10);
	tap_ok(bin[0].rows == 4 && bin[0].pos == 1 && bin[1].rows == 0 && bin[2].rows == 3 && bin[9].rows == 3,
		   "a score at an edge belongs below");
	tap_near(dm_expected_calibration_error(bin, 10), (0.9 + 1.1 + 0.15) / 10, 1e-14, "expected error");
	tap_near(dm_maximum_calibration_error(bin, 10), 1.1 / 3, 1e-14, "greatest error");
	dm_brier_parts(&s, bin, 10, &parts);
	tap_near(parts.reliability - parts.resolution + parts.uncertainty + parts.within_variance -
			 parts.within_covariance,
			 dm_brier(&s), 1e-14, "the parts are the Brier score");
	dm_calibration_bins(&s, DM_DISTINCT, bin, 4);
	dm_brier_parts(&s, bin, 4, &parts);
	tap_ok(parts.within_variance < 1e-30 && fabs(parts.within_covariance) < 1e-16,
		   "distinct scores lose nothing within");
	tap_near(parts.reliability - parts.resolution + parts.uncertainty, dm_brier(&s), 1e-14, "Murphy's three terms do");
	dm_calibration_bins(&s, DM_QUANTILE, bin, 2);
	tap_ok(bin[0].hi == 0.3 && bin[0].rows == 7 && bin[1].rows == 3, "halves by quantile: the median is 0.3");
	s = make(NULL, 0);
	tap_ok(isnan(dm_expected_calibration_error(bin, 0)) && isnan(dm_maximum_calibration_error(bin, 0)), "no rows");
}

int
main(void)
{
	documented();
	losses();
	wilson();
	bins();
	return tap_done();
}
