/*
 * roc.c - how well a score tells positive rows from negative ones.
 */
#include "stats/roc.h"

#include <math.h>

#include "stats/neumaier.h"
#include "stats/special.h"

double
dm_roc_auc(const DmScores *s)
{
	DmNeumaier	area = {0, 0};
	double		below = 0;
	size_t		i;

	if (!(s->pos > 0 && s->neg > 0))
		return NAN;
	/* twice the number of pairs in order: whole numbers while rows are counted */
	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];

		dm_neumaier_add(&area, p->pos * (2 * below + p->neg));
		below += p->neg;
	}
	return dm_neumaier_value(&area) / 2 / s->pos / s->neg;
}

double
dm_roc_auc_slack(const DmScores *s)
{
	double		ties = 0;
	size_t		i;

	if (!(s->pos > 0 && s->neg > 0))
		return NAN;
	if (s->exact)
		return 0;
	for (i = 0; i < s->n; i++)
		ties += s->point[i].pos * s->point[i].neg;
	return ties / 2 / s->pos / s->neg;
}

/*
 * Placements: of a positive row the share of negatives below it, of a negative
 * row the share of positives above it, ties by half.  Both have the area for
 * their mean.
 */
double
dm_delong_variance(const DmScores *s, double auc)
{
	DmNeumaier	v10 = {0, 0};
	DmNeumaier	v01 = {0, 0};
	double		pos = 0;
	double		neg = 0;
	size_t		i;

	if (!(s->pos >= 2 && s->neg >= 2))
		return NAN;
	for (i = 0; i < s->n; i++)
	{
		const DmScorePoint *p = &s->point[i];
		double		of_pos = (neg + p->neg / 2) / s->neg - auc;
		double		of_neg = (s->pos - pos - p->pos / 2) / s->pos - auc;

		dm_neumaier_add(&v10, p->pos * of_pos * of_pos);
		dm_neumaier_add(&v01, p->neg * of_neg * of_neg);
		pos += p->pos;
		neg += p->neg;
	}
	return dm_neumaier_value(&v10) / (s->pos - 1) / s->pos +
		dm_neumaier_value(&v01) / (s->neg - 1) / s->neg;
}

DmTest
dm_roc_auc_test(const DmScores *reference, const DmScores *current)
{
	double		before = dm_roc_auc(reference);
	double		after = dm_roc_auc(current);
	double		v0 = dm_delong_variance(reference, before);
	double		v1 = dm_delong_variance(current, after);
	DmTest		t = {NAN, NAN, NAN, NAN};

	t.effect_size = after - before;
	if (!(v0 + v1 > 0))
		return t;
	t.statistic = t.effect_size / sqrt(v0 + v1);
	t.df = (v0 + v1) * (v0 + v1) /
		(v0 * v0 / (reference->pos + reference->neg - 1) + v1 * v1 / (current->pos + current->neg - 1));
	/* both tails of t */
	t.p_value = dm_beta_p(t.df / 2, 0.5, t.df / (t.df + t.statistic * t.statistic));
	return t;
}

double
dm_average_precision(const DmScores *s)
{
	DmNeumaier	sum = {0, 0};
	double		tp = 0;
	double		fp = 0;
	size_t		i;

	if (!(s->pos > 0))
		return NAN;
	for (i = s->n; i-- > 0;)
	{
		const DmScorePoint *p = &s->point[i];

		tp += p->pos;
		fp += p->neg;
		dm_neumaier_add(&sum, p->pos * (tp / (tp + fp)));
	}
	return dm_neumaier_value(&sum) / s->pos;
}

double
dm_pr_auc_trapezoid(const DmScores *s)
{
	DmNeumaier	sum = {0, 0};
	double		precision = 1;	/* the curve ends at recall 0, precision 1 */
	double		tp = 0;
	double		fp = 0;
	size_t		i;

	if (!(s->pos > 0))
		return NAN;
	for (i = s->n; i-- > 0;)
	{
		const DmScorePoint *p = &s->point[i];
		double		before = precision;

		tp += p->pos;
		fp += p->neg;
		precision = tp / (tp + fp);
		dm_neumaier_add(&sum, p->pos * (precision + before) / 2);
	}
	return dm_neumaier_value(&sum) / s->pos;
}

