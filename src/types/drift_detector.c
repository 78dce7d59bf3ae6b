/*
 * drift_detector.c - the type drift_detector and its functions.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "base/checks.h"
#include "base/row.h"
#include "base/type.h"
#include "types/drift_detector.h"
#include "types/fields.h"

#define MOST_SUM 1e300			/* no sum of usable values in fewer than 2^63 rows is greater */

static void
walk_bucket(DmFields *f, DmDriftBucket *b, bool numeric)
{
	uint64		ones = (uint64) b->sum;

	if (numeric)
	{
		dm_fields_open(f, NULL);
		dm_field_double(f, NULL, &b->sum, MOST_SUM);
		dm_field_double(f, NULL, &b->squares, MOST_SUM);
		dm_fields_close(f);
		return;
	}
	dm_field_count(f, NULL, &ones, (uint64) DM_DRIFT_ROWS << DM_DRIFT_LEVELS);
	b->sum = b->squares = (double) ones;
}

/* The order of members is the format. */
static void
walk(DmFields *f, void *state)
{
	DmDrift    *d = state;
	uint32		i;
	int			level;

	dm_field_count(f, "used", &d->used, PG_INT64_MAX);
	dm_field_count(f, "unused", &d->unused, PG_INT64_MAX);
	dm_field_count(f, "drifts", &d->drifts, PG_INT64_MAX);
	dm_field_u8(f, "detected", &d->detected, 1);
	dm_field_u8(f, "numeric", &d->numeric, 1);
	dm_field_u8(f, "above", &d->above, 1);
	dm_field_u8(f, "beyond", &d->beyond, DM_DRIFT_BEYOND);
	dm_field_count(f, "change_row", &d->change_row, PG_INT64_MAX);
	dm_field_count(f, "found_row", &d->found_row, PG_INT64_MAX);
	dm_field_double(f, "before", &d->before, 2 * DM_DRIFT_MOST);
	dm_field_double(f, "after", &d->after, 2 * DM_DRIFT_MOST);
	dm_field_double(f, "run_length", &d->run_length, DM_DRIFT_MOST);
	dm_field_double(f, "origin", &d->origin, DM_DRIFT_MOST);
	dm_field_double(f, "evidence", &d->evidence, MOST_SUM);
	dm_field_u32(f, "waiting", &d->waiting, DM_DRIFT_ROWS - 1);
	dm_fields_open(f, "last");
	walk_bucket(f, &d->last, d->numeric);
	dm_fields_close(f);
	dm_fields_open(f, "buckets");
	for (level = 0; level < DM_DRIFT_LEVELS; level++)
	{
		dm_fields_open(f, NULL);
		dm_field_u32(f, NULL, &d->n[level], DM_DRIFT_WIDTH);
		for (i = 0; i < d->n[level]; i++)
			walk_bucket(f, &d->bucket[level][i], d->numeric);
		dm_fields_close(f);
	}
	dm_fields_close(f);
}

static bool
unpack(const struct varlena *packed, DmDrift *d)
{
	memset(d, 0, sizeof(*d));
	if (!dm_fields_read(packed, walk, d) || d->used + d->unused > PG_INT64_MAX || !dm_drift_valid(d))
		return false;
	dm_drift_restore(d);
	return true;
}

static bool
valid_state(const struct varlena *packed)
{
	DmDrift		d;

	return unpack(packed, &d);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	return dm_fields_pack(DM_DRIFT_DETECTOR, walk, &((const DmDriftDetector *) working)->drift);
}

static struct varlena *
parse_state(DmJson *j)
{
	DmDrift		d;

	memset(&d, 0, sizeof(d));
	return dm_fields_parse(j, walk, &d) ? dm_fields_pack(DM_DRIFT_DETECTOR, walk, &d) : NULL;
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmDrift		d;

	if (!unpack(packed, &d))
		dm_corrupt(DRIFT_DETECTOR_NAME);
	dm_fields_print(buf, walk, &d);
}

static const DmType drift_detector_type = {
	DM_DRIFT_DETECTOR, DRIFT_DETECTOR_NAME, print_state, parse_state, valid_state, pack_state, NULL
};

/* Two parts of a stream have no state in common: no merge(), no +. */
DM_FUNCTION(drift_detector_in, dm_type_in(fcinfo, &drift_detector_type));
DM_FUNCTION(drift_detector_out, dm_type_out(fcinfo, &drift_detector_type));
DM_FUNCTION(drift_detector_recv, dm_type_recv(fcinfo, &drift_detector_type));
DM_FUNCTION(drift_detector_send, dm_type_send(fcinfo, &drift_detector_type));
DM_FUNCTION(drift_detector_eq, dm_type_equal(fcinfo, &drift_detector_type, true));
DM_FUNCTION(drift_detector_ne, dm_type_equal(fcinfo, &drift_detector_type, false));
DM_FUNCTION(drift_detector_final, dm_type_final(fcinfo, &drift_detector_type));

DmDriftDetector *
dm_drift_detector_new(double run_length)
{
	DmDriftDetector *w = palloc0(sizeof(DmDriftDetector));

	dm_header_working(w, DM_DRIFT_DETECTOR, sizeof(DmDriftDetector));
	dm_drift_init(&w->drift, run_length);
	return w;
}

