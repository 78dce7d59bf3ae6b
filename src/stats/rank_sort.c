/*
 * rank_sort.c - distinct keys of few values, and counts of many.
 *
 * Few values are sorted by rank: a value's place is the number of smaller
 * ones.  That is n * n comparisons, but eight at once and no branch that could
 * be mispredicted; up to some 200 values nothing is faster.  Equal values have
 * one rank, so sorting, joining and counting are one step.
 */
#include "stats/rank_sort.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((target_clones("avx2", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((optimize("O3")))
#else
#define VECTOR
#endif

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#define LANES 4
#define RANK_LANES 8

typedef int64_t v4i __attribute__((vector_size(32)));
typedef uint64_t v4u __attribute__((vector_size(32)));
typedef int32_t v8i __attribute__((vector_size(32)));

#define ALL_MAGNITUDE ((v4i) {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX})
#define ALL_ONE ((v4i) {1, 1, 1, 1})
/* an exponent of all ones overflows into the top bit when one is added */
#define ALL_EXPONENT ((v4u) {UINT64_C(1) << 52, UINT64_C(1) << 52, UINT64_C(1) << 52, UINT64_C(1) << 52})

/*
 * Four values at i, or the last four of n >= 4: what is done to them may be done twice.
 */
#define CLAMPED(i, n) ((i) + LANES <= (n) ? (i) : (n) - LANES)

/* OR of the magnitudes; -1 if a value is not finite. */
ALWAYS_INLINE int64_t
or_magnitudes(const double *x, int n)
{
	v4i			any = {0};
	v4i			bad = {0};
	int			i;

	for (i = 0; i < n; i += LANES)
	{
		v4i			bits;

		memcpy(&bits, x + CLAMPED(i, n), sizeof(bits));
		bits &= ALL_MAGNITUDE;
		any |= bits;
		bad |= (v4i) ((v4u) bits + ALL_EXPONENT);
	}
	if ((bad[0] | bad[1] | bad[2] | bad[3]) < 0)
		return -1;
	return any[0] | any[1] | any[2] | any[3];
}

/* Keys of values; also the smallest and the largest. */
ALWAYS_INLINE void
make_keys(int64_t *key, const double *x, int n, int drop, int64_t *least, int64_t *greatest)
{
	v4i			lo = ALL_MAGNITUDE;
	v4i			hi = -ALL_MAGNITUDE;
	int			i;

	for (i = 0; i < n; i += LANES)
	{
		v4i			bits;
		v4i			mag;
		v4i			sign;
		v4i			k;
		v4i			less;
		v4i			more;

		memcpy(&bits, x + CLAMPED(i, n), sizeof(bits));
		mag = bits & ALL_MAGNITUDE;
		sign = bits < 0;
		k = (((v4i) ((v4u) mag >> drop) + ALL_ONE) ^ sign) - sign;
		k &= mag != 0;
		memcpy(key + CLAMPED(i, n), &k, sizeof(k));
		less = k < lo;
		more = k > hi;
		lo = (k & less) | (lo & ~less);
		hi = (k & more) | (hi & ~more);
	}
	*least = lo[0];
	*greatest = hi[0];
	for (i = 1; i < LANES; i++)
	{
		*least = lo[i] < *least ? lo[i] : *least;
		*greatest = hi[i] > *greatest ? hi[i] : *greatest;
	}
}

/*
 * Ranks of "vectors" times eight numbers among n, from i on; the sum of the
 * ranks is added to.  Numbers beyond n get ranks that nobody looks at, and that
 * are not added.
 */
ALWAYS_INLINE void
rank_block(int32_t *rank, const int32_t *a, int n, int i, int vectors)
{
	v8i			v[4];
	v8i			r[4] = {{0}};
	int			j;
	int			k;

	memcpy(v, a + i, (size_t) vectors * sizeof(v8i));
	for (j = 0; j < n; j++)
	{
		v8i			b = {a[j], a[j], a[j], a[j], a[j], a[j], a[j], a[j]};

		for (k = 0; k < vectors; k++)
			r[k] -= v[k] > b;
	}
	memcpy(rank + i, r, (size_t) vectors * sizeof(v8i));
}

/*
 * The upper 31 bits of the range from the least key on.  Only values that
 * nearly agree can then seem equal that are not.
 */
VECTOR static void
rank_all(int32_t *rank, const int64_t *key, int n, int64_t least, int by)
{
	int32_t		a[DM_RANK_MOST + RANK_LANES];
	int			i = 0;

	for (i = 0; i < n; i++)
		a[i] = (int32_t) (((uint64_t) key[i] - (uint64_t) least) >> by);
	for (i = n; i % RANK_LANES; i++)
		a[i] = 0;
	for (i = 0; i + 3 * RANK_LANES < n; i += 4 * RANK_LANES)
		rank_block(rank, a, n, i, 4);
	for (; i + RANK_LANES < n; i += 2 * RANK_LANES)
		rank_block(rank, a, n, i, 2);
	if (i < n)
		rank_block(rank, a, n, i, 1);
}

