/*
 * value_type.c - how values of SQL types are read.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "base/value_type.h"

#define UNIX_EPOCH_MICROSECONDS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)
#define UNIX_EPOCH_SECONDS ((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) SECS_PER_DAY)

static const struct
{
	Oid			oid;
	DmValueType type;
}			known_types[] =
{
	{FLOAT8OID, DM_VALUE_FLOAT8},
	{FLOAT4OID, DM_VALUE_FLOAT4},
	{INT2OID, DM_VALUE_INT2},
	{INT4OID, DM_VALUE_INT4},
	{INT8OID, DM_VALUE_INT8},
	{NUMERICOID, DM_VALUE_NUMERIC},
	{DATEOID, DM_VALUE_DATE},
	{TIMESTAMPOID, DM_VALUE_TIMESTAMP},
	{TIMESTAMPTZOID, DM_VALUE_TIMESTAMP},
	{TIMEOID, DM_VALUE_TIME},
	{INTERVALOID, DM_VALUE_INTERVAL},
	{BOOLOID, DM_VALUE_BOOL},
	{TEXTOID, DM_VALUE_TEXT},
	{VARCHAROID, DM_VALUE_TEXT},
	{BPCHAROID, DM_VALUE_OUTPUT},
	{NAMEOID, DM_VALUE_OUTPUT},
	{CHAROID, DM_VALUE_OUTPUT},
	{UUIDOID, DM_VALUE_OUTPUT},
};

DmValueType
dm_value_type(Oid type)
{
	Oid			base = getBaseType(type);
	int			i;

	for (i = 0; i < (int) lengthof(known_types); i++)
		if (known_types[i].oid == base)
			return known_types[i].type;
	return type_is_enum(base) ? DM_VALUE_OUTPUT : DM_VALUE_OTHER;
}

/* Seconds since 1970-01-01 00:00:00. */
static double
timestamp_seconds(Timestamp t)
{
	if (TIMESTAMP_IS_NOBEGIN(t))
		return -INFINITY;
	if (TIMESTAMP_IS_NOEND(t))
		return INFINITY;
	/* as date_part(): one rounding, as long as the difference is an integer */
	if (t < PG_INT64_MAX - UNIX_EPOCH_MICROSECONDS)
		return (double) (t + UNIX_EPOCH_MICROSECONDS) / USECS_PER_SEC;
	return (double) t / USECS_PER_SEC + UNIX_EPOCH_SECONDS;
}

static double
date_seconds(DateADT d)
{
	if (DATE_IS_NOBEGIN(d))
		return -INFINITY;
	if (DATE_IS_NOEND(d))
		return INFINITY;
	return d * (double) SECS_PER_DAY + UNIX_EPOCH_SECONDS;
}

static double
interval_seconds(const Interval *i)
{
#ifdef INTERVAL_IS_NOBEGIN			/* infinite intervals: from 17 on */
	if (INTERVAL_IS_NOBEGIN(i))
		return -INFINITY;
	if (INTERVAL_IS_NOEND(i))
		return INFINITY;
#endif
	/* as EXTRACT(EPOCH FROM interval) */
	return i->time / (double) USECS_PER_SEC + i->day * (double) SECS_PER_DAY +
		(i->month / MONTHS_PER_YEAR) * (DAYS_PER_YEAR * SECS_PER_DAY) +
		(i->month % MONTHS_PER_YEAR) * ((double) DAYS_PER_MONTH * SECS_PER_DAY);
}

double
dm_other_number(DmValueType type, Datum value)
{
	switch (type)
	{
		case DM_VALUE_FLOAT4:
			return DatumGetFloat4(value);
		case DM_VALUE_INT2:
			return DatumGetInt16(value);
		case DM_VALUE_INT4:
			return DatumGetInt32(value);
		case DM_VALUE_INT8:
			return (double) DatumGetInt64(value);
		case DM_VALUE_DATE:
			return date_seconds(DatumGetDateADT(value));
		case DM_VALUE_TIMESTAMP:
			return timestamp_seconds(DatumGetTimestamp(value));
		case DM_VALUE_TIME:
			return DatumGetTimeADT(value) / (double) USECS_PER_SEC;
		case DM_VALUE_INTERVAL:
			return interval_seconds(DatumGetIntervalP(value));
		default:
			elog(ERROR, "value is not a number");
	}
	return 0;
}
