/*
 * agreement_icc.c - agreement of numbers: intraclass correlations and Kendall's W.
 *
 * Shrout and Fleiss, "Intraclass correlations: uses in assessing rater
 * reliability", Psychological Bulletin 86 (1979): their six forms, F tests and
 * intervals.  McGraw and Wong, Psychological Methods 1 (1996), name them
 * ICC(1), ICC(A,1), ICC(C,1), and with k for the mean of k annotators.
 * Kendall and Babington Smith, Annals of Mathematical Statistics 10 (1939);
 * the correction for ties is Kendall's (Rank Correlation Methods, 1948, chapter 6).
 *
 * Both take the items that every annotator rated; what one annotator said of an
 * item more than once is averaged.  Where annotators are not named there is
 * ICC(1) only, of the items with two ratings or more; where their numbers
 * differ, k is Donner's (n0 of the analysis of variance) and there is no interval.
 */
#include "stats/agreement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/distributions.h"
#include "stats/special.h"

typedef struct Table
{
	double	   *x;				/* items times annotators, by rows */
	size_t		n;
	size_t		k;
	double		unused;			/* items */
} Table;

/* The analysis of variance of a table, or of groups. */
typedef struct Anova
{
	double		n;
	double		k;				/* ratings an item; Donner's n0 where they differ */
	double		rows;			/* mean squares: between items */
	double		within;
	double		columns;		/* between annotators */
	double		error;
	double		df_rows;
	double		df_within;
	double		df_columns;
	double		df_error;
	bool		equal;			/* as many ratings of every item */
} Anova;

static double
largest_number(const DmRatings *r)
{
	double		largest = 0;
	size_t		i;

	for (i = 0; i < r->n; i++)
		largest = fmax(largest, fabs(r->number[r->rating[i].category]));
	return largest > 0 ? largest : 1;
}

/* The items that all annotators rated; numbers over the largest, so that no square overflows. */
static Table
complete_items(const DmRatings *r, double *room)
{
	Table		t;
	double	   *weight = room;
	double		largest = largest_number(r);
	size_t		i = 0;
	size_t		g;

	t.k = r->n_annotators;
	t.x = room + t.k;
	t.n = 0;
	t.unused = 0;
	while (i < r->n)
	{
		uint32_t	item = r->rating[i].item;
		double	   *row = t.x + t.n * t.k;
		size_t		rated = 0;

		for (g = 0; g < t.k; g++)
			row[g] = weight[g] = 0;
		for (; i < r->n && r->rating[i].item == item; i++)
		{
			const DmRating *x = &r->rating[i];

			rated += weight[x->annotator] == 0;
			weight[x->annotator] += x->count;
			row[x->annotator] += x->count / weight[x->annotator] *
				(r->number[x->category] / largest - row[x->annotator]);
		}
		if (rated == t.k)
			t.n++;
		else
			t.unused++;
	}
	return t;
}

/* Numbers about their mean, so that sums of squares do not cancel. */
static void
centre(double *x, size_t n)
{
	double		mean = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		mean += x[i] / (double) n;
	for (i = 0; i < n; i++)
		x[i] -= mean;
}

static Anova
analyse(Table *t, double *column)
{
	double		n = (double) t->n;
	double		k = (double) t->k;
	double		grand = 0;
	Anova		a = {0};
	size_t		i;
	size_t		g;

	centre(t->x, t->n * t->k);
	for (g = 0; g < t->k; g++)
	{
		column[g] = 0;
		for (i = 0; i < t->n; i++)
			column[g] += t->x[i * t->k + g] / n;
		grand += column[g] / k;
	}
	for (g = 0; g < t->k; g++)
		a.columns += n * (column[g] - grand) * (column[g] - grand);
	for (i = 0; i < t->n; i++)
	{
		const double *x = t->x + i * t->k;
		double		mean = 0;

		for (g = 0; g < t->k; g++)
			mean += x[g] / k;
		a.rows += k * (mean - grand) * (mean - grand);
		for (g = 0; g < t->k; g++)
		{
			double		rest = x[g] - mean - column[g] + grand;

			a.error += rest * rest;
		}
	}
	a.n = n;
	a.k = k;
	a.equal = true;
	a.df_rows = n - 1;
	a.df_columns = k - 1;
	a.df_error = (n - 1) * (k - 1);
	a.df_within = n * (k - 1);
	a.within = (a.columns + a.error) / a.df_within;
	a.rows /= a.df_rows;
	a.columns /= a.df_columns;
	a.error /= a.df_error;
	return a;
}

