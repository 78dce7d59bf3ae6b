/*
 * anomaly_state.c - the type anomaly_state and its functions.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/checks.h"
#include "base/row.h"
#include "base/type.h"
#include "types/anomaly_state.h"
#include "types/fields.h"

/* Nothing in a state is greater than sums and differences of two values, or a square of one. */
#define MOST_MEAN (4 * DM_ANOMALY_MOST)
#define MOST_VARIANCE 1e303
#define MOST_SCORE 1e3
#define MOST_MS UINT32_C(36000000)
#define MOST_SEASONAL 2000

static void
walk_trailing(DmFields *f, const char *name, DmTrailing *t)
{
	dm_fields_open(f, name);
	dm_field_double(f, NULL, &t->mean, MOST_MEAN);
	dm_field_double(f, NULL, &t->variance, MOST_VARIANCE);
	dm_fields_close(f);
}

static void
walk_window(DmFields *f, const char *count, const char *name, uint32 *n, double *window)
{
	uint32		i;

	dm_field_u32(f, count, n, DM_ANOMALY_WINDOW);
	dm_fields_open(f, name);
	for (i = 0; i < *n; i++)
		dm_field_double(f, NULL, &window[i], DM_ANOMALY_MOST);
	dm_fields_close(f);
}

static void
walk_records(DmFields *f, DmRecords *r)
{
	int			i;

	dm_fields_open(f, NULL);
	for (i = 0; i < 2; i++)
	{
		dm_field_u32(f, NULL, &r->n[i], DM_ANOMALY_EPOCH);
		if (r->n[i] == 0)
			continue;
		dm_field_double(f, NULL, &r->low[i], MOST_MEAN);
		dm_field_double(f, NULL, &r->high[i], MOST_MEAN);
	}
	dm_fields_close(f);
}

static void
walk_slot(DmFields *f, DmSeasonSlot *s)
{
	dm_fields_open(f, NULL);
	dm_field_u32(f, NULL, &s->n, 2);
	if (s->n > 0)
	{
		dm_field_double(f, NULL, &s->mean, MOST_MEAN);
		dm_field_u32(f, NULL, &s->ms, MOST_MS);
	}
	dm_fields_close(f);
}

/* The order of members is the format. */
static void
walk(DmFields *f, void *state)
{
	DmAnomaly  *a = state;
	int			i;

	dm_field_count(f, "used", &a->used, PG_INT64_MAX);
	dm_field_count(f, "unused", &a->unused, PG_INT64_MAX);
	dm_field_count(f, "alerts", &a->alerts, PG_INT64_MAX);
	dm_field_u8(f, "current", &a->current, 1);
	dm_field_u8(f, "alert", &a->alert, 1);
	dm_field_u8(f, "view", &a->view, DM_VIEWS);
	dm_field_u8(f, "high", &a->high, 1);
	dm_field_double(f, "score", &a->score, MOST_SCORE);
	dm_field_double(f, "held", &a->held, MOST_SCORE);
	dm_field_u32(f, "since", &a->since, DM_ANOMALY_HOLD);
	dm_field_int(f, "last_at", &a->last_at);
	dm_field_double(f, "last_value", &a->last_value, DM_ANOMALY_MOST);
	dm_field_double(f, "step", &a->step, 1e14);
	walk_trailing(f, "slow", &a->slow);
	walk_trailing(f, "local", &a->local);
	walk_trailing(f, "change", &a->change);
	walk_window(f, "in_window", "values", &a->in_window, a->values);
	walk_window(f, "changes_in_window", "changes", &a->changes_in_window, a->changes);
	dm_fields_open(f, "records");
	for (i = 0; i < DM_VIEWS; i++)
		walk_records(f, &a->records[i]);
	dm_fields_close(f);
	dm_field_u32(f, "seasonal", &a->seasonal, MOST_SEASONAL);
	dm_field_double(f, "plain_variance", &a->plain_variance, MOST_VARIANCE);
	dm_field_double(f, "season_variance", &a->season_variance, MOST_VARIANCE);
	dm_fields_open(f, "slots");
	for (i = 0; i < DM_ANOMALY_SLOTS; i++)
		walk_slot(f, &a->slot[i]);
	dm_fields_close(f);
}

