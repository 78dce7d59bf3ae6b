/*
 * window_order.c - the bins of some hundred or thousand values, by sorting
 * their places in a window.
 */
#include "stats/window_order.h"

#include "stats/vectorise.h"

#define NUMBER_BITS 16			/* low bits of a word */
#define NUMBER_MASK ((UINT32_C(1) << NUMBER_BITS) - 1)
#define DIGIT 8

/* Of codes: what bins share with their neighbours lies below, what sign they have above. */
#define SIGN_AT 18
#define MOST_FOLDS (SIGN_AT - 1)

/* A grid on which no finite magnitude is rounded to that of infinity. */
#define MOST_EXACT_SHIFT 52

/* Two passes by halves of the place. */
static void
sort_places(DmOrder *o, int n)
{
	uint32_t	first[1 << DIGIT] = {0};
	uint32_t	second[1 << DIGIT] = {0};
	uint32_t	a = 0;
	uint32_t	b = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		uint32_t	word = o->word[i];

		first[word >> NUMBER_BITS & 0xff]++;
		second[word >> (NUMBER_BITS + DIGIT)]++;
	}
	for (i = 0; i < 1 << DIGIT; i++)
	{
		uint32_t	of_first = first[i];
		uint32_t	of_second = second[i];

		first[i] = a;
		second[i] = b;
		a += of_first;
		b += of_second;
	}
	for (i = 0; i < n; i++)
		o->spare[first[o->word[i] >> NUMBER_BITS & 0xff]++] = o->word[i];
	for (i = 0; i < n; i++)
		o->word[second[o->spare[i] >> (NUMBER_BITS + DIGIT)]++] = o->spare[i];
}

DM_VECTOR static void
number_places(uint32_t *word, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		word[i] = word[i] << NUMBER_BITS | (uint32_t) i;
}

/* Codes of the sorted places, which agree above "by" bits if bins are one on a grid coarser by as many. */
DM_VECTOR static void
make_codes(uint32_t *code, const uint32_t *word, int n, int32_t zero, int32_t base)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		int32_t		d = (int32_t) (word[i] >> NUMBER_BITS) - zero;
		int32_t		sign = d >> 31;
		int32_t		from_zero = (d ^ sign) - sign;
		int32_t		nonzero = -from_zero >> 31;
		int32_t		other = base + from_zero - 1 + (2 << SIGN_AT & ~sign);

		code[i] = (uint32_t) ((other & nonzero) | (1 << SIGN_AT & ~nonzero));
	}
}

DM_VECTOR static int
count_codes(const uint32_t *code, int n, int by)
{
	int			bins = 1;
	int			i;

	for (i = 1; i < n; i++)
		bins += (code[i] ^ code[i - 1]) >> by != 0;
	return bins;
}

DM_VECTOR static int
count_keys(const uint64_t *code, int n, int by)
{
	int			bins = 1;
	int			i;

	for (i = 1; i < n; i++)
		bins += (code[i] ^ code[i - 1]) >> by != 0;
	return bins;
}

/* Bins of codes; first where each ends, among the words, instead of its key. */
static void
list_codes(DmOrder *o, const DmWindow *w, const uint32_t *code, int n, int by)
{
	int			bins = 0;
	int64_t		from = 0;
	int			i;

	for (i = 1; i < n; i++)
	{
		o->key[bins] = i;
		bins += (code[i] ^ code[i - 1]) >> by != 0;
	}
	o->key[bins] = n;
	o->bins = bins + 1;
	for (i = 0; i < o->bins; i++)
	{
		int64_t		to = o->key[i];

		o->count[i] = (uint64_t) (to - from);
		o->key[i] = dm_key_fold(dm_window_key(w, o->word[from] >> NUMBER_BITS), by);
		from = to;
	}
}

/* The rule, where no finer grid than the window's is asked for, from so many folds on; false after too many. */
static bool
fold_window(DmOrder *o, const DmWindow *w, const DmGrid *grid, const uint32_t *code, int n, int bins, int by)
{
	for (; by <= MOST_FOLDS && w->shift + by < DM_MAX_SHIFT; by++)
	{
		/* a bin is made of no more than so many */
		if (!dm_bins_fit((size_t) bins >> by, w->shift + by, 0, grid))
			continue;
		if (dm_bins_fit((size_t) (by == 0 ? bins : count_codes(code, n, by)), w->shift + by, 0, grid))
		{
			list_codes(o, w, code, n, by);
			o->shift = w->shift + by;
			return true;
		}
	}
	return false;
}