/* Of unnamed ratings: their numbers, over the largest, stay in x; n counts items. */
static Anova
analyse_groups(const DmRatings *r, double *x, DmAgreement *result)
{
	double		largest = largest_number(r);
	double		mean = 0;
	double		total = 0;
	double		squares = 0;
	Anova		a = {0};
	size_t		from;
	size_t		to;
	size_t		i;

	a.equal = true;
	for (from = 0; from < r->n; from = to)
	{
		double		n = 0;

		for (to = from; to < r->n && r->rating[to].item == r->rating[from].item; to++)
			n += r->rating[to].count;
		if (n < 2)
			result->unused_items++;
		for (i = from; i < to; i++)
			x[i] = n < 2 ? NAN : r->number[r->rating[i].category] / largest;
		if (n < 2)
			continue;
		a.equal = a.equal && (a.n == 0 || squares == a.n * n * n);
		a.n++;
		total += n;
		squares += n * n;
	}
	for (i = 0; i < r->n; i++)
		if (!isnan(x[i]))
			mean += r->rating[i].count / total * x[i];
	for (from = 0; from < r->n; from = to)
	{
		double		n = 0;
		double		own = 0;

		for (to = from; to < r->n && r->rating[to].item == r->rating[from].item; to++)
		{
			n += r->rating[to].count;
			own += r->rating[to].count * (x[to] - mean);
		}
		if (n < 2)
			continue;
		own /= n;
		a.rows += n * own * own;
		for (i = from; i < to; i++)
			a.within += r->rating[i].count * (x[i] - mean - own) * (x[i] - mean - own);
	}
	result->n_items = a.n;
	result->n_ratings = total;
	a.df_rows = a.n - 1;
	a.df_within = total - a.n;
	a.k = (total - squares / total) / a.df_rows;
	a.rows /= a.df_rows;
	a.within /= a.df_within;
	return a;
}

/* Limits of the ratio of F, for the forms whose interval is that of F alone. */
static void
interval_of_f(DmAgreement *result, const Anova *a, double error, double df_error, bool mean,
			  double confidence)
{
	double		f = a->rows / error;
	double		tail = 0.5 + confidence / 2;
	double		low = f / dm_f_ppf(tail, a->df_rows, df_error);
	double		high = f * dm_f_ppf(tail, df_error, a->df_rows);

	result->ci_low = mean ? 1 - 1 / low : (low - 1) / (low + a->k - 1);
	result->ci_high = mean ? 1 - 1 / high : (high - 1) / (high + a->k - 1);
}

/*
 * ICC(2): Satterthwaite's degrees of freedom, as in the paper; with next to none
 * there is no interval.
 */
static void
interval_icc2(DmAgreement *result, const Anova *a, double single, bool mean, double confidence)
{
	double		n = a->n;
	double		k = a->k;
	double		tail = 0.5 + confidence / 2;
	double		fj = a->columns / a->error;
	double		b = n * (1 + (k - 1) * single) - k * single;
	double		v = (k - 1) * (n - 1) * (k * single * fj + b) * (k * single * fj + b) /
		((n - 1) * k * k * single * single * fj * fj + b * b);
	double		f_low = v > 0.01 ? dm_f_ppf(tail, n - 1, v) : NAN;
	double		f_high = v > 0.01 ? dm_f_ppf(tail, v, n - 1) : NAN;
	double		c = k * a->columns + (k * n - k - n) * a->error;
	double		low = n * (a->rows - f_low * a->error) / (f_low * c + n * a->rows);
	double		high = n * (f_high * a->rows - a->error) / (c + n * f_high * a->rows);

	result->ci_low = mean ? low * k / (1 + low * (k - 1)) : low;
	result->ci_high = mean ? high * k / (1 + high * (k - 1)) : high;
}

