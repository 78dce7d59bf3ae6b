/*
 * calibration.h - whether probabilities come true.
 *
 * Pure C.  Scores are probabilities here: the caller has seen that all are
 * within [0, 1].  Undefined results are NaN.
 */
#ifndef DATAMON_STATS_CALIBRATION_H
#define DATAMON_STATS_CALIBRATION_H

#include "stats/roc.h"

/* sklearn clips log loss by the epsilon of float64 since 1.3; 1e-15 before. */
#define DM_LOG_LOSS_EPS 2.220446049250313e-16

/*
 * -ln of the probability that the label had; p is clipped to [eps, 1 - eps].
 * 1 - p is not rounded first, so a tiny p of a negative row keeps its digits.
 */
extern double dm_log_loss_of(double p, bool label, double eps);

/* Means over the rows. */
extern double dm_log_loss(const DmScores *s, double eps);
extern double dm_brier(const DmScores *s);
extern double dm_mean_score(const DmScores *s);

/* Of a model that always says the share of positives. */
extern double dm_binary_entropy(double share);

#define DM_CALIBRATION_MAX_BINS 10000

typedef enum DmCalibrationStrategy
{
	DM_UNIFORM,					/* equal widths of [0, 1] */
	DM_QUANTILE,				/* equal numbers of rows: numpy.percentile, linear */
	DM_DISTINCT					/* every score is a bin of its own */
} DmCalibrationStrategy;

typedef struct DmCalibrationBin
{
	double		lo;				/* exclusive, but for the first bin */
	double		hi;				/* inclusive */
	double		rows;
	double		pos;
	double		sum;			/* of scores */
} DmCalibrationBin;

/*
 * Bins as sklearn.calibration.calibration_curve makes them, empty ones too:
 * bin i takes the scores in (edge i, edge i + 1].  DM_DISTINCT makes one bin a
 * group of s, else there are n.
 */
extern void dm_calibration_bins(const DmScores *s, DmCalibrationStrategy strategy,
								DmCalibrationBin *bin, size_t n);

/*
 * sum n_b / n |mean score - share of positives|, and the greatest of these
 * gaps (Naeini, Cooper and Hauskrecht, AAAI 2015).
 */
extern double dm_expected_calibration_error(const DmCalibrationBin *bin, size_t n);
extern double dm_maximum_calibration_error(const DmCalibrationBin *bin, size_t n);

/*
 * brier = reliability - resolution + uncertainty + within_variance
 * - within_covariance: Murphy, J. Appl. Meteorol. 12 (1973), with what is lost
 * inside bins, Stephenson, Coelho and Jolliffe, Weather Forecast. 23 (2008).
 */
typedef struct DmBrierParts
{
	double		brier;
	double		reliability;
	double		resolution;
	double		uncertainty;
	double		within_variance;
	double		within_covariance;
} DmBrierParts;

extern void dm_brier_parts(const DmScores *s, const DmCalibrationBin *bin, size_t n,
						   DmBrierParts *out);

/*
 * Are the probabilities calibrated?  Spiegelhalter, Stat. Med. 5 (1986): the
 * Brier score less what it is expected to be (the effect size), over its error.
 */
extern DmTest dm_spiegelhalter_test(const DmScores *s);

/*
 * Hosmer and Lemeshow, Commun. Stat. A 9 (1980): chi-square of the positives of
 * bins.  df is the number of bins, or two less for the rows that the model
 * was fitted to.  The effect size is the expected calibration error.
 */
extern DmTest dm_hosmer_lemeshow_test(const DmCalibrationBin *bin, size_t n, bool fitted);

/* Score interval of a proportion (Wilson 1927); z is the normal quantile. */
extern void dm_wilson(double hits, double n, double z, double *lower, double *upper);

#endif							/* DATAMON_STATS_CALIBRATION_H */
