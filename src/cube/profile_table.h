/*
 * profile_table.h - what profile_table() has been asked for.
 */
#ifndef DATAMON_CUBE_PROFILE_TABLE_H
#define DATAMON_CUBE_PROFILE_TABLE_H

#include "postgres.h"

#include "utils/relcache.h"

#include "cube/cube.h"
#include "scan/scan.h"

typedef struct DmTablePlan
{
	Relation	relation;
	int			ncolumns;		/* of the scan: dimensions, columns of the profile, time, outcome */
	DmScanColumn *column;
	const char **name;
	DmCubeShape shape;			/* but for the dictionaries and the memory */
	int64		width;			/* of a bucket, in microseconds; 0: no time */
} DmTablePlan;

/* Buckets begin where those of a monitor do: on Monday, 2000-01-03. */
#define DM_BUCKET_ORIGIN (2 * USECS_PER_DAY)

/* From the arguments of profile_table(); an error where they are wrong. */
extern DmTablePlan *dm_table_plan(FunctionCallInfo fcinfo);

#endif							/* DATAMON_CUBE_PROFILE_TABLE_H */