static void
icc_result(DmAgreement *result, const Anova *a, DmAgreementMethod method, double confidence)
{
	bool		mean = method == DM_ICC1K || method == DM_ICC2K || method == DM_ICC3K;
	bool		one_way = method == DM_ICC1 || method == DM_ICC1K;
	bool		two_way_random = method == DM_ICC2 || method == DM_ICC2K;
	double		error = one_way ? a->within : a->error;
	double		judges = two_way_random ? (a->columns - a->error) / a->n : 0;
	double		single = (a->rows - error) / (a->rows + (a->k - 1) * error + a->k * judges);
	double		below = mean ? a->rows + judges : a->rows + (a->k - 1) * error + a->k * judges;

	if (!(a->rows > 0 || error > 0 || (two_way_random && a->columns > 0)))
		result->reason = "all values are the same";
	else if (!(fabs(below) > 0))
		result->reason = "the items do not differ";
	if (result->reason)
		return;
	result->value = (a->rows - error) / below;
	result->df1 = a->df_rows;
	result->df2 = one_way ? a->df_within : a->df_error;
	if (!(error > 0) || confidence == 0)
		return;
	result->statistic = a->rows / error;
	result->p_value = dm_f_sf(result->statistic, result->df1, result->df2);
	result->test = "F";
	if (!a->equal)
		return;
	if (two_way_random)
		interval_icc2(result, a, single, mean, confidence);
	else
		interval_of_f(result, a, error, result->df2, mean, confidence);
}

DmAgreement
dm_agreement_icc(const DmRatings *r, DmAgreementMethod method, const DmAgreementOptions *o,
				 double *room)
{
	DmAgreement result;
	Anova		a;
	Table		t;

	dm_agreement_clear(&result);
	result.n_annotators = (double) r->n_annotators;
	if (r->number == NULL)
		result.reason = "not all values are numbers";
	else if (r->n_annotators == 0 && method != DM_ICC1 && method != DM_ICC1K)
		result.reason = "the annotators are not named";
	else if (r->n_annotators == 1)
		result.reason = "there is one annotator only";
	if (result.reason)
		return result;
	if (r->n_annotators == 0)
		a = analyse_groups(r, room, &result);
	else
	{
		t = complete_items(r, room);
		result.n_items = (double) t.n;
		result.unused_items = t.unused;
		result.n_ratings = (double) (t.n * t.k);
		a = analyse(&t, room);
	}
	if (a.n < 2)
		result.reason = r->n_annotators == 0 ? "fewer than two items have two ratings" :
			"fewer than two items were rated by all annotators";
	else
		icc_result(&result, &a, method, o->confidence);
	return result;
}

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* Add an annotator's ranks less their mean to the sums; returns the ties' sum of t^3 - t. */
static double
add_ranks(const Table *t, size_t g, double *sorted, double *sum)
{
	double		ties = 0;
	size_t		i;
	size_t		j;

	/* a pair: the value and the number of its item */
	for (i = 0; i < t->n; i++)
	{
		sorted[2 * i] = t->x[i * t->k + g];
		sorted[2 * i + 1] = (double) i;
	}
	qsort(sorted, t->n, 2 * sizeof(double), compare);
	for (i = 0; i < t->n; i = j)
	{
		double		tied;
		size_t		m;

		for (j = i; j < t->n && sorted[2 * j] == sorted[2 * i]; j++)
			;
		tied = (double) (j - i);
		ties += tied * tied * tied - tied;
		for (m = i; m < j; m++)
			sum[(size_t) sorted[2 * m + 1]] += (double) i + (tied + 1) / 2 - ((double) t->n + 1) / 2;
	}
	return ties;
}

DmAgreement
dm_agreement_kendall(const DmRatings *r, double *room)
{
	DmAgreement result;
	double	   *sum;
	double		n;
	double		m;
	double		ties = 0;
	double		squares = 0;
	double		most;
	Table		t;
	size_t		i;

	dm_agreement_clear(&result);
	result.n_annotators = (double) r->n_annotators;
	if (r->number == NULL)
		result.reason = "not all values are numbers";
	else if (r->n_annotators < 2)
		result.reason = r->n_annotators == 0 ? "the annotators are not named" : "there is one annotator only";
	if (result.reason)
		return result;
	t = complete_items(r, room);
	n = (double) t.n;
	m = (double) t.k;
	result.n_items = n;
	result.unused_items = t.unused;
	result.n_ratings = n * m;
	sum = t.x + t.n * t.k;
	for (i = 0; i < t.n; i++)
		sum[i] = 0;
	for (i = 0; i < t.k; i++)
		ties += add_ranks(&t, i, sum + t.n, sum);
	for (i = 0; i < t.n; i++)
		squares += sum[i] * sum[i];
	most = m * (m * (n * n * n - n) - ties);
	if (t.n < 2)
		result.reason = "fewer than two items were rated by all annotators";
	else if (!(most > 0))
		result.reason = "no annotator tells the items apart";
	if (result.reason)
		return result;
	result.value = 12 * squares / most;
	result.statistic = m * (n - 1) * result.value;
	result.df1 = n - 1;
	result.p_value = dm_chi_square_sf(result.statistic, result.df1);
	result.test = "chi-square";
	return result;
}
