/*
 * tails.c - upper tails of distributions, which the rules take p-values from.
 */
#include "base/compat.h"

#include <math.h>

#include "fmgr.h"
#include "stats/beta_binomial.h"
#include "stats/special.h"

PG_FUNCTION_INFO_V1(datamon_normal_tail);

Datum
datamon_normal_tail(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(dm_normal_sf(PG_GETARG_FLOAT8(0)));
}

/* Of the Gamma distribution with this mean and standard deviation. */
PG_FUNCTION_INFO_V1(datamon_gamma_tail);

Datum
datamon_gamma_tail(PG_FUNCTION_ARGS)
{
	double		x = PG_GETARG_FLOAT8(0);
	double		mean = PG_GETARG_FLOAT8(1);
	double		stddev = PG_GETARG_FLOAT8(2);

	if (!(x > 0 && mean > 0 && stddev > 0))
		PG_RETURN_FLOAT8(1.0);
	PG_RETURN_FLOAT8(dm_gamma_q((mean / stddev) * (mean / stddev), x * mean / (stddev * stddev)));
}

/*
 * A p-value that took a spread for known, when it was estimated with so many
 * degrees of freedom: the normal deviate it stands for, read as Student's t.
 */
PG_FUNCTION_INFO_V1(datamon_studentised);

Datum
datamon_studentised(PG_FUNCTION_ARGS)
{
	double		p = PG_GETARG_FLOAT8(0);
	double		df = PG_GETARG_FLOAT8(1);
	double		z;

	if (!(p < 0.5) || !(df < 1e9))
		PG_RETURN_FLOAT8(p);
	z = -dm_normal_quantile(Max(p, 1e-300));
	PG_RETURN_FLOAT8(dm_beta_p(df / 2, 0.5, df / (df + z * z)) / 2);
}

/* The chance of so many of n or more, after so many of so many, where the share itself varies. */
PG_FUNCTION_INFO_V1(datamon_rate_tail);

Datum
datamon_rate_tail(PG_FUNCTION_ARGS)
{
	double		p = dm_rate_upper(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), PG_GETARG_FLOAT8(3),
								  PG_GETARG_FLOAT8(4));

	if (isnan(p))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p);
}
