/*
 * cluster_shape.c - accessors of labelled_vectors, and how compact and how far
 * apart its clusters are.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "base/row.h"
#include "base/type.h"
#include "stats/cluster_shape.h"
#include "types/labelled_vectors.h"

PG_FUNCTION_INFO_V1(datamon_labelled_vectors_count);
PG_FUNCTION_INFO_V1(datamon_labelled_vectors_unused);
PG_FUNCTION_INFO_V1(datamon_labelled_vectors_unlabelled);
PG_FUNCTION_INFO_V1(datamon_silhouette_score);
PG_FUNCTION_INFO_V1(datamon_silhouette_stderr);
PG_FUNCTION_INFO_V1(datamon_silhouette_by_cluster);
PG_FUNCTION_INFO_V1(datamon_davies_bouldin);
PG_FUNCTION_INFO_V1(datamon_calinski_harabasz);

#define MAX_DISTANCES 2500000000.0	/* 50,000 points without a sample */

static void
get_labelled(FunctionCallInfo fcinfo, DmLabelled *l)
{
	dm_labelled_vectors_read(dm_getarg(fcinfo, 0, DM_LABELLED_VECTORS), l);
}

Datum
datamon_labelled_vectors_count(PG_FUNCTION_ARGS)
{
	DmLabelled	l;

	get_labelled(fcinfo, &l);
	PG_RETURN_INT64((int64) l.n);
}

Datum
datamon_labelled_vectors_unused(PG_FUNCTION_ARGS)
{
	DmLabelled	l;

	get_labelled(fcinfo, &l);
	PG_RETURN_INT64((int64) (l.unlabelled + l.invalid));
}

Datum
datamon_labelled_vectors_unlabelled(PG_FUNCTION_ARGS)
{
	DmLabelled	l;

	get_labelled(fcinfo, &l);
	PG_RETURN_INT64((int64) l.unlabelled);
}

static void
check_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/*
 * The scores do not change with the unit, so values whose squares would leave
 * double are brought near 1 by a power of 2.
 */
static void
get_points(FunctionCallInfo fcinfo, DmLabelled *l, DmPoints *p)
{
	double		largest = 0;
	int			exponent;
	size_t		i;

	get_labelled(fcinfo, l);
	for (i = 0; i < l->n * l->dims; i++)
		largest = fmax(largest, fabs(l->values[i]));
	(void) frexp(largest, &exponent);
	if (largest > 0 && (exponent > 300 || exponent < -300))
		for (i = 0; i < l->n * l->dims; i++)
			l->values[i] = ldexp(l->values[i], -exponent);
	p->n = l->n;
	p->dims = l->dims;
	p->k = l->k;
	p->values = l->values;
	p->start = l->start;
	p->pause = check_interrupts;
}

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the sample's only source of chance. */
static double
next_random(uint64 *state)
{
	uint64		z = (*state += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return ldexp((double) ((z ^ (z >> 31)) >> 11), -53);
}

/* Silhouettes of a cluster's points, summed up. */
typedef struct Silhouettes
{
	double		n;
	double		mean;
	double		squares;		/* of the deviations from the mean (Welford) */
} Silhouettes;

static void
add_silhouette(Silhouettes *s, double v)
{
	double		deviation = v - s->mean;

	s->n++;
	s->mean += deviation / s->n;
	s->squares += deviation * (v - s->mean);
}

/* (vectors, sample_size, seed); NULL is all, 0 */
static double
sample_size(FunctionCallInfo fcinfo, size_t n)
{
	if (PG_NARGS() < 2 || PG_ARGISNULL(1))
		return (double) n;
	if (PG_GETARG_INT32(1) < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"sample_size\" must be at least 2"),
				 errhint("NULL takes all points.")));
	return Min((double) PG_GETARG_INT32(1), (double) n);
}

/*
 * Silhouettes of a sample of the points against all of them.  Points are drawn
 * in the packed order, each with the same chance, without replacement (Knuth,
 * TAOCP 2, 3.4.2, algorithm S), so the sample is a function of rows and seed.
 * "by" has a place per cluster; false where silhouettes are not defined.
 */
