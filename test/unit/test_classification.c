/*
 * test_classification.c - scores against scikit-learn's own examples, standard
 * errors against numeric derivatives and against simulated samples.
 */
#include <stdbool.h>
#include <stdint.h>

#include "near.h"
#include "stats/classification.h"

static double
score(DmScore kernel, DmConfusion c)
{
	double		result = NAN;

	return kernel(&c, &result) ? result : NAN;
}

static double
fbeta(DmConfusion c, double beta)
{
	double		result = NAN;

	return dm_fbeta(&c, beta, &result) ? result : NAN;
}

static double
fbeta_stderr(DmConfusion c, double beta)
{
	double		result = NAN;

	return dm_fbeta_stderr(&c, beta, &result) ? result : NAN;
}

/* Delta method of the whole multinomial, derivatives by central differences. */
static double
numeric_stderr(DmConfusion c, double beta)
{
	double		n[4] = {c.tp, c.fp, c.fn, c.tn};
	double		total = c.tp + c.fp + c.fn + c.tn;
	double		squares = 0;
	double		sum = 0;
	int			i;

	for (i = 0; i < 4; i++)
	{
		double		h = 1e-4 * (n[i] > 1 ? n[i] : 1);
		double		up[4] = {n[0], n[1], n[2], n[3]};
		double		down[4] = {n[0], n[1], n[2], n[3]};
		double		g;

		up[i] += h;
		down[i] -= h;
		g = (fbeta((DmConfusion) {up[0], up[1], up[2], up[3]}, beta) -
			 fbeta((DmConfusion) {down[0], down[1], down[2], down[3]}, beta)) / (2 * h);
		squares += g * g * n[i];
		sum += g * n[i];
	}
	return sqrt(squares - sum * sum / total);
}

static double
next_random(void)
{
	static uint64_t state = 42;

	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return ldexp((double) (state >> 11), -53);
}

/* Standard deviation of F over simulated samples of the same size. */
static double
simulated_stderr(DmConfusion c, double beta)
{
	double		total = c.tp + c.fp + c.fn + c.tn;
	double		mean = 0;
	double		m2 = 0;
	int			trial;

	for (trial = 1; trial <= 4000; trial++)
	{
		DmConfusion s = {0, 0, 0, 0};
		double		f;
		double		delta;
		int			i;

		for (i = 0; i < (int) total; i++)
		{
			double		u = next_random() * total;

			if (u < c.tp)
				s.tp++;
			else if (u < c.tp + c.fp)
				s.fp++;
			else if (u < c.tp + c.fp + c.fn)
				s.fn++;
			else
				s.tn++;
		}
		f = fbeta(s, beta);
		delta = f - mean;
		mean += delta / trial;
		m2 += delta * (f - mean);
	}
	return sqrt(m2 / (4000 - 1));
}

static void
test_scores(void)
{
	/* y_true 0 1 2 0 1 2, y_pred 0 2 1 0 0 1: class 0, then class 1 */
	DmConfusion class0 = {2, 1, 0, 3};
	DmConfusion class1 = {0, 2, 2, 2};
	/* y_true 0 1 0 0 1 0 with y_pred 0 1 0 0 1 1 */
	DmConfusion binary = {2, 1, 0, 3};
	DmConfusion skewed = {3, 1, 2, 10};

	tap_near(fbeta(class0, 0.5), 5.0 / 7, 1e-15, "fbeta_score, beta 0.5, class 0 of the example");
	tap_near(fbeta(class1, 0.5), 0, 0, "fbeta_score, beta 0.5, class 1 of the example");
	tap_near(fbeta(class0, 0.5) / 3, 0.23809523809523808, 1e-15, "its macro average");
	tap_near(score(dm_precision, binary), 2.0 / 3, 1e-15, "precision");
	tap_near(score(dm_recall, binary), 1, 0, "recall");
	tap_near(fbeta(binary, 1), 0.8, 1e-15, "F1");
	tap_near(score(dm_accuracy, binary), 5.0 / 6, 1e-15, "accuracy");
	tap_near(score(dm_specificity, binary), 0.75, 1e-15, "specificity");
	tap_near(fbeta(skewed, 0), 0.75, 0, "beta 0 is precision");
	tap_near(fbeta(skewed, INFINITY), 0.6, 1e-15, "beta infinity is recall");
	tap_near(fbeta(skewed, 1e200), 0.6, 1e-15, "a huge beta does not overflow");
	tap_near(fbeta(skewed, 2), 5 * 3.0 / (5 * 3 + 4 * 2 + 1), 1e-15, "F2");
}

static void
test_undefined(void)
{
	DmConfusion empty = {0, 0, 0, 0};
	DmConfusion negatives = {0, 0, 0, 5};
	DmConfusion missed = {0, 0, 5, 0};

	tap_near(score(dm_accuracy, empty), NAN, 0, "accuracy of nothing");
	tap_near(score(dm_accuracy_stderr, empty), NAN, 0, "its standard error");
	tap_near(score(dm_precision, missed), NAN, 0, "precision without positive predictions");
	tap_near(score(dm_recall, negatives), NAN, 0, "recall without positives");
	tap_near(score(dm_specificity, missed), NAN, 0, "specificity without negatives");
	tap_near(fbeta(negatives, 1), NAN, 0, "F1 without positives of either kind");
	tap_near(fbeta_stderr(negatives, 1), NAN, 0, "its standard error");
	tap_near(fbeta(missed, 1), 0, 0, "F1 is 0 when all positives are missed");
	tap_near(fbeta(missed, 0), NAN, 0, "beta 0 is undefined where precision is");
}

static void
test_stderrs(void)
{
	static const double betas[] = {0, 0.5, 1, 2, 10};
	DmConfusion c = {120, 30, 45, 305};
	DmConfusion huge = {3e18, 1e18, 2e18, 3e18};
	int			i;

	tap_near(score(dm_precision_stderr, c), sqrt(0.8 * 0.2 / 150), 1e-15, "precision_stderr");
	tap_near(score(dm_recall_stderr, c), sqrt(120.0 / 165 * 45 / 165 / 165), 1e-14, "recall_stderr");
	tap_near(score(dm_specificity_stderr, c), sqrt(305.0 / 335 * 30 / 335 / 335), 1e-14,
			 "specificity_stderr");
	tap_near(score(dm_accuracy_stderr, c), sqrt(0.85 * 0.15 / 500), 1e-14, "accuracy_stderr");
	tap_near(fbeta_stderr(c, 0), score(dm_precision_stderr, c), 1e-14, "fbeta_stderr at beta 0");
	tap_near(fbeta_stderr(c, INFINITY), score(dm_recall_stderr, c), 1e-14,
			 "fbeta_stderr at beta infinity");
	for (i = 0; i < 5; i++)
		tap_near(fbeta_stderr(c, betas[i]), numeric_stderr(c, betas[i]), 1e-6,
				 "fbeta_stderr equals its numeric delta method");
	tap_near(fbeta_stderr(c, 1), simulated_stderr(c, 1), 0.04, "f1_stderr equals the spread of samples");
	tap_near(fbeta_stderr(c, 2), simulated_stderr(c, 2), 0.04, "F2 too");
	tap_ok(isfinite(fbeta_stderr(huge, 1)) && fbeta_stderr(huge, 1) > 0, "counts near the end of bigint");
}

int
main(void)
{
	test_scores();
	test_undefined();
	test_stderrs();
	return tap_done();
}
