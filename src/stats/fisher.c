/*
 * fisher.c - Fisher's exact test of 2 x 2 and larger tables.
 *
 * Larger tables are walked column by column.  What is left of the row sums
 * after some columns is a node; the most and the least that the columns to
 * come can contribute to the probability are found once per node, as in the
 * network algorithm of Mehta and Patel (J. Am. Stat. Assoc. 78, 1983).  A path
 * all of whose ends are improbable enough adds their total in closed form, one
 * with none of them nothing; only the others are followed on.
 */
#include <math.h>
#include <string.h>

#include "stats/bisect.h"
#include "stats/fisher.h"
#include "stats/special.h"

#define TIE 1e-7				/* R's: equal up to this relative difference */
#define PAUSE_STEPS UINT64_C(65536)

bool
dm_alternative_parse(const char *text, DmAlternative *out)
{
	if (strcmp(text, "two-sided") == 0)
		*out = DM_TWO_SIDED;
	else if (strcmp(text, "less") == 0)
		*out = DM_LESS;
	else if (strcmp(text, "greater") == 0)
		*out = DM_GREATER;
	else
		return false;
	return true;
}

static bool
has_empty_margin(const double *cell)
{
	return cell[0] + cell[1] == 0 || cell[2] + cell[3] == 0 ||
		cell[0] + cell[2] == 0 || cell[1] + cell[3] == 0;
}

double
dm_odds_ratio(const double *cell)
{
	if (has_empty_margin(cell))
		return NAN;
	return cell[0] * cell[3] / (cell[1] * cell[2]);
}

/* Hypergeometric: of so many drawn, how many are marked? */
typedef struct Urn
{
	double		population;
	double		marked;
	double		drawn;
	double		low;			/* least and greatest */
	double		high;
	double		mode;
} Urn;

static double
pmf(const Urn *u, double k)
{
	return dm_hypergeometric_pmf(k, u->population, u->marked, u->drawn);
}

/* P(X <= k), for k below the mode: the terms fall. */
static double
falling_sum(const Urn *u, double k)
{
	double		term = k < u->low ? 0 : pmf(u, k);
	double		sum = term;

	for (; k > u->low && term > sum * 1e-18; k--)
	{
		term *= k / (u->marked - k + 1) * ((u->population - u->marked - u->drawn + k) / (u->drawn - k + 1));
		sum += term;
	}
	return sum;
}

/* P(X >= k), for k above the mode. */
static double
rising_sum(const Urn *u, double k)
{
	double		term = k > u->high ? 0 : pmf(u, k);
	double		sum = term;

	for (; k < u->high && term > sum * 1e-18; k++)
	{
		term *= (u->marked - k) / (k + 1) *
			((u->drawn - k) / (u->population - u->marked - u->drawn + k + 1));
		sum += term;
	}
	return sum;
}

static double
at_most(const Urn *u, double k)
{
	return k < u->mode ? falling_sum(u, k) : fmax(1 - rising_sum(u, k + 1), 0);
}

static double
at_least(const Urn *u, double k)
{
	return k > u->mode ? rising_sum(u, k) : fmax(1 - falling_sum(u, k - 1), 0);
}

static double
pmf_of(const void *urn, double k)
{
	return pmf(urn, k);
}

/* Below the mode, the greatest count that is no more probable than p; else low - 1. */
static double
last_below(const Urn *u, double p)
{
	return dm_bisect_counts(u->low - 1, u->mode, pmf_of, u, p, true);
}

static double
first_above(const Urn *u, double p)
{
	return dm_bisect_counts(u->mode, u->high + 1, pmf_of, u, p, false);
}

double
dm_fisher_2x2(const double *cell, DmAlternative alternative)
{
	double		a = cell[0];
	double		p;
	Urn			u;

	u.population = cell[0] + cell[1] + cell[2] + cell[3];
	u.marked = cell[0] + cell[1];
	u.drawn = cell[0] + cell[2];
	u.low = fmax(u.drawn - (cell[2] + cell[3]), 0);
	u.high = fmin(u.drawn, u.marked);
	u.mode = floor((u.drawn + 1) * ((u.marked + 1) / (u.population + 2)));
	u.mode = fmin(fmax(u.mode, u.low), u.high);
	if (has_empty_margin(cell))
		return 1;
	if (u.population > DM_FISHER_MAX_2X2)
		return NAN;
	if (alternative == DM_LESS)
		return fmin(at_most(&u, a), 1);
	if (alternative == DM_GREATER)
		return fmin(at_least(&u, a), 1);
	p = pmf(&u, a) * (1 + TIE);
	if (pmf(&u, u.mode) <= p)
		return 1;
	return fmin(at_most(&u, last_below(&u, p)) + at_least(&u, first_above(&u, p)), 1);
}

