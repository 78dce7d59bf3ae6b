/*
 * calibration.c - whether probabilities come true.
 */
#include "stats/calibration.h"

#include <math.h>

#include "stats/neumaier.h"
#include "stats/special.h"

double
dm_log_loss_of(double p, bool label, double eps)
{
	p = p < eps ? eps : p > 1 - eps ? 1 - eps
									: p;
	return label ? -log(p) : -log1p(-p);
}

double
dm_log_loss(const DmScores *s, double eps)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];

		if (p->pos > 0)
			dm_neumaier_add(&sum, p->pos * dm_log_loss_of(p->score, true, eps));
		if (p->neg > 0)
			dm_neumaier_add(&sum, p->neg * dm_log_loss_of(p->score, false, eps));
	}
	return dm_neumaier_value(&sum) / (s->pos + s->neg);
}

double
dm_brier(const DmScores *s)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];

		dm_neumaier_add(&sum, p->pos * (1 - p->score) * (1 - p->score));
		dm_neumaier_add(&sum, p->neg * p->score * p->score);
	}
	return dm_neumaier_value(&sum) / (s->pos + s->neg);
}

double
dm_mean_score(const DmScores *s)
{
	DmNeumaier	sum = {0, 0};
	size_t		i;

	for (i = 0; i < s->n; i++)
		dm_neumaier_add(&sum, (s->point[i].pos + s->point[i].neg) * s->point[i].score);
	return dm_neumaier_value(&sum) / (s->pos + s->neg);
}

double
dm_binary_entropy(double share)
{
	if (!(share >= 0 && share <= 1))
		return NAN;
	return (share > 0 ? -share * log(share) : 0) - (share < 1 ? (1 - share) * log1p(-share) : 0);
}

/* Score of row number "row" in ascending order; a walk that never goes back. */
typedef struct Walk
{
	size_t		at;
	double		before;			/* rows before group "at" */
} Walk;

static double
score_of_row(const DmScores *s, Walk *w, double row)
{
	while (w->at + 1 < s->n)
	{
		double		here = s->point[w->at].pos + s->point[w->at].neg;

		if (row < w->before + here)
			break;
		w->before += here;
		w->at++;
	}
	return s->point[w->at].score;
}

/* numpy.percentile's linear rule, step by step, so that edges are the same bits. */
static double
percentile(const DmScores *s, Walk *w, double q)
{
	double		at = (s->pos + s->neg - 1) * q;
	double		row = floor(at);
	double		t = at - row;
	double		a = score_of_row(s, w, row);
	Walk		next = *w;
	double		b = score_of_row(s, &next, row + 1);

	return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

/* numpy.linspace(0, 1, n + 1)[i] */
static double
fraction(size_t i, size_t n)
{
	return i == n ? 1 : (double) i * (1.0 / (double) n);
}

static void
make_edges(const DmScores *s, DmCalibrationStrategy strategy, DmCalibrationBin *bin, size_t n)
{
	Walk		w = {0, 0};
	double		edge = 0;
	size_t		i;

	for (i = 0; i <= n; i++)
	{
		if (strategy == DM_UNIFORM)
			edge = fraction(i, n);
		else
			edge = percentile(s, &w, fraction(i, n) * 100 / 100);
		if (i > 0)
			bin[i - 1].hi = edge;
		if (i < n)
		{
			bin[i].lo = edge;
			bin[i].rows = 0;
			bin[i].pos = 0;
			bin[i].sum = 0;
		}
	}
}

static void
add_to_bin(DmCalibrationBin *bin, const DmScorePoint *p)
{
	bin->rows += p->pos + p->neg;
	bin->pos += p->pos;
	bin->sum += (p->pos + p->neg) * p->score;
}

void
dm_calibration_bins(const DmScores *s, DmCalibrationStrategy strategy, DmCalibrationBin *bin,
					size_t n)
{
	size_t		b = 0;
	size_t		i;

	if (strategy == DM_DISTINCT)
	{
		for (i = 0; i < s->n; i++)
		{
			bin[i] = (DmCalibrationBin) {s->point[i].score, s->point[i].score, 0, 0, 0};
			add_to_bin(&bin[i], &s->point[i]);
		}
		return;
	}
	if (s->n == 0)
		return;
	make_edges(s, strategy, bin, n);
	for (i = 0; i < s->n; i++)
	{
		while (b + 1 < n && s->point[i].score > bin[b].hi)
			b++;
		add_to_bin(&bin[b], &s->point[i]);
	}
}

static double
gap(const DmCalibrationBin *bin)
{
	return fabs(bin->sum - bin->pos) / bin->rows;
}

double
dm_expected_calibration_error(const DmCalibrationBin *bin, size_t n)
{
	double		rows = 0;
	double		sum = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		if (bin[i].rows > 0)
		{
			rows += bin[i].rows;
			sum += bin[i].rows * gap(&bin[i]);
		}
	return rows > 0 ? sum / rows : NAN;
}

double
dm_maximum_calibration_error(const DmCalibrationBin *bin, size_t n)
{
	double		most = NAN;
	size_t		i;

	for (i = 0; i < n; i++)
		if (bin[i].rows > 0 && !(gap(&bin[i]) <= most))
			most = gap(&bin[i]);
	return most;
}

/* The terms inside bins: one more pass over the groups, which lie in bin order. */
static void
within_bins(const DmScores *s, const DmCalibrationBin *bin, size_t n, DmBrierParts *out)
{
	DmNeumaier	variance = {0, 0};
	DmNeumaier	covariance = {0, 0};
	size_t		b = 0;
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];
		double		d;

		while (b + 1 < n && p->score > bin[b].hi)
			b++;
		d = p->score - bin[b].sum / bin[b].rows;
		dm_neumaier_add(&variance, (p->pos + p->neg) * d * d);
		dm_neumaier_add(&covariance, 2 * d *
						(p->pos - (p->pos + p->neg) * (bin[b].pos / bin[b].rows)));
	}
	out->within_variance = dm_neumaier_value(&variance) / (s->pos + s->neg);
	out->within_covariance = dm_neumaier_value(&covariance) / (s->pos + s->neg);
}