/* Insertion by halves of what 31 bits do not tell apart is not worth a kernel. */
static int
insertion_keys(const int64_t *in, int n, int64_t *key, uint64_t *count)
{
	int			distinct = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		int			j = distinct;

		while (j > 0 && key[j - 1] > in[i])
			j--;
		if (j > 0 && key[j - 1] == in[i])
		{
			count[j - 1]++;
			continue;
		}
		memmove(key + j + 1, key + j, (size_t) (distinct - j) * sizeof(*key));
		memmove(count + j + 1, count + j, (size_t) (distinct - j) * sizeof(*count));
		key[j] = in[i];
		count[j] = 1;
		distinct++;
	}
	return distinct;
}

/* Keys to their ranks, equal ones joined; -1 if unequal ones have one rank. */
static int
place_keys(const int64_t *in, const int32_t *rank, int n, int64_t *key, uint64_t *count)
{
	int			distinct = 0;
	bool		mistaken = false;
	int			i;

	memset(count, 0, (size_t) n * sizeof(*count));
	for (i = 0; i < n; i++)
	{
		int32_t		r = rank[i];

		mistaken |= count[r] != 0 && key[r] != in[i];
		key[r] = in[i];
		count[r]++;
	}
	if (mistaken)
		return -1;
	for (i = 0; i < n; i++)
	{
		key[distinct] = key[i];
		count[distinct] = count[i];
		distinct += count[i] != 0;
	}
	return distinct;
}

/* Up to this many values are not worth vectors. */
#define HANDFUL 4

/* dm_rank_keys() of a handful. */
static int
handful(const double *x, int n, int *drop, int64_t *key, uint64_t *count)
{
	uint64_t	any = 0;
	uint64_t	bad = 0;
	int64_t		in[HANDFUL];
	int			sum = 0;
	int			rank[HANDFUL];
	int			i;
	int			j;

	for (i = 0; i < n; i++)
	{
		uint64_t	mag = dm_bits(x[i]) & ~DM_SIGN_BIT;

		any |= mag;
		bad |= mag + (UINT64_C(1) << 52);
	}
	if (bad & DM_SIGN_BIT)
		return 0;
	*drop = any ? __builtin_ctzll(any) : DM_MAX_SHIFT;
	for (i = 0; i < n; i++)
	{
		uint64_t	bits = dm_bits(x[i]);
		int64_t		sign = (int64_t) bits >> 63;
		int64_t		k = (int64_t) ((bits & ~DM_SIGN_BIT) >> *drop) + 1;

		in[i] = (bits & ~DM_SIGN_BIT) == 0 ? 0 : (k ^ sign) - sign;
	}
	for (i = 0; i < n; i++)
	{
		rank[i] = 0;
		for (j = 0; j < n; j++)
			rank[i] += in[j] < in[i];
		sum += rank[i];
	}
	if (sum != n * (n - 1) / 2)
		return insertion_keys(in, n, key, count);
	for (i = 0; i < n; i++)
		key[rank[i]] = in[i];
	return n;
}

VECTOR static int64_t
prepare(const double *x, int n, int *drop, int64_t *in, int64_t *greatest)
{
	int64_t		any = or_magnitudes(x, n);
	int64_t		least;

	if (any < 0)
	{
		*drop = -1;
		return 0;
	}
	*drop = any ? __builtin_ctzll((unsigned long long) any) : DM_MAX_SHIFT;
	make_keys(in, x, n, *drop, &least, greatest);
	return least;
}

int
dm_rank_keys(const double *x, int n, int *drop, int64_t *key, uint64_t *count)
{
	int64_t		in[DM_RANK_MOST];
	int32_t		rank[DM_RANK_MOST + 4 * RANK_LANES];
	int64_t		greatest = 0;
	int64_t		least;
	uint64_t	range;
	int			bits;
	int			sum = 0;
	int			i;

	if (n <= HANDFUL)
		return handful(x, n, drop, key, count);
	least = prepare(x, n, drop, in, &greatest);
	if (*drop < 0)
		return 0;
	range = (uint64_t) greatest - (uint64_t) least;
	bits = range ? 64 - __builtin_clzll(range) : 0;
	rank_all(rank, in, n, least, bits > 31 ? bits - 31 : 0);
	for (i = 0; i < n; i++)
		sum += rank[i];
	/* equal numbers share the lowest of their ranks */
	if (sum == n * (n - 1) / 2)
	{
		for (i = 0; i < n; i++)
			key[rank[i]] = in[i];
		return n;
	}
	i = place_keys(in, rank, n, key, count);
	return i > 0 ? i : insertion_keys(in, n, key, count);
}