/* Exact keys in their order; those of one place are few, or it is left. */
static bool
sort_keys(DmOrder *o, const double *x, int n)
{
	int64_t    *key = o->key;
	int			moves = 0;
	int			i;

	for (i = 0; i < n; i++)
		key[i] = dm_key(x[o->word[i] & NUMBER_MASK], 0);
	for (i = 1; i < n; i++)
	{
		int64_t		k = key[i];
		int			j = i;

		while (j > 0 && key[j - 1] > k)
		{
			key[j] = key[j - 1];
			j--;
		}
		key[j] = k;
		moves += i - j;
		if (moves > 16 * n)
			return false;
	}
	return true;
}

/* As make_codes(), of exact keys; zero has the magnitude of what is not finite. */
DM_VECTOR static void
make_key_codes(uint64_t *code, const int64_t *key, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		int64_t		sign = key[i] >> 63;
		int64_t		mag = (key[i] ^ sign) - sign - 1;

		/* that of zero is -1 now: all bits */
		code[i] = ((uint64_t) mag & ~DM_SIGN_BIT) | (mag >= 0 ? ~(uint64_t) sign & DM_SIGN_BIT : 0);
	}
}

static void
list_keys(DmOrder *o, const uint64_t *code, int n, int by)
{
	int			bins = 0;
	int			from = 0;
	int			i;

	/* counts are written where codes have been read */
	for (i = 0; i < n; i++)
	{
		bool		ends = i + 1 == n || (code[i] ^ code[i + 1]) >> by != 0;

		o->key[bins] = dm_key_fold(o->key[i], by);
		o->count[bins] = (uint64_t) (i + 1 - from);
		from = ends ? i + 1 : from;
		bins += ends;
	}
	o->bins = bins;
}

/* The rule, where the window's grid, on which there are so many bins, is fine enough and may be too coarse. */
static bool
fold_keys(DmOrder *o, const DmWindow *w, const DmGrid *grid, int zeros, const double *x, int n, int fewest)
{
	uint64_t   *code = o->count;
	int			most;
	int			shift = zeros + 1 > (int) grid->min_shift ? zeros + 1 : (int) grid->min_shift;

	if (w->shift > MOST_EXACT_SHIFT || !sort_keys(o, x, n))
		return false;
	make_key_codes(code, o->key, n);
	most = count_keys(code, n, 0);
	o->shift = 0;
	if (dm_bins_exact((size_t) most, zeros, grid))
	{
		list_keys(o, code, n, zeros);
		return true;
	}
	for (; shift < w->shift; shift++)
		if (dm_bins_fit((size_t) fewest, shift, 0, grid) &&
			(dm_bins_fit((size_t) most, shift, 0, grid) ||
			 dm_bins_fit((size_t) count_keys(code, n, shift), shift, 0, grid)))
			break;
	o->shift = shift;
	list_keys(o, code, n, shift);
	return true;
}

bool
dm_window_order(DmOrder *o, const DmWindow *w, const DmGrid *grid, int zeros, const double *x, int n)
{
	uint32_t   *code = o->spare;
	int			coarser = (int) grid->min_shift - w->shift;
	int			bins;

	dm_window_places(w, o->word, x, n);
	number_places(o->word, n);
	sort_places(o, n);
	make_codes(code, o->word, n, (int32_t) w->zero,
			   (int32_t) (w->base & ((UINT64_C(1) << MOST_FOLDS) - 1)));
	bins = count_codes(code, n, 0);
	if (w->shift == zeros)
	{
		o->shift = 0;
		if (!dm_bins_exact((size_t) bins, zeros, grid))
			return fold_window(o, w, grid, code, n, bins, coarser > 1 ? coarser : 1);
		list_codes(o, w, code, n, 0);
		return true;
	}
	if (coarser < 0 && dm_bins_fit((size_t) bins, w->shift, 0, grid))
		return fold_keys(o, w, grid, zeros, x, n, bins);
	return fold_window(o, w, grid, code, n, bins, coarser > 0 ? coarser : 0);
}