static bool
take_silhouettes(FunctionCallInfo fcinfo, const DmPoints *p, Silhouettes *all, Silhouettes *by)
{
	double		wanted = sample_size(fcinfo, p->n);
	uint64		state = PG_NARGS() < 3 || PG_ARGISNULL(2) ? 0 : (uint64) PG_GETARG_INT64(2);
	size_t		c;
	size_t		i;

	memset(all, 0, sizeof(*all));
	memset(by, 0, p->k * sizeof(*by));
	if (p->k < 2 || p->k >= p->n)
		return false;
	if (wanted * (double) p->n > MAX_DISTANCES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the silhouettes of so many points take too long"),
				 errhint("Give a \"sample_size\" of at most %.0f.",
						 floor(MAX_DISTANCES / (double) p->n))));
	for (c = 0; c < p->k; c++)
		for (i = p->start[c]; i < p->start[c + 1]; i++)
		{
			double		v;

			if (next_random(&state) * (double) (p->n - i) >= wanted - all->n)
				continue;
			CHECK_FOR_INTERRUPTS();
			v = dm_silhouette(p, c, i);
			add_silhouette(all, v);
			add_silhouette(&by[c], v);
		}
	return true;
}

Datum
datamon_silhouette_score(PG_FUNCTION_ARGS)
{
	DmLabelled	l;
	DmPoints	p;
	Silhouettes all;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	get_points(fcinfo, &l, &p);
	if (!take_silhouettes(fcinfo, &p, &all, palloc(Max(p.k, 1) * sizeof(Silhouettes))))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(all.mean);
}

/* Of the sample's mean, with the correction for a finite population. */
Datum
datamon_silhouette_stderr(PG_FUNCTION_ARGS)
{
	DmLabelled	l;
	DmPoints	p;
	Silhouettes all;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	get_points(fcinfo, &l, &p);
	if (!take_silhouettes(fcinfo, &p, &all, palloc(Max(p.k, 1) * sizeof(Silhouettes))))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(sqrt(all.squares / (all.n - 1) / all.n * (1 - all.n / (double) p.n)));
}

Datum
datamon_silhouette_by_cluster(PG_FUNCTION_ARGS)
{
	DmLabelled	l;
	DmPoints	p;
	DmRowSet		rows;
	Silhouettes all;
	Silhouettes *by;
	size_t		c;

	dm_rows_begin(fcinfo, &rows);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	get_points(fcinfo, &l, &p);
	by = palloc(Max(p.k, 1) * sizeof(Silhouettes));
	(void) take_silhouettes(fcinfo, &p, &all, by);
	for (c = 0; c < p.k; c++)
	{
		dm_row_string(&rows.row, l.label[c], l.len[c]);
		dm_row_count(&rows.row, (int64) (p.start[c + 1] - p.start[c]));
		dm_row_double(&rows.row, by[c].n > 0 ? by[c].mean : NAN);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}

Datum
datamon_davies_bouldin(PG_FUNCTION_ARGS)
{
	DmLabelled	l;
	DmPoints	p;
	double	   *centres;

	get_points(fcinfo, &l, &p);
	if ((double) p.k * (double) p.k * (double) p.dims > MAX_DISTANCES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the Davies-Bouldin score of so many clusters takes too long"),
				 errhint("Use calinski_harabasz_score().")));
	centres = palloc(Max(p.k * p.dims, 1) * sizeof(double));
	dm_cluster_centres(&p, centres);
	return dm_return_double(fcinfo, dm_davies_bouldin(&p, centres, palloc(Max(p.k, 1) * sizeof(double))));
}

Datum
datamon_calinski_harabasz(PG_FUNCTION_ARGS)
{
	DmLabelled	l;
	DmPoints	p;
	double	   *centres;

	get_points(fcinfo, &l, &p);
	centres = palloc(Max(p.k * p.dims, 1) * sizeof(double));
	dm_cluster_centres(&p, centres);
	return dm_return_double(fcinfo, dm_calinski_harabasz(&p, centres,
											   palloc(Max(p.dims, 1) * sizeof(double))));
}