static bool
unpack(const struct varlena *packed, DmAnomaly *a)
{
	memset(a, 0, sizeof(*a));
	return dm_fields_read(packed, walk, a) && a->used + a->unused <= PG_INT64_MAX && dm_anomaly_valid(a);
}

static bool
valid_state(const struct varlena *packed)
{
	DmAnomaly	a;

	return unpack(packed, &a);
}

struct varlena *
dm_anomaly_pack(const DmAnomaly *a)
{
	return dm_fields_pack(DM_ANOMALY_STATE, walk, a);
}

static struct varlena *
pack_state(const struct varlena *working)
{
	return dm_anomaly_pack(&((const DmAnomalyState *) working)->anomaly);
}

static struct varlena *
parse_state(DmJson *j)
{
	DmAnomaly	a;

	memset(&a, 0, sizeof(a));
	return dm_fields_parse(j, walk, &a) ? dm_anomaly_pack(&a) : NULL;
}

static void
print_state(StringInfo buf, const struct varlena *packed)
{
	DmAnomaly	a;

	if (!unpack(packed, &a))
		dm_corrupt(ANOMALY_STATE_NAME);
	dm_fields_print(buf, walk, &a);
}

static const DmType anomaly_state_type = {
	DM_ANOMALY_STATE, ANOMALY_STATE_NAME, print_state, parse_state, valid_state, pack_state, NULL
};

/* Two parts of a series have no state in common: no merge(), no +. */
DM_FUNCTION(anomaly_state_in, dm_type_in(fcinfo, &anomaly_state_type));
DM_FUNCTION(anomaly_state_out, dm_type_out(fcinfo, &anomaly_state_type));
DM_FUNCTION(anomaly_state_recv, dm_type_recv(fcinfo, &anomaly_state_type));
DM_FUNCTION(anomaly_state_send, dm_type_send(fcinfo, &anomaly_state_type));
DM_FUNCTION(anomaly_state_eq, dm_type_equal(fcinfo, &anomaly_state_type, true));
DM_FUNCTION(anomaly_state_ne, dm_type_equal(fcinfo, &anomaly_state_type, false));
DM_FUNCTION(anomaly_state_final, dm_type_final(fcinfo, &anomaly_state_type));

DmAnomalyState *
dm_anomaly_state_new(void)
{
	DmAnomalyState *w = palloc0(sizeof(DmAnomalyState));

	dm_header_working(w, DM_ANOMALY_STATE, sizeof(DmAnomalyState));
	dm_anomaly_init(&w->anomaly);
	return w;
}

static void
read_state(const struct varlena *state, DmAnomaly *a)
{
	if (DM_IS_WORKING(state))
		memcpy(a, &((const DmAnomalyState *) state)->anomaly, sizeof(*a));
	else if (!unpack(state, a))
		dm_corrupt(ANOMALY_STATE_NAME);
}

void
dm_getarg_anomaly(FunctionCallInfo fcinfo, int n, DmAnomaly *a)
{
	read_state(dm_getarg(fcinfo, n, DM_ANOMALY_STATE), a);
}

void
dm_anomaly_take_value(DmAnomaly *a, bool null, TimestampTz at, float8 value)
{
	if (a->used + a->unused >= PG_INT64_MAX)
		dm_add_count(PG_INT64_MAX, 1);
	if (null || TIMESTAMP_NOT_FINITE(at))
		dm_anomaly_skip(a);
	else
		dm_anomaly_update(a, at, value);
}

