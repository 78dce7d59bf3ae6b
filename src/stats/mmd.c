/*
 * mmd.c - maximum mean discrepancy of two samples of vectors.
 *
 * No matrix of the kernel is kept.  Its rows are made in blocks, and each
 * block is multiplied with the indicators of many partitions at once: of the
 * observed one, which is column 0, and of the permuted ones.
 */
#include <math.h>
#include <string.h>

#include "stats/mmd.h"

#define LANES 128				/* partitions at once */
#define BLOCK 8					/* rows at once */
#define TILE 64					/* columns at once */
#define DIGITS 65536			/* of 16 bits */

/* Equal partitions differ by the rounding of their sums. */
#define TIE 1e-12

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((target_clones("avx2", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define VECTOR __attribute__((optimize("O3")))
#else
#define VECTOR
#endif

typedef struct Work
{
	const DmMmdInput *in;
	size_t		rows;
	double		gamma;			/* of the scaled vectors */
	int			exponent;		/* of the scale */
	double	   *x;				/* scaled */
	double	   *z;				/* rows x LANES: 1 where a row is of the reference */
	double	   *sum;			/* of each row of the kernel, without the diagonal */
	double	   *acc;			/* BLOCK x LANES */
	double	   *k;				/* BLOCK x TILE */
	double	   *within;			/* LANES: sums over pairs inside the reference */
	double	   *count;			/* DIGITS */
	double	   *place;			/* rows: a permutation */
} Work;

size_t
dm_mmd_room(size_t rows, size_t dimension)
{
	return rows * dimension + rows * LANES + rows + BLOCK * LANES + BLOCK * TILE + LANES + DIGITS + rows;
}

/* So that no square leaves double: in units of a power of two next to the largest value. */
static void
scale_vectors(Work *w)
{
	const DmMmdInput *in = w->in;
	size_t		values = w->rows * in->dimension;
	double		most = 0;
	size_t		i;

	for (i = 0; i < values; i++)
		most = fmax(most, fabs(in->vector[i]));
	frexp(most, &w->exponent);
	for (i = 0; i < values; i++)
		w->x[i] = ldexp(in->vector[i], -w->exponent);
}

static double
square_distance(const double *a, const double *b, size_t dimension)
{
	double		sum = 0;
	size_t		i;

	for (i = 0; i < dimension; i++)
		sum += (a[i] - b[i]) * (a[i] - b[i]);
	return sum;
}

static uint64_t
bits_of(double d)
{
	uint64_t	bits;

	memcpy(&bits, &d, sizeof(bits));
	return bits;
}

/* How often the 16 bits at "shift" occur among distances that begin with "prefix"; returns the sum of all. */
static double
count_digits(Work *w, uint64_t prefix, int shift)
{
	size_t		dimension = w->in->dimension;
	double		sum = 0;
	size_t		i,
				j;

	memset(w->count, 0, sizeof(double) * DIGITS);
	for (i = 1; i < w->rows; i++)
	{
		for (j = 0; j < i; j++)
		{
			double		d = square_distance(w->x + i * dimension, w->x + j * dimension, dimension);
			uint64_t	bits = bits_of(d);

			sum += d;
			if (shift == 48 || bits >> (shift + 16) == prefix)
				w->count[bits >> shift & (DIGITS - 1)]++;
		}
		if (w->in->pause && i % BLOCK == 0)
			w->in->pause();
	}
	return sum;
}

/* The lower median of all squared distances, digit by digit: nothing is kept or sorted. */
static double
median_distance(Work *w, double *mean)
{
	double		pairs = (double) w->rows * ((double) w->rows - 1) / 2;
	double		rank = floor((pairs - 1) / 2);
	uint64_t	prefix = 0;
	double		median;
	int			shift;

	for (shift = 48; shift >= 0; shift -= 16)
	{
		double		sum = count_digits(w, prefix, shift);
		uint64_t	digit = 0;

		*mean = sum / pairs;
		while (rank >= w->count[digit])
			rank -= w->count[digit++];
		prefix = prefix << 16 | digit;
	}
	memcpy(&median, &prefix, sizeof(median));
	return median;
}

/* Sets gamma; returns sigma. */
static double
choose_sigma(Work *w)
{
	double		mean,
				median;

	if (!isnan(w->in->sigma))
	{
		double		sigma = ldexp(w->in->sigma, -w->exponent);

		w->gamma = 1 / sigma / sigma / 2;
		return w->in->sigma;
	}
	median = median_distance(w, &mean);
	if (median == 0)
		median = mean;
	w->gamma = median > 0 ? 1 / median : 0;
	return ldexp(sqrt(median / 2), w->exponent);
}

/* Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
static uint64_t
split_mix(uint64_t *state)
{
	uint64_t	v = *state += UINT64_C(0x9e3779b97f4a7c15);

	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

/* From 0 to range - 1, all alike. */
static size_t
random_below(uint64_t *state, size_t range)
{
	uint64_t	limit = UINT64_MAX - UINT64_MAX % range;
	uint64_t	v;

	do
		v = split_mix(state);
	while (v >= limit);
	return (size_t) (v % range);
}

/* Column 0 is the observed partition; the others are drawn. */
static void
draw_partitions(Work *w, int lanes, uint64_t *state)
{
	size_t		i;
	int			b;

	memset(w->z, 0, sizeof(double) * w->rows * LANES);
	for (i = 0; i < w->in->n; i++)
		w->z[i * LANES] = 1;
	for (b = 1; b < lanes; b++)
	{
		for (i = 0; i < w->rows; i++)
			w->place[i] = (double) i;
		for (i = 0; i < w->in->n; i++)
		{
			size_t		other = i + random_below(state, w->rows - i);
			double		drawn = w->place[other];

			w->place[other] = w->place[i];
			w->place[i] = drawn;
			w->z[(size_t) drawn * LANES + b] = 1;
		}
	}
}

/* The kernel of rows from "row" and columns from "column", 0 unless the column comes first. */
static void
make_kernel(Work *w, size_t row, size_t rows, size_t column, size_t columns)
{
	size_t		dimension = w->in->dimension;
	size_t		i,
				j;

	for (i = 0; i < rows; i++)
		for (j = 0; j < columns; j++)
		{
			double		k = 0;

			if (column + j < row + i)
			{
				k = exp(-w->gamma * square_distance(w->x + (row + i) * dimension,
													w->x + (column + j) * dimension, dimension));
				w->sum[row + i] += k;
				w->sum[column + j] += k;
			}
			w->k[i * TILE + j] = k;
		}
}

/* acc += k z */
VECTOR static void
multiply(double *restrict acc, const double *restrict k, const double *restrict z,
		 size_t rows, size_t columns, int lanes)
{
	size_t		i,
				j;
	int			b;

	for (i = 0; i < rows; i++)
		for (j = 0; j < columns; j++)
		{
			double		kernel = k[i * TILE + j];

			for (b = 0; b < lanes; b++)
				acc[i * LANES + b] += kernel * z[j * LANES + b];
		}
}

/* Sums of the kernel over the pairs inside the reference, for every partition. */
static void
sum_within(Work *w, int lanes)
{
	size_t		row,
				column,
				i;
	int			b;

	memset(w->sum, 0, sizeof(double) * w->rows);
	memset(w->within, 0, sizeof(double) * LANES);
	for (row = 0; row < w->rows; row += BLOCK)
	{
		size_t		rows = w->rows - row < BLOCK ? w->rows - row : BLOCK;

		memset(w->acc, 0, sizeof(double) * BLOCK * LANES);
		for (column = 0; column < row + rows; column += TILE)
		{
			size_t		columns = w->rows - column < TILE ? w->rows - column : TILE;

			make_kernel(w, row, rows, column, columns);
			multiply(w->acc, w->k, w->z + column * LANES, rows, columns, (lanes + 7) / 8 * 8);
		}
		for (i = 0; i < rows; i++)
			for (b = 0; b < lanes; b++)
				w->within[b] += w->z[(row + i) * LANES + b] * w->acc[i * LANES + b];
		if (w->in->pause)
			w->in->pause();
	}
}

/* One partition's estimate: unbiased, and the square of the biased one. */
static double
estimate(const Work *w, int b, double *biased)
{
	double		n = (double) w->in->n,
				m = (double) w->in->m;
	double		touching = 0,
				total = 0;
	double		inside = w->within[b],
				between,
				outside;
	size_t		i;

	for (i = 0; i < w->rows; i++)
	{
		touching += w->z[i * LANES + b] * w->sum[i];
		total += w->sum[i];
	}
	between = touching - 2 * inside;
	outside = total / 2 - inside - between;
	*biased = (2 * inside + n) / n / n + (2 * outside + m) / m / m - 2 * between / n / m;
	return 2 * inside / n / (n - 1) + 2 * outside / m / (m - 1) - 2 * between / n / m;
}

static void
lay_out(Work *w, const DmMmdInput *in)
{
	w->in = in;
	w->rows = in->n + in->m;
	w->x = in->room;
	w->z = w->x + w->rows * in->dimension;
	w->sum = w->z + w->rows * LANES;
	w->acc = w->sum + w->rows;
	w->k = w->acc + BLOCK * LANES;
	w->within = w->k + BLOCK * TILE;
	w->count = w->within + LANES;
	w->place = w->count + DIGITS;
}

DmMmd
dm_mmd(const DmMmdInput *in)
{
	DmMmd		result = {NAN, NAN, NAN, NAN};
	uint64_t	state = in->seed;
	int			as_large = 0;
	int			done = 0;
	double		biased;
	Work		w;

	if (in->n < 2 || in->m < 2)
		return result;
	lay_out(&w, in);
	scale_vectors(&w);
	result.sigma = choose_sigma(&w);
	do
	{
		int			more = in->permutations - done < LANES - 1 ? in->permutations - done : LANES - 1;
		int			b;

		draw_partitions(&w, more + 1, &state);
		sum_within(&w, more + 1);
		result.statistic = estimate(&w, 0, &biased);
		result.biased = sqrt(fmax(biased, 0));
		for (b = 1; b <= more; b++)
			as_large += estimate(&w, b, &biased) >= result.statistic - TIE;
		done += more;
	} while (done < in->permutations);
	result.p_value = (as_large + 1.0) / (in->permutations + 1.0);
	return result;
}