void
dm_brier_parts(const DmScores *s, const DmCalibrationBin *bin, size_t n, DmBrierParts *out)
{
	double		rows = s->pos + s->neg;
	double		share = s->pos / rows;
	DmNeumaier	reliability = {0, 0};
	DmNeumaier	resolution = {0, 0};
	size_t		i;

	out->brier = dm_brier(s);
	out->uncertainty = share * (1 - share);
	for (i = 0; i < n; i++)
		if (bin[i].rows > 0)
		{
			double		d = bin[i].pos / bin[i].rows - share;

			dm_neumaier_add(&reliability, bin[i].rows * gap(&bin[i]) * gap(&bin[i]));
			dm_neumaier_add(&resolution, bin[i].rows * d * d);
		}
	out->reliability = dm_neumaier_value(&reliability) / rows;
	out->resolution = dm_neumaier_value(&resolution) / rows;
	within_bins(s, bin, n, out);
}

/* (label - p)^2 - p (1 - p) = (label - p) (1 - 2 p), of variance (1 - 2 p)^2 p (1 - p) */
DmTest
dm_spiegelhalter_test(const DmScores *s)
{
	DmNeumaier	sum = {0, 0};
	DmNeumaier	variance = {0, 0};
	DmTest		t = {NAN, NAN, NAN, NAN};
	size_t		i;

	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];
		double		q = 1 - 2 * p->score;

		dm_neumaier_add(&sum, q * (p->pos * (1 - p->score) - p->neg * p->score));
		dm_neumaier_add(&variance, (p->pos + p->neg) * q * q * p->score * (1 - p->score));
	}
	if (!(s->pos + s->neg > 0))
		return t;
	t.effect_size = dm_neumaier_value(&sum) / (s->pos + s->neg);
	if (!(dm_neumaier_value(&variance) > 0))
		return t;
	t.statistic = dm_neumaier_value(&sum) / sqrt(dm_neumaier_value(&variance));
	t.p_value = 2 * dm_normal_sf(fabs(t.statistic));
	return t;
}

DmTest
dm_hosmer_lemeshow_test(const DmCalibrationBin *bin, size_t n, bool fitted)
{
	DmTest		t = {NAN, NAN, NAN, NAN};
	double		sum = 0;
	double		bins = 0;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		double		d = bin[i].pos - bin[i].sum;

		if (!(bin[i].rows > 0))
			continue;
		bins++;
		/* a bin of sure scores that came true adds nothing, else everything */
		if (d != 0)
			sum += d * d / (bin[i].sum * (1 - bin[i].sum / bin[i].rows));
	}
	t.effect_size = dm_expected_calibration_error(bin, n);
	t.df = bins - (fitted ? 2 : 0);
	if (!(t.df > 0))
	{
		t.df = NAN;
		return t;
	}
	t.statistic = sum;
	t.p_value = isinf(sum) ? 0 : dm_chi_square_sf(sum, t.df);
	return t;
}

void
dm_wilson(double hits, double n, double z, double *lower, double *upper)
{
	double		z2 = z * z;
	double		middle = (hits + z2 / 2) / (n + z2);
	double		half = z / (n + z2) * sqrt(hits * (1 - hits / n) + z2 / 4);

	*lower = hits > 0 ? fmax(middle - half, 0) : 0;
	*upper = hits < n ? fmin(middle + half, 1) : 1;
}