/* A walk through the tables of given margins. */
typedef struct Walk
{
	const DmFisherRoom *room;
	size_t		rows;
	size_t		columns;
	double	   *left;			/* of each row's sum */
	double	   *sorted;			/* the same, for the key */
	double	   *column;			/* sums */
	double	   *most;			/* found so far, at every column */
	double	   *least;
	double	   *after;			/* log of the product of the factorials of this column's sum and later ones */
	double		observed;		/* log of the probability that counts, without the margins' part */
	double		shift;			/* the margins' part */
	double		sum;
	uint64_t	steps;
	uint64_t	radix;			/* of keys: above the largest row sum */
	bool		bounding;		/* else summing */
	bool		failed;
	size_t		used;
} Walk;

static void find_bounds(Walk *w, size_t column, double *most, double *least);
static void follow(Walk *w, size_t column, double past);

/* A column has been filled: "past" is of all columns up to it. */
static void
arrive(Walk *w, size_t column, double past)
{
	double		most = 0,
				least = 0;

	if (++w->steps >= DM_FISHER_MAX_STEPS)
		w->failed = true;
	if (w->room->pause && w->steps % PAUSE_STEPS == 0)
		w->room->pause();
	if (!w->bounding)
	{
		follow(w, column + 1, past);
		return;
	}
	find_bounds(w, column + 1, &most, &least);
	w->most[column] = fmax(w->most[column], past + most);
	w->least[column] = fmin(w->least[column], past + least);
}

/* All ways to spread what is to come of a column over rows from this one on, which have "room" left. */
static void
fill(Walk *w, size_t column, size_t row, double to_come, double room, double past)
{
	const double *lf = w->room->log_factorial;
	double		x,
				first,
				last;

	room -= w->left[row];
	first = fmax(to_come - room, 0);
	last = fmin(w->left[row], to_come);
	for (x = first; x <= last && !w->failed; x++)
	{
		w->left[row] -= x;
		if (row + 1 < w->rows)
			fill(w, column, row + 1, to_come - x, room, past - lf[(size_t) x]);
		else
			arrive(w, column, past - lf[(size_t) x]);
		w->left[row] += x;
	}
}

static double
sum_left(const Walk *w)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < w->rows; i++)
		sum += w->left[i];
	return sum;
}

/* The last column has no choice. */
static double
last_column(const Walk *w)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < w->rows; i++)
		sum -= w->room->log_factorial[(size_t) w->left[i]];
	return sum;
}

/* Rows may change places: the key is of their sorted sums. */
static uint64_t
node_key(const Walk *w, size_t column)
{
	uint64_t	key = column;
	size_t		i,
				j;

	for (i = 0; i < w->rows; i++)
	{
		for (j = i; j > 0 && w->sorted[j - 1] > w->left[i]; j--)
			w->sorted[j] = w->sorted[j - 1];
		w->sorted[j] = w->left[i];
	}
	/* the last of them follows from the column */
	for (i = 0; i + 1 < w->rows; i++)
		key = key * w->radix + (uint64_t) w->sorted[i];
	return key + 1;
}

static DmFisherNode *
find_node(Walk *w, uint64_t key)
{
	uint64_t	h = key * UINT64_C(0x9e3779b97f4a7c15);
	size_t		mask = w->room->nodes - 1;
	size_t		i = (size_t) (h >> 32) & mask;

	while (w->room->node[i].key != 0 && w->room->node[i].key != key)
		i = (i + 1) & mask;
	return &w->room->node[i];
}

static void
find_bounds(Walk *w, size_t column, double *most, double *least)
{
	bool		bounding = w->bounding;
	DmFisherNode *node;
	uint64_t	key;

	if (column + 1 == w->columns)
	{
		*most = *least = last_column(w);
		return;
	}
	key = node_key(w, column);
	node = find_node(w, key);
	if (node->key == 0)
	{
		w->bounding = true;
		w->most[column] = -INFINITY;
		w->least[column] = INFINITY;
		fill(w, column, 0, w->column[column], sum_left(w), 0);
		w->bounding = bounding;
		node = find_node(w, key);
		if (++w->used > w->room->nodes / 2)
			w->failed = true;
		if (w->failed)
			return;
		node->key = key;
		node->most = w->most[column];
		node->least = w->least[column];
	}
	*most = node->most;
	*least = node->least;
}

