/*
 * dyadic.c - the canonical grid of a histogram.
 */
#include "stats/dyadic.h"

/* Entries that are not worth digits. */
#define FEW_ENTRIES 24

int
dm_trailing_zeros(const DmEntry *e, size_t n)
{
	uint64_t	any = 0;
	size_t		i;

	for (i = 0; i < n; i++)
		if (e[i].key != 0)
			any |= (uint64_t) (e[i].key > 0 ? e[i].key - 1 : -(e[i].key + 1));
	return any ? __builtin_ctzll(any) : DM_MAX_SHIFT;
}

/* Join neighbours of equal key, without a branch on whether they are. */
static size_t
join(DmEntry *e, size_t n)
{
	size_t		out = 0;
	int64_t		key;
	uint64_t	count;
	size_t		i;

	if (n == 0)
		return 0;
	key = e[0].key;
	count = e[0].count;
	for (i = 1; i < n; i++)
	{
		int64_t		next = e[i].key;

		e[out].key = key;
		e[out].count = count;
		out += next != key;
		count = e[i].count + (next != key ? 0 : count);
		key = next;
	}
	e[out].key = key;
	e[out].count = count;
	return out + 1;
}

/* Doubles as integers in value order. */
static inline uint64_t
ordered(double x)
{
	uint64_t	bits = dm_bits(x);

	return (bits >> 63) ? ~bits : bits | DM_SIGN_BIT;
}

static inline double
unordered(uint64_t u)
{
	return dm_from_bits((u >> 63) ? u & ~DM_SIGN_BIT : ~u);
}

static void
insertion_sort(uint64_t *a, size_t n)
{
	size_t		i;
	size_t		j;

	for (i = 1; i < n; i++)
	{
		uint64_t	v = a[i];

		for (j = i; j > 0 && a[j - 1] > v; j--)
			a[j] = a[j - 1];
		a[j] = v;
	}
}

#define DIGIT_BITS 8
#define DIGITS (1 << DIGIT_BITS)

/* Radix sort, least digit first; digits that all values share are skipped. */
static uint64_t *
radix_sort(uint64_t *a, uint64_t *other, size_t n)
{
	uint64_t	differ = 0;
	size_t		i;
	int			shift;

	for (i = 1; i < n; i++)
		differ |= a[i] ^ a[0];
	for (shift = 0; shift < 64; shift += DIGIT_BITS)
	{
		uint32_t	start[DIGITS] = {0};
		uint32_t	at = 0;
		uint64_t   *t;
		int			d;

		if (((differ >> shift) & (DIGITS - 1)) == 0)
			continue;
		for (i = 0; i < n; i++)
			start[(a[i] >> shift) & (DIGITS - 1)]++;
		for (d = 0; d < DIGITS; d++)
		{
			uint32_t	count = start[d];

			start[d] = at;
			at += count;
		}
		for (i = 0; i < n; i++)
			other[start[(a[i] >> shift) & (DIGITS - 1)]++] = a[i];
		t = a;
		a = other;
		other = t;
	}
	return a;
}

size_t
dm_entries_from_values(DmEntry *out, const double *x, size_t n, uint64_t *scratch)
{
	uint64_t   *a = scratch;
	size_t		i;

	for (i = 0; i < n; i++)
		a[i] = ordered(x[i] + 0.0);
	if (n <= 48)
		insertion_sort(a, n);
	else
		a = radix_sort(a, scratch + n, n);
	for (i = 0; i < n; i++)
	{
		out[i].key = dm_key(unordered(a[i]), 0);
		out[i].count = 1;
	}
	return join(out, n);
}

static void
insertion_sort_entries(DmEntry *e, size_t n)
{
	size_t		i;
	size_t		j;

	for (i = 1; i < n; i++)
	{
		DmEntry		v = e[i];

		for (j = i; j > 0 && e[j - 1].key > v.key; j--)
			e[j] = e[j - 1];
		e[j] = v;
	}
}

/*
 * The uppermost digit of the range first, in place: every entry is swapped to
 * where its digit goes (McIlroy, Bostic and McIlroy, "Engineering radix sort",
 * 1993).  A digit's entries differ in fewer bits by one digit, so this ends.
 */