int
dm_rank_entries(const DmEntry *e, int n, int drop, int64_t *key, uint64_t *count)
{
	int64_t		in[DM_RANK_MOST];
	int32_t		rank[DM_RANK_MOST + 4 * RANK_LANES];
	int64_t		least = INT64_MAX;
	int64_t		greatest = INT64_MIN;
	uint64_t	range;
	bool		mistaken = false;
	int			distinct = 0;
	int			i;

	if (n <= 0)
		return 0;
	in[0] = 0;
	for (i = 0; i < n; i++)
	{
		in[i] = dm_key_fold(e[i].key, drop);
		least = in[i] < least ? in[i] : least;
		greatest = in[i] > greatest ? in[i] : greatest;
		count[i] = 0;
	}
	range = (uint64_t) greatest - (uint64_t) least;
	rank_all(rank, in, n, least, range >> 31 ? 33 - __builtin_clzll(range) : 0);
	for (i = 0; i < n; i++)
	{
		int32_t		r = rank[i];

		mistaken |= count[r] != 0 && key[r] != in[i];
		key[r] = in[i];
		count[r] += e[i].count;
	}
	if (mistaken)
		return -1;
	for (i = 0; i < n; i++)
	{
		key[distinct] = key[i];
		count[distinct] = count[i];
		distinct += count[i] != 0;
	}
	return distinct;
}

VECTOR void
dm_survey(const double *x, size_t n, DmSurvey *s)
{
	v4i			any = {0};
	v4i			bad = {0};
	v4i			signs = {0};
	v4i			plus = {0};
	v4i			lo = ALL_MAGNITUDE;
	v4i			hi = {0};
	size_t		i;

	for (i = 0; i < n; i += LANES)
	{
		v4i			bits;
		v4i			mag;
		v4i			zero;
		v4i			nonzero;
		v4i			less;
		v4i			more;

		memcpy(&bits, x + CLAMPED(i, n), sizeof(bits));
		mag = bits & ALL_MAGNITUDE;
		zero = mag == 0;
		any |= mag;
		bad |= (v4i) ((v4u) mag + ALL_EXPONENT);
		signs |= bits & ~zero;
		plus |= ~bits & ~zero;
		nonzero = mag | (zero & ALL_MAGNITUDE);
		less = nonzero < lo;
		more = mag > hi;
		lo = (nonzero & less) | (lo & ~less);
		hi = (mag & more) | (hi & ~more);
	}
	s->low_bits = 0;
	s->least = INT64_MAX;
	s->greatest = 0;
	for (i = 0; i < LANES; i++)
	{
		s->low_bits |= (uint64_t) any[i];
		s->least = (uint64_t) lo[i] < s->least ? (uint64_t) lo[i] : s->least;
		s->greatest = (uint64_t) hi[i] > s->greatest ? (uint64_t) hi[i] : s->greatest;
	}
	s->finite = (bad[0] | bad[1] | bad[2] | bad[3]) >= 0;
	s->negative = (signs[0] | signs[1] | signs[2] | signs[3]) < 0;
	s->positive = (plus[0] | plus[1] | plus[2] | plus[3]) < 0;
}

void
dm_window_choose(DmWindow *w, const DmSurvey *s, int shift, uint32_t most)
{
	uint64_t	span = 0;

	for (;; shift++)
	{
		if (s->greatest == 0)
			break;
		span = (s->greatest >> shift) - (s->least >> shift) + 1;
		if (span < most && span * ((uint64_t) s->negative + s->positive) < most)
			break;
	}
	w->shift = shift;
	w->base = s->greatest == 0 ? 0 : s->least >> shift;
	w->zero = s->negative ? (uint32_t) span : 0;
	w->bins = w->zero + 1 + (s->positive ? (uint32_t) span : 0);
}

VECTOR void
dm_window_places(const DmWindow *w, uint32_t *place, const double *x, int n)
{
	const uint64_t *bits = (const uint64_t *) (const void *) x;
	int			shift = w->shift;
	int32_t		base = (int32_t) (uint32_t) (w->base - 1);
	int32_t		zero = (int32_t) w->zero;
	int			i;

	/* places are small, so the lower words of magnitudes tell them */
	for (i = 0; i < n; i++)
	{
		uint64_t	mag = bits[i] & ~DM_SIGN_BIT;
		int32_t		sign = (int32_t) ((int64_t) bits[i] >> 63);
		int32_t		d = (int32_t) (uint32_t) (mag >> shift) - base;
		int32_t		nonzero = mag != 0 ? -1 : 0;

		place[i] = (uint32_t) (zero + (((d ^ sign) - sign) & nonzero));
	}
}
