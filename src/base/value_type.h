/*
 * value_type.h - how values of SQL types are read: as numbers, or as categories.
 *
 * One reading for the aggregate and for the scan, so that both see the same.
 */
#ifndef DATAMON_BASE_VALUE_TYPE_H
#define DATAMON_BASE_VALUE_TYPE_H

#include "base/numeric.h"

typedef enum DmValueType
{
	DM_VALUE_FLOAT8,
	DM_VALUE_FLOAT4,
	DM_VALUE_INT2,
	DM_VALUE_INT4,
	DM_VALUE_INT8,
	DM_VALUE_NUMERIC,
	DM_VALUE_DATE,
	DM_VALUE_TIMESTAMP,			/* with a time zone or without: UTC */
	DM_VALUE_TIME,
	DM_VALUE_INTERVAL,
	DM_VALUE_BOOL,				/* from here on no numbers, but categories */
	DM_VALUE_TEXT,
	DM_VALUE_OUTPUT,			/* enum, uuid, ...: by the type's output function */
	DM_VALUE_OTHER				/* none of these */
} DmValueType;

#define DM_VALUE_IS_NUMBER(t) ((t) < DM_VALUE_BOOL)

/* Domains are looked through. */
extern DmValueType dm_value_type(Oid type);

/* Of a number that is neither numeric nor float8. */
extern double dm_other_number(DmValueType type, Datum value);

static inline double
dm_value_number(DmValueType type, Datum value)
{
	if (type == DM_VALUE_NUMERIC)
		return dm_numeric_to_double(value);
	return type == DM_VALUE_FLOAT8 ? DatumGetFloat8(value) : dm_other_number(type, value);
}

#endif							/* DATAMON_BASE_VALUE_TYPE_H */