double
dm_getarg_run_length(FunctionCallInfo fcinfo, int n)
{
	float8		rows;

	if (PG_ARGISNULL(n))
		return 0;
	rows = PG_GETARG_FLOAT8(n);
	if (!(rows >= DM_DRIFT_LEAST_RUN && rows <= DM_DRIFT_MOST))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_length must be a finite number of at least %g rows", DM_DRIFT_LEAST_RUN),
				 errhint("It is how many rows without a change go by, on average, until one is taken for a change.")));
	return rows;
}

static void
getarg_drift(FunctionCallInfo fcinfo, int n, DmDrift *d)
{
	struct varlena *state = dm_getarg(fcinfo, n, DM_DRIFT_DETECTOR);

	if (DM_IS_WORKING(state))
		memcpy(d, &((DmDriftDetector *) state)->drift, sizeof(*d));
	else if (!unpack(state, d))
		dm_corrupt(DRIFT_DETECTOR_NAME);
}

static void
take(DmDrift *d, bool null, double value)
{
	if (d->used + d->unused >= PG_INT64_MAX)
		dm_add_count(PG_INT64_MAX, 1);
	if (null)
		dm_drift_skip(d);
	else
		dm_drift_update(d, value);
}

void
dm_drift_take_number(FunctionCallInfo fcinfo, DmDrift *d)
{
	take(d, PG_ARGISNULL(1), PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1));
}

void
dm_drift_take_boolean(FunctionCallInfo fcinfo, DmDrift *d)
{
	take(d, PG_ARGISNULL(1), PG_ARGISNULL(1) ? 0 : PG_GETARG_BOOL(1));
}

PG_FUNCTION_INFO_V1(datamon_drift_begin);
PG_FUNCTION_INFO_V1(datamon_drift_update_number);
PG_FUNCTION_INFO_V1(datamon_drift_update_boolean);
PG_FUNCTION_INFO_V1(datamon_drift_detector_is_drift);
PG_FUNCTION_INFO_V1(datamon_drift_detector_last_drift);
PG_FUNCTION_INFO_V1(datamon_drift_detector_count);
PG_FUNCTION_INFO_V1(datamon_drift_detector_unused);
PG_FUNCTION_INFO_V1(datamon_drift_detector_drifts);
PG_FUNCTION_INFO_V1(datamon_drift_detected);

/* drift_begin(run_length) */
Datum
datamon_drift_begin(PG_FUNCTION_ARGS)
{
	DmDrift		d;

	dm_drift_init(&d, dm_getarg_run_length(fcinfo, 0));
	PG_RETURN_POINTER(dm_fields_pack(DM_DRIFT_DETECTOR, walk, &d));
}

/* The state NULL is one that has seen nothing. */
static Datum
update(FunctionCallInfo fcinfo, void (*take_value) (FunctionCallInfo, DmDrift *))
{
	DmDrift		d;

	if (PG_ARGISNULL(0))
		dm_drift_init(&d, 0);
	else
		getarg_drift(fcinfo, 0, &d);
	take_value(fcinfo, &d);
	PG_RETURN_POINTER(dm_fields_pack(DM_DRIFT_DETECTOR, walk, &d));
}

Datum
datamon_drift_update_number(PG_FUNCTION_ARGS)
{
	return update(fcinfo, dm_drift_take_number);
}

Datum
datamon_drift_update_boolean(PG_FUNCTION_ARGS)
{
	return update(fcinfo, dm_drift_take_boolean);
}

Datum
datamon_drift_detector_is_drift(PG_FUNCTION_ARGS)
{
	DmDrift		d;

	getarg_drift(fcinfo, 0, &d);
	PG_RETURN_BOOL(d.detected != 0);
}

static void
put_drift(DmRow *row, const DmDrift *d)
{
	dm_row_count(row, (int64) d->change_row);
	dm_row_count(row, (int64) d->found_row);
	dm_row_double(row, d->before);
	dm_row_double(row, d->after);
}

Datum
datamon_drift_detector_last_drift(PG_FUNCTION_ARGS)
{
	DmDrift		d;
	DmRow		row;

	getarg_drift(fcinfo, 0, &d);
	if (d.drifts == 0)
		PG_RETURN_NULL();
	dm_row_begin(fcinfo, &row);
	put_drift(&row, &d);
	return dm_row_end(&row);
}

Datum
datamon_drift_detector_count(PG_FUNCTION_ARGS)
{
	DmDrift		d;

	getarg_drift(fcinfo, 0, &d);
	PG_RETURN_INT64((int64) d.used);
}

Datum
datamon_drift_detector_unused(PG_FUNCTION_ARGS)
{
	DmDrift		d;

	getarg_drift(fcinfo, 0, &d);
	PG_RETURN_INT64((int64) d.unused);
}

Datum
datamon_drift_detector_drifts(PG_FUNCTION_ARGS)
{
	DmDrift		d;

	getarg_drift(fcinfo, 0, &d);
	PG_RETURN_INT64((int64) d.drifts);
}

/* drift_detected(values, run_length): a row for every change, in the order in which they were found */
Datum
datamon_drift_detected(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmDrift		d;
	Datum	   *value;
	bool	   *null;
	int			n = 0,
				i;

	dm_drift_init(&d, dm_getarg_run_length(fcinfo, 1));
	if (!PG_ARGISNULL(0))
		deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
						  TYPALIGN_DOUBLE, &value, &null, &n);
	dm_rows_begin(fcinfo, &rows);
	for (i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		take(&d, null[i], null[i] ? 0 : DatumGetFloat8(value[i]));
		if (!d.detected)
			continue;
		put_drift(&rows.row, &d);
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