void
dm_anomaly_take(FunctionCallInfo fcinfo, DmAnomaly *a)
{
	bool		null = PG_ARGISNULL(1) || PG_ARGISNULL(2);

	dm_anomaly_take_value(a, null, null ? 0 : PG_GETARG_TIMESTAMPTZ(1), null ? 0 : PG_GETARG_FLOAT8(2));
}

PG_FUNCTION_INFO_V1(datamon_anomaly_update);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_score);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_alert);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_reason);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_count);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_unused);
PG_FUNCTION_INFO_V1(datamon_anomaly_state_alerts);
PG_FUNCTION_INFO_V1(datamon_anomaly_scores);

/* anomaly_update(state, at, value): the state NULL is one that has seen nothing. */
Datum
datamon_anomaly_update(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	if (PG_ARGISNULL(0))
		dm_anomaly_init(&a);
	else
		dm_getarg_anomaly(fcinfo, 0, &a);
	dm_anomaly_take(fcinfo, &a);
	PG_RETURN_POINTER(dm_anomaly_pack(&a));
}

Datum
datamon_anomaly_state_score(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	dm_getarg_anomaly(fcinfo, 0, &a);
	if (!a.current)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(a.score);
}

Datum
datamon_anomaly_state_alert(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	dm_getarg_anomaly(fcinfo, 0, &a);
	PG_RETURN_BOOL(a.alert != 0);
}

/* What gave most of the score; NULL where it is 0. */
const char *
dm_anomaly_reason(const DmAnomaly *a)
{
	static const char *const low[DM_VIEWS] = {
		"low value", "low for the hour", "below the recent level", "low mean", "quiet"
	};
	static const char *const high[DM_VIEWS] = {
		"high value", "high for the hour", "above the recent level", "high mean", "restless"
	};

	return a->view == DM_VIEWS ? NULL : (a->high ? high : low)[a->view];
}

Datum
datamon_anomaly_state_reason(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;
	const char *reason;

	dm_getarg_anomaly(fcinfo, 0, &a);
	reason = dm_anomaly_reason(&a);
	if (reason == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(CStringGetTextDatum(reason));
}

Datum
datamon_anomaly_state_count(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	dm_getarg_anomaly(fcinfo, 0, &a);
	PG_RETURN_INT64((int64) a.used);
}

Datum
datamon_anomaly_state_unused(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	dm_getarg_anomaly(fcinfo, 0, &a);
	PG_RETURN_INT64((int64) a.unused);
}

Datum
datamon_anomaly_state_alerts(PG_FUNCTION_ARGS)
{
	DmAnomaly	a;

	dm_getarg_anomaly(fcinfo, 0, &a);
	PG_RETURN_INT64((int64) a.alerts);
}

/* anomaly_scores(at, value): each judged before the next is seen */
Datum
datamon_anomaly_scores(PG_FUNCTION_ARGS)
{
	DmRowSet	rows;
	DmAnomaly	a;
	Datum	   *at,
			   *value;
	bool	   *at_null,
			   *value_null;
	int			n,
				values,
				i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TIMESTAMPTZOID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &at, &at_null, &n);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &value, &value_null, &values);
	if (n != values)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"at\" and \"value\" must have the same length, not %d and %d", n, values),
				 errhint("A value that is missing is NULL.")));
	dm_rows_begin(fcinfo, &rows);
	dm_anomaly_init(&a);
	for (i = 0; i < n; i++)
	{
		bool		null = at_null[i] || value_null[i];

		CHECK_FOR_INTERRUPTS();
		dm_anomaly_take_value(&a, null, null ? 0 : DatumGetTimestampTz(at[i]), null ? 0 : DatumGetFloat8(value[i]));
		dm_row_int(&rows.row, i + 1);
		dm_row_double(&rows.row, a.current ? a.score : NAN);
		dm_row_bool(&rows.row, a.alert != 0);
		dm_row_text(&rows.row, dm_anomaly_reason(&a));
		dm_rows_put(&rows);
	}
	return (Datum) 0;
}