static void
sort_entries(DmEntry *e, size_t n)
{
	size_t		next[DIGITS] = {0};
	size_t		end[DIGITS];
	int64_t		least = INT64_MAX;
	int64_t		greatest = INT64_MIN;
	uint64_t	range;
	size_t		at = 0;
	size_t		i;
	int			by;
	int			d;

	if (n <= FEW_ENTRIES)
	{
		insertion_sort_entries(e, n);
		return;
	}
	for (i = 0; i < n; i++)
	{
		least = e[i].key < least ? e[i].key : least;
		greatest = e[i].key > greatest ? e[i].key : greatest;
	}
	range = (uint64_t) greatest - (uint64_t) least;
	by = range >> DIGIT_BITS ? 64 - DIGIT_BITS - __builtin_clzll(range) : 0;
	for (i = 0; i < n; i++)
		next[((uint64_t) e[i].key - (uint64_t) least) >> by]++;
	for (d = 0; d < DIGITS; d++)
	{
		size_t		count = next[d];

		next[d] = at;
		at += count;
		end[d] = at;
	}
	for (d = 0; d < DIGITS; d++)
		while (next[d] < end[d])
		{
			DmEntry		v = e[next[d]];
			size_t		to = ((uint64_t) v.key - (uint64_t) least) >> by;

			e[next[d]] = e[next[to]];
			e[next[to]++] = v;
		}
	for (d = 0, i = 0; by > 0 && d < DIGITS; i = end[d++])
		sort_entries(e + i, end[d] - i);
}

size_t
dm_entries_sort(DmEntry *e, size_t n)
{
	sort_entries(e, n);
	return join(e, n);
}

size_t
dm_entries_shift(DmEntry *e, size_t n, int by)
{
	size_t		i;

	if (by == 0)
		return n;
	for (i = 0; i < n; i++)
		e[i].key = dm_key_fold(e[i].key, by);
	return join(e, n);
}

size_t
dm_entries_merge(DmEntry *out, const DmEntry *a, size_t na, const DmEntry *b, size_t nb)
{
	size_t		i = 0;
	size_t		j = 0;
	size_t		n = 0;

	/* no branch on which comes first: nothing would predict it */
	while (i < na && j < nb)
	{
		int64_t		x = a[i].key;
		int64_t		y = b[j].key;
		uint64_t	from_a = x <= y;
		uint64_t	from_b = y <= x;

		out[n].key = from_a ? x : y;
		out[n++].count = (a[i].count & -from_a) + (b[j].count & -from_b);
		i += from_a;
		j += from_b;
	}
	while (i < na)
		out[n++] = a[i++];
	while (j < nb)
		out[n++] = b[j++];
	return n;
}

/*
 * bins[s] = occupied bins after folding by s more bits.  Two neighbours of
 * one sign stay apart until the highest bit in which they differ is dropped,
 * so one pass over the neighbours gives the counts for all s.
 */
static void
bins_per_shift(const DmEntry *e, size_t n, size_t bins[DM_MAX_SHIFT + 1])
{
	size_t		apart[64] = {0};
	size_t		fixed = n > 0 ? 1 : 0;
	size_t		i;
	int			s;

	for (i = 1; i < n; i++)
	{
		int64_t		x = e[i - 1].key;
		int64_t		y = e[i].key;

		if ((x > 0) != (y > 0) || (x < 0) != (y < 0))
			fixed++;
		else
		{
			uint64_t	mx = (uint64_t) (x > 0 ? x - 1 : -(x + 1));
			uint64_t	my = (uint64_t) (y > 0 ? y - 1 : -(y + 1));

			apart[63 - __builtin_clzll(mx ^ my)]++;
		}
	}
	for (s = DM_MAX_SHIFT; s >= 0; s--)
	{
		/* apart at s: those whose highest differing bit is at least s */
		fixed += apart[s];
		bins[s] = fixed;
	}
}

size_t
dm_entries_fold(DmEntry *e, size_t n, int *shift, const DmGrid *grid)
{
	return dm_entries_fold_zeros(e, n, shift, *shift == 0 ? dm_trailing_zeros(e, n) : 0, grid);
}

size_t
dm_entries_fold_zeros(DmEntry *e, size_t n, int *shift, int zeros, const DmGrid *grid)
{
	size_t		bins[DM_MAX_SHIFT + 1];
	int			from = *shift;
	int			s;

	if (*shift == 0)
	{
		if (dm_bins_exact(n, zeros, grid))
			return n;
		/* no shift up to the trailing zeros would join anything */
		from = zeros + 1 <= DM_MAX_SHIFT ? zeros + 1 : DM_MAX_SHIFT;
	}
	if (from < (int) grid->min_shift)
		from = (int) grid->min_shift;
	bins_per_shift(e, n, bins);
	for (s = from; s < DM_MAX_SHIFT; s++)
		if (dm_bins_fit(bins[s - *shift], s, 0, grid))
			break;
	n = dm_entries_shift(e, n, s - *shift);
	*shift = s;
	return n;
}

bool
dm_grid_fits(const DmEntry *e, size_t n, int shift, const DmGrid *grid)
{
	if (shift == 0)
	{
		int			zeros = dm_trailing_zeros(e, n);

		return dm_bins_exact(n, zeros, grid);
	}
	return shift >= (int) grid->min_shift && (shift == DM_MAX_SHIFT || dm_bins_fit(n, shift, 0, grid));
}
