/*
 * root_cause.c - the search for the set of cells that explains a change.
 *
 * A set is worth what its cells gain in likelihood, less what it costs to name
 * them: the minimum description length.  A leaf belongs to the first cell that
 * has it, so gains of a set add up.  Within a cuboid (one choice of dimensions)
 * cells do not overlap and the best set is all that are worth naming.  Over
 * cuboids it is found greedily from two sides: the best cell first, each then
 * split where some of its parts are worth more; and the best cuboid first.  The
 * better of the two is the answer.
 */
#include "stats/root_cause_internal.h"

#include <math.h>
#include <string.h>

#include "stats/expectation.h"
#include "stats/sort.h"

#define SUMS (DM_RC_FEATURES + 1)	/* the leaves of a cell are counted behind its sums */
/* Times that noise is measured again on the leaves that no cause has. */
#define ROUNDS 4

/* Nats that say that what its parts leave of a cell has not changed. */
#define UNCHANGED 2

/* Of the change, that an unproven first cause explains. */
#define LARGE_SHARE 0.5

/* Values whose movement is known to within this variance tell how much values move anyway; so many at least. */
#define KNOWN 0.1
#define LEAST 6
#define NORMAL_QUARTILE 0.67448975019608

#define MOST_MASKS (1 << DM_RC_DIMENSIONS)

typedef struct Set
{
	int			n;
	DmCause		cause[DM_RC_CAUSES];
	double		net;			/* of all cells */
	uint32_t	dimensions;		/* of the cuboid, where it is one's */
} Set;

typedef struct Search
{
	const DmLeaves *l;
	const DmCauseOptions *options;
	DmEvidence	evidence;
	int			layers;
	int		   *cells;			/* of each cuboid, once it has been seen whole */
	int			n;				/* leaves that are looked at */
	int		   *leaf;			/* and which they are */
	int		   *id[DM_RC_DIMENSIONS + 1];	/* their cells, a layer each */
	int		   *first;			/* leaf of each cell */
	int		   *table;
	int			table_size;
	double	   *sum;
	double	   *scratch;
	int8_t	   *owner;			/* of the set under work */
	int8_t	   *kept;			/* of the better set */
	double		unrest[DM_RC_DIMENSIONS];	/* variance of the log of what values of a dimension move by anyway */
	double		drift;			/* and what the middle one does */
	uint32_t	within;			/* only cuboids that name all of these, and more */
	const Set  *model;			/* cuboids it uses are free */
	DmCause		best;			/* cell */
	DmCause		likeliest;		/* that explains half of the change, worth its name or not */
	Set			best_set;		/* of one cuboid */
} Search;

static int
table_size(int n)
{
	int			size = 1024;

	while (size < 4 * (double) n && size < (1 << 30))
		size *= 2;
	return size;
}

int
dm_root_cause_layers(int n, int d, int most)
{
	double		cuboids = 0;
	double		choose = 1;
	int			k;

	for (k = 1; k <= d && k <= most; k++)
	{
		choose = choose * (d - k + 1) / k;
		cuboids += choose;
		if (k > 1 && cuboids * n > DM_RC_WORK)
			return k - 1;
	}
	return k - 1;
}

size_t
dm_root_cause_memory(const DmLeaves *l)
{
	size_t		n = (size_t) l->n + 1;

	return sizeof(Search) + 2 * sizeof(Set) + n * sizeof(double) * (DM_RC_FEATURES + SUMS + 4) +
		n * sizeof(int) * ((size_t) l->d + 3) + (size_t) table_size(l->n) * sizeof(int) +
		MOST_MASKS * sizeof(int) + 2 * n + 64;
}