double
dm_score_ks(const DmScores *s)
{
	double		most = 0;
	double		pos = 0;
	double		neg = 0;
	size_t		i;

	if (!(s->pos > 0 && s->neg > 0))
		return NAN;
	for (i = 0; i < s->n; i++)
	{
		double		d;

		pos += s->point[i].pos;
		neg += s->point[i].neg;
		d = fabs(pos / s->pos - neg / s->neg);
		if (d > most)
			most = d;
	}
	return most;
}

double
dm_gain(const DmScores *s, double fraction)
{
	double		left = fraction * (s->pos + s->neg);
	double		tp = 0;
	size_t		i;

	if (!(s->pos > 0))
		return NAN;
	for (i = s->n; i-- > 0 && left > 0;)
	{
		double		rows = s->point[i].pos + s->point[i].neg;

		if (rows > left)
		{
			tp += s->point[i].pos * (left / rows);
			break;
		}
		tp += s->point[i].pos;
		left -= rows;
	}
	return tp < s->pos ? tp / s->pos : 1;
}

void
dm_confusion_at(const DmScores *s, double threshold, DmConfusion *out)
{
	size_t		i;

	out->tp = 0;
	out->fp = 0;
	for (i = s->n; i-- > 0 && s->point[i].score >= threshold;)
	{
		out->tp += s->point[i].pos;
		out->fp += s->point[i].neg;
	}
	out->fn = s->pos - out->tp;
	out->tn = s->neg - out->fp;
}

/* Matthews (1975); 0/0 where a row or a column of the table is empty. */
static double
matthews(const DmConfusion *c)
{
	double		d = (c->tp + c->fp) * (c->tp + c->fn) * (c->tn + c->fp) * (c->tn + c->fn);

	return d > 0 ? (c->tp * c->tn - c->fp * c->fn) / sqrt(d) : NAN;
}

/* The larger, the better; NaN where undefined. */
static double
goodness(const DmThresholdSpec *spec, const DmConfusion *c)
{
	double		a = NAN;
	double		pos = c->tp + c->fn,	/* whole numbers as long as can be, so that equal rates tie */
				neg = c->fp + c->tn;

	switch (spec->metric)
	{
		case DM_BEST_F1:
			(void) dm_fbeta(c, 1, &a);
			return a;
		case DM_BEST_FBETA:
			(void) dm_fbeta(c, spec->beta, &a);
			return a;
		case DM_BEST_ACCURACY:
			(void) dm_accuracy(c, &a);
			return a;
		case DM_BEST_YOUDEN:
			return (c->tp * neg - c->fp * pos) / (pos * neg);
		case DM_BEST_BALANCED_ACCURACY:
			return (c->tp * neg + c->tn * pos) / (pos * neg) / 2;
		case DM_BEST_MCC:
			return matthews(c);
		case DM_BEST_COST:
			return -(spec->cost_fp * c->fp + spec->cost_fn * c->fn) / (c->tp + c->fp + c->fn + c->tn);
	}
	return NAN;
}

void
dm_best_threshold(const DmScores *s, const DmThresholdSpec *spec, DmThreshold *out)
{
	DmConfusion c = {0, 0, s->pos, s->neg};
	size_t		i;

	out->threshold = INFINITY;
	out->at = c;
	out->value = goodness(spec, &c);
	for (i = s->n; i-- > 0;)
	{
		double		value;

		c.tp += s->point[i].pos;
		c.fp += s->point[i].neg;
		/* the last one is all there is: no rounding of weights is left over */
		c.fn = i > 0 ? s->pos - c.tp : 0;
		c.tn = i > 0 ? s->neg - c.fp : 0;
		value = goodness(spec, &c);
		if (value > out->value || (isnan(out->value) && !isnan(value)))
		{
			out->threshold = s->point[i].least;
			out->value = value;
			out->at = c;
		}
	}
	if (isnan(out->value))
		out->threshold = NAN;
	else if (spec->metric == DM_BEST_COST)
		out->value = 0 - out->value;
}
