/*
 * clustering_metrics.c - agreement of two clusterings, from the
 * confusion_matrix of true and found clusters.
 *
 * Every function is also the final function of the aggregate of its name, so
 * it takes either form of the state, and NULL for no rows.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/checks.h"
#include "base/type.h"
#include "stats/clustering.h"
#include "types/confusion_matrix.h"

PG_FUNCTION_INFO_V1(datamon_cluster_v_measure);
PG_FUNCTION_INFO_V1(datamon_cluster_normalized_mutual_info);
PG_FUNCTION_INFO_V1(datamon_cluster_adjusted_mutual_info);
PG_FUNCTION_INFO_V1(datamon_cluster_purity);

#define MAX_SIZE_PAIRS 10000000

static void
get_matrix(FunctionCallInfo fcinfo, DmMatrix *m)
{
	DmClasses	c;

	dm_confusion_matrix_read(dm_getarg(fcinfo, 0, DM_CONFUSION_MATRIX), &c);
	*m = c.matrix;
}

static Datum
score(FunctionCallInfo fcinfo, double (*kernel) (const DmMatrix *m))
{
	DmMatrix	m;

	get_matrix(fcinfo, &m);
	return dm_return_double(fcinfo, kernel(&m));
}

DM_FUNCTION(cluster_homogeneity, score(fcinfo, dm_homogeneity));
DM_FUNCTION(cluster_completeness, score(fcinfo, dm_completeness));
DM_FUNCTION(cluster_rand, score(fcinfo, dm_rand));
DM_FUNCTION(cluster_adjusted_rand, score(fcinfo, dm_adjusted_rand));
DM_FUNCTION(cluster_fowlkes_mallows, score(fcinfo, dm_fowlkes_mallows));
DM_FUNCTION(cluster_mutual_info, score(fcinfo, dm_mutual_information));

Datum
datamon_cluster_v_measure(PG_FUNCTION_ARGS)
{
	double		beta = PG_NARGS() > 1 ? PG_GETARG_FLOAT8(1) : 1;
	DmMatrix	m;

	if (isnan(beta) || beta < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"beta\" must not be negative or NaN"),
				 errhint("0 gives homogeneity, more favours completeness.")));
	get_matrix(fcinfo, &m);
	return dm_return_double(fcinfo, dm_v_measure(&m, beta));
}

static DmMean
get_mean(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"arithmetic", "geometric", "min", "max"};
	char	   *name;
	int			i;

	if (PG_NARGS() < 2)
		return DM_MEAN_ARITHMETIC;
	name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	for (i = DM_MEAN_ARITHMETIC; i <= DM_MEAN_MAX; i++)
		if (strcmp(name, names[i]) == 0)
			return (DmMean) i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"average_method\" \"%s\" is not known", name),
			 errhint("Use 'arithmetic', 'geometric', 'min' or 'max'.")));
	pg_unreachable();
}

Datum
datamon_cluster_normalized_mutual_info(PG_FUNCTION_ARGS)
{
	DmMean		mean = get_mean(fcinfo);
	DmMatrix	m;

	get_matrix(fcinfo, &m);
	return dm_return_double(fcinfo, dm_normalized_mutual_information(&m, mean));
}

/* How many clusters have each size. */
typedef struct SizeCount
{
	double		size;
	double		clusters;
} SizeCount;

static int
by_size(const void *a, const void *b)
{
	double		x = ((const SizeCount *) a)->size;
	double		y = ((const SizeCount *) b)->size;

	return (x > y) - (x < y);
}

static SizeCount *
count_sizes(const double *sizes, size_t k, size_t *n)
{
	SizeCount  *s = palloc(Max(k, 1) * sizeof(SizeCount));
	size_t		used = 0;
	size_t		i;

	for (i = 0; i < k; i++)
	{
		s[i].size = sizes[i];
		s[i].clusters = 1;
	}
	qsort(s, k, sizeof(SizeCount), by_size);
	for (i = 0; i < k; i++)
	{
		if (!(s[i].size > 0))
			continue;
		if (used > 0 && s[used - 1].size == s[i].size)
			s[used - 1].clusters++;
		else
			s[used++] = s[i];
	}
	*n = used;
	return s;
}

/* The term of a pair of clusters depends on their sizes only. */
static double
expected_information(const DmMatrix *m)
{
	size_t		n_actual;
	size_t		n_predicted;
	SizeCount  *actual = count_sizes(m->actual, m->k, &n_actual);
	SizeCount  *predicted = count_sizes(m->predicted, m->k, &n_predicted);
	double		sum = 0;
	size_t		i;
	size_t		j;

	if (n_actual * n_predicted > MAX_SIZE_PAIRS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the expected mutual information of so many clusters takes too long"),
				 errdetail("There are %zu different sizes of true clusters and %zu of found ones.",
						   n_actual, n_predicted),
				 errhint("Use adjusted_rand_score().")));
	for (i = 0; i < n_actual; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (j = 0; j < n_predicted; j++)
			sum += actual[i].clusters * predicted[j].clusters *
				dm_expected_information(actual[i].size, predicted[j].size, m->n);
	}
	pfree(actual);
	pfree(predicted);
	return sum;
}

Datum
datamon_cluster_adjusted_mutual_info(PG_FUNCTION_ARGS)
{
	DmMean		mean = get_mean(fcinfo);
	DmMatrix	m;

	get_matrix(fcinfo, &m);
	return dm_return_double(fcinfo, dm_adjusted_mutual_information(&m, mean, expected_information(&m)));
}

Datum
datamon_cluster_purity(PG_FUNCTION_ARGS)
{
	DmMatrix	m;

	get_matrix(fcinfo, &m);
	return dm_return_double(fcinfo, dm_purity(&m, palloc(Max(m.k, 1) * sizeof(double))));
}