static int
bits(uint32_t mask)
{
	int			n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/* Nats that name a cuboid: how many dimensions, any number being as likely, and which. */
static double
cuboid_cost(const Search *s, uint32_t mask)
{
	int			k = bits(mask);
	int			i;

	if (s->model)
		for (i = 0; i < s->model->n; i++)
			if (s->model->cause[i].dimensions == mask)
				return 0;
	return log(s->layers) + lgamma(s->l->d + 1) - lgamma(k + 1) - lgamma(s->l->d - k + 1);
}

/*
 * Cells one dimension finer than those of the layer above: dense ids in order
 * of first appearance.
 */
static int
refine(Search *s, const int *above, int cells, int k, int *id)
{
	const DmLeaves *l = s->l;
	uint64_t	card = (uint64_t) l->card[k];
	int			n = 0;
	int			i;

	if ((uint64_t) cells * card <= (uint64_t) s->table_size)
	{
		memset(s->table, 0xff, (size_t) cells * card * sizeof(int));
		for (i = 0; i < s->n; i++)
		{
			int		   *t = s->table + above[i] * card + (uint64_t) l->code[(size_t) s->leaf[i] * l->d + k];

			if (*t < 0)
			{
				s->first[n] = i;
				*t = n++;
			}
			id[i] = *t;
		}
		return n;
	}
	memset(s->table, 0xff, (size_t) s->table_size * sizeof(int));
	for (i = 0; i < s->n; i++)
	{
		int			code = l->code[(size_t) s->leaf[i] * l->d + k];
		uint64_t	h = ((uint64_t) above[i] * card + (uint64_t) code) * UINT64_C(0x9e3779b97f4a7c15);
		int			at = (int) (h >> 34) & (s->table_size - 1);
		int			t;

		while ((t = s->table[at]) >= 0 &&
			   (above[s->first[t]] != above[i] || l->code[(size_t) s->leaf[s->first[t]] * l->d + k] != code))
			at = (at + 1) & (s->table_size - 1);
		if (t < 0)
		{
			s->first[n] = i;
			s->table[at] = t = n++;
		}
		id[i] = t;
	}
	return n;
}

static void
add_up(Search *s, const int *id, int cells)
{
	int			i;
	int			k;

	memset(s->sum, 0, (size_t) cells * SUMS * sizeof(double));
	for (i = 0; i < s->n; i++)
	{
		double	   *sum = s->sum + (size_t) id[i] * SUMS;
		const double *x = s->evidence.feature + (size_t) s->leaf[i] * DM_RC_FEATURES;

		for (k = 0; k < DM_RC_FEATURES; k++)
			sum[k] += x[k];
		sum[DM_RC_FEATURES]++;
	}
}

/* Which of two cells is worth more; of the same leaves the shorter name, then a fixed order. */
static bool
better(const DmCause *a, double a_net, const DmCause *b, double b_net)
{
	double		near = 1e-9 * (fabs(a_net) + fabs(b_net));
	int			a_bits;
	int			b_bits;

	if (fabs(a_net - b_net) > near)
		return a_net > b_net;
	a_bits = bits(a->dimensions);
	b_bits = bits(b->dimensions);
	if (a_bits != b_bits)
		return a_bits < b_bits;
	if (a->dimensions != b->dimensions)
		return a->dimensions < b->dimensions;
	return a->leaf < b->leaf;
}

/* Keep the better of two cells, what it takes to name its cuboid paid for. */
static void
consider(DmCause *best, const DmCause *c, double named)
{
	DmCause		paid = *c;

	paid.net -= named;
	if (best->dimensions == 0 || better(&paid, paid.net, best, best->net))
		*best = paid;
}

/* Keep the best cells of a cuboid in order; what does not fit is the least. */
static void
put_cell(Set *set, const DmCause *c, int most)
{
	int			i;

	if (set->n == most)
	{
		if (!better(c, c->net, &set->cause[most - 1], set->cause[most - 1].net))
			return;
		set->net -= set->cause[--set->n].net;
	}
	for (i = set->n++; i > 0 && better(c, c->net, &set->cause[i - 1], set->cause[i - 1].net); i--)
		set->cause[i] = set->cause[i - 1];
	set->cause[i] = *c;
	set->net += c->net;
}

/*
 * Nats by which a cell that has changed is more likely than one that moved as
 * its dimensions' values do anyway: its leaves did that together, so there is no more
 * evidence in many of them.
 */
static double
against_unrest(const Search *s, uint32_t mask, const double *sum, double gain)
{
	double		unrest = 0;
	double		shift;
	double		variance;
	double		limit;
	int			k;

	for (k = 0; k < s->l->d; k++)
		if (mask >> k & 1)
			unrest += s->unrest[k];
	if (unrest <= 0 || !dm_evidence_shift(&s->evidence, sum, &shift, &variance))
		return gain;
	shift -= s->drift;
	limit = shift > 0 ? shift * shift / (2 * unrest) : 0;
	return gain < limit ? gain : limit;
}

static void
judge_cuboid(Search *s, uint32_t mask, int cells)
{
	double		least = s->options->least_share * fabs(s->evidence.change);
	double		named = cuboid_cost(s, mask);
	double		cost;
	Set			set;
	int			i;

	if (s->cells[mask] == 0)
		s->cells[mask] = cells;
	if ((mask & s->within) != s->within || (s->within && mask == s->within))
		return;
	cost = log(s->cells[mask]);
	set.n = 0;
	set.net = 0;
	set.dimensions = mask;
	for (i = 0; i < cells; i++)
	{
		const double *sum = s->sum + (size_t) i * SUMS;
		DmCause		c;
		double		explained;

		if (sum[DM_RC_CONTRIBUTION] * s->evidence.direction < least)
			continue;
		c.dimensions = mask;
		c.leaf = s->leaf[s->first[i]];
		c.leaves = (int) sum[DM_RC_FEATURES];
		c.contribution = sum[DM_RC_CONTRIBUTION];
		c.gain = dm_evidence_gain(&s->evidence, sum, c.leaves, &explained);
		c.net = c.gain - cost;
		if (explained >= LARGE_SHARE * fabs(s->evidence.change) && c.gain > 0)
			consider(&s->likeliest, &c, named);
		if (c.net <= 0 || explained < least || against_unrest(s, mask, sum, c.gain) < cost)
			continue;
		put_cell(&set, &c, s->options->most_causes);
		if (c.net > named)
			consider(&s->best, &c, named);
	}
	set.net -= named;
	if (set.n > 0 && set.net > 0 &&
		(s->best_set.n == 0 || better(&set.cause[0], set.net, &s->best_set.cause[0], s->best_set.net)))
		s->best_set = set;
}

static void
look_deeper(Search *s, int layer, int from, uint32_t mask, int cells)
{
	int			k;

	for (k = from; k < s->l->d; k++)
	{
		int			finer = refine(s, s->id[layer], cells, k, s->id[layer + 1]);

		if (s->options->check)
			s->options->check();
		add_up(s, s->id[layer + 1], finer);
		judge_cuboid(s, mask | 1u << k, finer);
		if (layer + 1 < s->layers)
			look_deeper(s, layer + 1, k + 1, mask | 1u << k, finer);
	}
}

/* Look at the leaves of one owner in all cuboids. */
static void
look(Search *s, int owner, const Set *model, uint32_t within)
{
	int			j;

	s->n = 0;
	for (j = 0; j < s->l->n; j++)
		if (s->owner[j] == owner)
		{
			s->id[0][s->n] = 0;
			s->leaf[s->n++] = j;
		}
	s->model = model;
	s->within = within;
	s->best.dimensions = 0;
	s->likeliest.dimensions = 0;
	s->best_set.n = 0;
	if (s->n > 0)
		look_deeper(s, 0, 0, 0, 1);
}

static bool
in_cell(const DmLeaves *l, const DmCause *c, int j)
{
	const int32_t *a = l->code + (size_t) j * l->d;
	const int32_t *b = l->code + (size_t) c->leaf * l->d;
	int			k;

	for (k = 0; k < l->d; k++)
		if ((c->dimensions >> k & 1) && a[k] != b[k])
			return false;
	return true;
}

/* Give the leaves of a cell that belong to "from" to the next cause of the set. */
static void
adopt(Search *s, Set *set, const DmCause *c, int from)
{
	int			j;

	for (j = 0; j < s->l->n; j++)
		if (s->owner[j] == from && in_cell(s->l, c, j))
			s->owner[j] = (int8_t) set->n;
	set->cause[set->n++] = *c;
}

/* Is what the set leaves still part of the change, and not a change the other way? */
static bool
unexplained(const Search *s, const Set *set)
{
	double		rest = s->evidence.change;
	int			i;

	for (i = 0; i < set->n; i++)
		rest -= set->cause[i].contribution;
	return rest * s->evidence.direction > s->options->least_share * fabs(s->evidence.change);
}

/*
 * What brought somebody here is a change: its first cause need not be worth its
 * name, if it explains half of it.
 */
static void
take_best_cells(Search *s, Set *set)
{
	while (set->n < s->options->most_causes && unexplained(s, set))
	{
		look(s, -1, set, 0);
		if (s->best.dimensions == 0 && set->n == 0)
			s->best = s->likeliest;
		if (s->best.dimensions == 0)
			return;
		set->net += s->best.net;
		adopt(s, set, &s->best, -1);
	}
}

/*
 * A cell is its parts only where the rest of it has not changed: else they are
 * those that changed most.
 */
static bool
rest_unchanged(const Search *s, int owner, const Set *parts)
{
	double		whole[DM_RC_FEATURES] = {0};
	double		rest[DM_RC_FEATURES] = {0};
	int			i;
	int			j;
	int			k;

	for (j = 0; j < s->l->n; j++)
	{
		const double *x = s->evidence.feature + (size_t) j * DM_RC_FEATURES;

		if (s->owner[j] != owner)
			continue;
		for (i = 0; i < parts->n && !in_cell(s->l, &parts->cause[i], j); i++)
			;
		for (k = 0; k < DM_RC_FEATURES; k++)
		{
			whole[k] += x[k];
			rest[k] += i == parts->n ? x[k] : 0;
		}
	}
	return !(dm_evidence_unchanged(&s->evidence, whole, rest) < UNCHANGED);
}

/* Replace a cause by parts of it, where they are worth more. */
static void
split(Search *s, Set *set)
{
	int			whole = set->n;
	int			i;

	for (i = 0; i < whole; i++)
	{
		DmCause		c = set->cause[i];
		int			j;

		if (c.leaves < 2 || bits(c.dimensions) == s->layers)
			continue;
		look(s, i, set, c.dimensions);
		if (s->best_set.n == 0 || s->best_set.net <= c.net || set->n - 1 + s->best_set.n > s->options->most_causes ||
			!rest_unchanged(s, i, &s->best_set))
			continue;
		set->net += s->best_set.net - c.net;
		for (j = 1; j < s->best_set.n; j++)
			adopt(s, set, &s->best_set.cause[j], i);
		for (j = 0; j < s->l->n; j++)
			if (s->owner[j] == i && !in_cell(s->l, &s->best_set.cause[0], j))
				s->owner[j] = -1;
		set->cause[i] = s->best_set.cause[0];
	}
}

static void
carve(Search *s, const DmLeaves *l, char *memory)
{
	size_t		n = (size_t) l->n + 1;
	int			k;

	s->evidence.feature = (double *) memory;
	memory += n * DM_RC_FEATURES * sizeof(double);
	s->sum = (double *) memory;
	memory += n * SUMS * sizeof(double);
	s->scratch = (double *) memory;
	memory += n * 4 * sizeof(double);
	s->table_size = table_size(l->n);
	s->table = (int *) memory;
	memory += (size_t) s->table_size * sizeof(int);
	s->cells = (int *) memory;
	memory += MOST_MASKS * sizeof(int);
	s->leaf = (int *) memory;
	memory += n * sizeof(int);
	s->first = (int *) memory;
	memory += n * sizeof(int);
	for (k = 0; k <= l->d; k++, memory += n * sizeof(int))
		s->id[k] = (int *) memory;
	s->owner = (int8_t *) memory;
	s->kept = s->owner + n;
	memset(s->evidence.feature, 0, n * DM_RC_FEATURES * sizeof(double));
	memset(s->cells, 0, MOST_MASKS * sizeof(int));
	memset(s->owner, -1, n);
}

/* How much the values of each dimension move anyway, those of leaves without a cause. */
static void
measure_unrest(Search *s)
{
	double		mean = 0;
	int			known = 0;
	int			j;
	int			k;

	s->drift = 0;
	for (s->n = 0, j = 0; j < s->l->n; j++)
		if (s->owner[j] < 0)
		{
			s->id[0][s->n] = 0;
			s->leaf[s->n++] = j;
		}
	for (k = 0; k < s->l->d; k++)
	{
		int			cells = refine(s, s->id[0], 1, k, s->id[1]);
		double	   *shift = s->scratch;
		double	   *variance = s->scratch + s->l->n;
		double	   *rest = s->scratch + 2 * (size_t) s->l->n;
		double		middle;
		int			n = 0;
		int			i;

		add_up(s, s->id[1], cells);
		for (i = 0; i < cells; i++)
			if (dm_evidence_shift(&s->evidence, s->sum + (size_t) i * SUMS, &shift[n], &variance[n]) &&
				variance[n] < KNOWN)
				n++;
		s->unrest[k] = -1;
		if (n < LEAST)
			continue;
		middle = dm_median(shift, (size_t) n, rest);
		s->drift += middle;
		for (i = 0; i < n; i++)
			shift[i] = (shift[i] - middle) * (shift[i] - middle);
		/* the median of a chi-square of one degree */
		s->unrest[k] = dm_median(shift, (size_t) n, rest) / 0.45493642311957;
		s->unrest[k] = fmax(s->unrest[k] - dm_median(variance, (size_t) n, rest), 0);
		mean += s->unrest[k];
		known++;
	}
	for (k = 0; k < s->l->d; k++)
		if (s->unrest[k] < 0)
			s->unrest[k] = known > 0 ? mean / known : 0;
	s->drift = known > 0 && s->drift > 0 ? s->drift / known : 0;
}

/* The set for this evidence, and in s->owner whose each leaf is. */
static Set *
search(Search *s, Set *greedy, Set *cuboid)
{
	size_t		n = (size_t) s->l->n;
	int			i;

	memset(greedy, 0, 2 * sizeof(Set));
	memset(s->owner, -1, n);
	look(s, -1, NULL, 0);
	if (s->best_set.n > 0 && !s->evidence.rates)
	{
		cuboid->net = s->best_set.net;
		for (i = 0; i < s->best_set.n; i++)
			adopt(s, cuboid, &s->best_set.cause[i], -1);
		take_best_cells(s, cuboid);
	}
	memcpy(s->kept, s->owner, n);
	memset(s->owner, -1, n);
	take_best_cells(s, greedy);
	split(s, greedy);
	take_best_cells(s, greedy);
	if (cuboid->net < greedy->net || cuboid->n == 0)
		return greedy;
	memcpy(s->owner, s->kept, n);
	return cuboid;
}

void
dm_root_cause(const DmLeaves *l, const DmCauseOptions *options, void *memory, int8_t *owner,
			  DmCauses *result)
{
	Search	   *s = memory;
	Set		   *sets = (Set *) (s + 1);
	int			round;

	memset(s, 0, sizeof(Search));
	s->l = l;
	s->options = options;
	carve(s, l, (char *) (sets + 2));
	s->layers = dm_root_cause_layers(l->n, l->d, options->most_layers);
	memset(result, 0, sizeof(DmCauses));
	memset(owner, -1, (size_t) l->n);
	result->layers = s->layers;
	for (round = 0; round < ROUNDS; round++)
	{
		const Set  *found;
		bool		again;

		if (l->trials)
			dm_evidence_of_rates(l, round > 0 ? owner : NULL, s->scratch, &s->evidence);
		else
			dm_evidence_of_counts(l, round > 0 ? owner : NULL, s->scratch, &s->evidence);
		result->dispersion = s->evidence.dispersion;
		result->change = s->evidence.change;
		if (!(s->evidence.change * s->evidence.direction > 0) || s->layers < 1)
			return;
		memcpy(s->owner, owner, (size_t) l->n);
		if (round > 0)
			measure_unrest(s);
		found = search(s, sets, sets + 1);
		again = memcmp(owner, s->owner, (size_t) l->n) != 0;
		result->n = found->n;
		memcpy(result->cause, found->cause, sizeof(DmCause) * (size_t) found->n);
		memcpy(owner, s->owner, (size_t) l->n);
		if (!again)
			return;
	}
}
