/*
 * forecast_autoregression.c - seasonal autoregression by ridge regression.
 *
 * A value is regressed on the three before it and on those one season ago with
 * their neighbours, which is what a multiplicative seasonal ARIMA implies, with
 * its coefficients left free.  Differenced by the longest season first, level
 * and shape may wander; as it is, it returns to its mean.
 */
#include "stats/forecast_internal.h"

#include <math.h>
#include <string.h>

#define LAGS 16
#define TERMS (LAGS + 1)
#define NEAR 3
#define NEIGHBOURS 2
#define RIDGE 1e-4

typedef struct Model
{
	size_t		lag[LAGS];
	int			lags;
	size_t		difference;		/* 0: none */
	double		moment[TERMS][TERMS];	/* of the lags and a constant, lower triangle */
	double		product[TERMS];
	double		coefficient[TERMS];
	size_t		rows;
	size_t		done;			/* rows before this one are counted */
	bool		solved;
} Model;

size_t
dm_autoregression_room(const DmForecastPlan *plan)
{
	return plan->n + 2 * plan->ahead;
}

static void
add_lag(Model *m, size_t lag)
{
	int			i;

	for (i = 0; i < m->lags; i++)
		if (m->lag[i] == lag)
			return;
	m->lag[m->lags++] = lag;
}

static void
choose_lags(Model *m, const DmForecastPlan *plan, bool differenced)
{
	size_t		i;
	int			k;

	memset(m, 0, sizeof(*m));
	for (i = 1; i <= NEAR; i++)
		add_lag(m, i);
	for (k = 0; k < DM_FORECAST_SEASONS; k++)
		if (plan->season[k] > 1)
			for (i = 0; i <= 2 * NEIGHBOURS; i++)
				if (plan->season[k] + i > NEIGHBOURS)
					add_lag(m, plan->season[k] + i - NEIGHBOURS);
	if (differenced)
		m->difference = plan->season[plan->season[1] > 1];
}

static size_t
longest_lag(const Model *m)
{
	size_t		longest = 0;
	int			i;

	for (i = 0; i < m->lags; i++)
		longest = m->lag[i] > longest ? m->lag[i] : longest;
	return longest;
}

/* Counts the rows up to t; those whose value was filled in teach nothing. */
static void
count_rows(Model *m, const DmForecastSeries *s, const double *z, size_t t)
{
	double		term[TERMS];
	size_t		d = m->difference;
	int			i,
				k;

	for (; m->done <= t; m->done++)
	{
		const double *now = z + m->done;

		if (isnan(s->y[m->done]) || (d > 0 && isnan(s->y[m->done - d])))
			continue;
		for (i = 0; i < m->lags; i++)
			term[i] = *(now - m->lag[i]);
		term[m->lags] = 1;
		for (i = 0; i <= m->lags; i++)
		{
			for (k = 0; k <= i; k++)
				m->moment[i][k] += term[i] * term[k];
			m->product[i] += term[i] * *now;
		}
		m->rows++;
	}
}

/* Cholesky; a term without variance has no coefficient. */
static void
solve(Model *m)
{
	double		l[TERMS][TERMS];
	double	   *b = m->coefficient;
	int			n = m->lags + 1;
	int			i,
				j,
				k;

	for (i = 0; i < n; i++)
		for (j = 0; j <= i; j++)
		{
			double		sum = m->moment[i][j] * (i == j ? 1 + RIDGE : 1);

			for (k = 0; k < j; k++)
				sum -= l[i][k] * l[j][k];
			if (i != j)
				l[i][j] = l[j][j] > 0 ? sum / l[j][j] : 0;
			else
				l[i][i] = sum > 0 ? sqrt(sum) : 0;
		}
	for (i = 0; i < n; i++)
	{
		double		sum = m->product[i];

		for (k = 0; k < i; k++)
			sum -= l[i][k] * b[k];
		b[i] = l[i][i] > 0 ? sum / l[i][i] : 0;
	}
	for (i = n - 1; i >= 0; i--)
	{
		for (k = i + 1; k < n; k++)
			b[i] -= l[k][i] * b[k];
		b[i] = l[i][i] > 0 ? b[i] / l[i][i] : 0;
	}
	m->solved = m->rows >= 2 * (size_t) n;
}

/* From z[0..t] on; what is forecast is kept in future, and read from there. */
static void
predict(const Model *m, const DmForecastSeries *s, const double *z, double mean, size_t t,
		double *future, double *out)
{
	size_t		ahead = s->plan->ahead;
	size_t		d = m->difference;
	size_t		h;
	int			i;

	for (h = 1; h <= ahead; h++)
	{
		double		sum = m->coefficient[m->lags];
		double		base;
		double		x;

		for (i = 0; i < m->lags; i++)
		{
			size_t		lag = m->lag[i];

			sum += m->coefficient[i] * (lag >= h ? z[t + h - lag] : future[h - lag - 1]);
		}
		base = d == 0 ? mean : d >= h ? s->x[t + h - d] : out[h - d - 1];
		x = dm_within(base + sum, s->lowest, s->highest);
		future[h - 1] = x - base;
		out[h - 1] = x;
	}
}

void
dm_autoregression(const DmForecastSeries *s, bool differenced, double *room, double *out)
{
	const DmForecastPlan *plan = s->plan;
	double	   *z = room;
	double	   *future = room + plan->n;
	double		mean = 0;
	Model		m;
	size_t		t,
				i,
				j;

	choose_lags(&m, plan, differenced);
	for (t = 0; t < plan->n; t++)
		mean += s->x[t] / (double) plan->n;
	for (t = 0; t < plan->n; t++)
		z[t] = m.difference == 0 ? s->x[t] - mean :
			t < m.difference ? 0 : s->x[t] - s->x[t - m.difference];
	m.done = m.difference + longest_lag(&m);
	for (j = 0; j <= plan->origins; j++)
	{
		t = dm_origin(plan, j);
		if (t + 1 > m.done)
		{
			count_rows(&m, s, z, t);
			solve(&m);
		}
		if (m.solved)
			predict(&m, s, z, mean, t, future, out + j * plan->ahead);
		else
			for (i = 0; i < plan->ahead; i++)
				out[j * plan->ahead + i] = NAN;
		if (s->pause != NULL)
			s->pause();
	}
}