static void
follow(Walk *w, size_t column, double past)
{
	double		most = 0,
				least = 0;

	find_bounds(w, column, &most, &least);
	if (w->failed || past + least > w->observed)
		return;
	if (past + most <= w->observed)
	{
		/* the sum of 1 / prod x! over all tables is n! / (prod rows! prod columns!) */
		w->sum += exp(past + w->shift + last_column(w) - w->after[column] +
					  w->room->log_factorial[(size_t) sum_left(w)]);
		return;
	}
	fill(w, column, 0, w->column[column], sum_left(w), past);
}

/* Margins without zeros; the shorter side as rows, the columns descending. */
static void
prepare(Walk *w, const DmTable *t, double n)
{
	double	   *room = w->room->margins;
	double	   *rows = room,
			   *columns = room + t->rows;
	double	   *lf = w->room->log_factorial;
	size_t		i,
				j,
				m = 0,
				k = 0;

	w->observed = 0;
	for (i = 0; i <= (size_t) n; i++)
		lf[i] = i < 2 ? 0 : lgamma((double) i + 1);
	for (i = 0; i < t->rows + t->columns; i++)
		room[i] = 0;
	for (i = 0; i < t->rows; i++)
		for (j = 0; j < t->columns; j++)
		{
			double		x = t->cell[i * t->columns + j];

			rows[i] += x;
			columns[j] += x;
			w->observed -= lf[(size_t) x];
		}
	for (i = 0; i < t->rows; i++)
		if (rows[i] > 0)
			rows[m++] = rows[i];
	for (j = 0; j < t->columns; j++)
		if (columns[j] > 0)
			columns[k++] = columns[j];
	w->rows = m <= k ? m : k;
	w->columns = m <= k ? k : m;
	w->left = m <= k ? rows : columns;
	w->column = m <= k ? columns : rows;
	room += t->rows + t->columns;
	w->most = room;
	w->least = w->most + w->columns;
	w->after = w->least + w->columns;
	w->sorted = w->after + w->columns;
}

static void
sort_columns(Walk *w)
{
	size_t		i,
				j;

	for (i = 1; i < w->columns; i++)
	{
		double		c = w->column[i];

		for (j = i; j > 0 && w->column[j - 1] < c; j--)
			w->column[j] = w->column[j - 1];
		w->column[j] = c;
	}
}

size_t
dm_fisher_nodes(const DmTable *t)
{
	size_t		shorter = t->rows < t->columns ? t->rows : t->columns;
	size_t		longer = t->rows < t->columns ? t->columns : t->rows;
	double		n = 0,
				want;
	size_t		nodes = 256;
	size_t		i;

	for (i = 0; i < t->rows * t->columns; i++)
		n += t->cell[i];
	want = 2 * (double) longer * pow(n / (double) shorter + 1, (double) shorter - 1);
	while ((double) nodes < want && nodes < (1u << 20))
		nodes *= 2;
	return nodes;
}

/* Every node needs a key of its own; false if 64 bits do not suffice. */
static bool
choose_radix(Walk *w)
{
	double		most = 0,
				keys = (double) w->columns + 1;
	size_t		i;

	for (i = 0; i < w->rows; i++)
		most = fmax(most, w->left[i]);
	w->radix = (uint64_t) most + 1;
	for (i = 1; i < w->rows; i++)
		keys *= most + 1;
	return keys < 9e18;
}

bool
dm_fisher_exact(const DmTable *t, const DmFisherRoom *room, double *p_value)
{
	double		n = 0;
	Walk		w;
	size_t		i;

	memset(&w, 0, sizeof(w));
	w.room = room;
	for (i = 0; i < t->rows * t->columns; i++)
		n += t->cell[i];
	if (n > DM_FISHER_MAX_N)
		return false;
	prepare(&w, t, n);
	if ((w.rows + 2) * w.columns > DM_FISHER_MAX_DEPTH)
		return false;
	sort_columns(&w);
	if (w.rows < 2)
	{
		*p_value = n > 0 ? 1 : NAN;
		return true;
	}
	if (!choose_radix(&w))
		return false;
	w.shift = -room->log_factorial[(size_t) n];
	for (i = 0; i < w.rows; i++)
		w.shift += room->log_factorial[(size_t) w.left[i]];
	for (i = w.columns; i > 0; i--)
	{
		double		f = room->log_factorial[(size_t) w.column[i - 1]];

		w.shift += f;
		w.after[i - 1] = f + (i < w.columns ? w.after[i] : 0);
	}
	w.observed += TIE;
	follow(&w, 0, 0);
	*p_value = fmin(w.sum, 1);
	return !w.failed;
}
