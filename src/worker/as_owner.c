/*
 * as_owner.c - datamon._tick_as_owner(): a tick with the rights of its owner;
 * and what reads rows to explain an alert, likewise.
 *
 * Who calls may be the owner, a member of it, a superuser or the worker.  The
 * tick runs whatever the owner's source contains - functions in views, row
 * security policies, operators, triggers of labels - so it must never run as
 * the caller: it runs as the owner, in a security-restricted operation, in
 * which the code can neither become somebody else nor leave behind what would
 * run later as the caller (prepared statements, cursors WITH HOLD, deferred
 * triggers: the server refuses them; temporary objects: we do).  Settings made
 * inside are undone at the end.
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* What to restore after acting as somebody else. */
typedef struct Identity
{
	Oid			user;
	int			sec_context;
	int			guc_level;
} Identity;

/*
 * Whoever ticks, and where, is not to matter: neither for what names mean, nor
 * for days, which have 24 hours, nor for values that are kept as their text.
 */
static const struct
{
	const char *name;
	const char *value;
}			settings[] =
{
	{"search_path", "pg_catalog, pg_temp"},
	{"row_security", "on"},
	{"TimeZone", "UTC"},
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"extra_float_digits", "1"},
	{"bytea_output", "hex"},
};

/*
 * There is no PG_TRY around what runs in between: an error ends the enclosing
 * (sub)transaction, whose abort restores the user, its security context and
 * the settings.  The server's own maintenance commands rely on the same.
 */
static void
act_as(Oid role, Identity *caller)
{
	int			i;

	GetUserIdAndSecContext(&caller->user, &caller->sec_context);
	SetUserIdAndSecContext(role, caller->sec_context |
						   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	caller->guc_level = NewGUCNestLevel();
	for (i = 0; i < (int) lengthof(settings); i++)
		(void) set_config_option(settings[i].name, settings[i].value, PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
}

static void
act_as_caller(const Identity *caller)
{
	/* false: settings that the code made for the session go as well */
	AtEOXact_GUC(false, caller->guc_level);
	SetUserIdAndSecContext(caller->user, caller->sec_context);
}

/* The role that owns datamon's tables. */
static Oid
extension_role(void)
{
	Oid			relid = get_relname_relid("monitor", get_namespace_oid("datamon", false));
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			role;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("datamon's tables do not exist")));
	role = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return role;
}

/* The caller has no rights on the table, so it is read as its owner. */
static Oid
monitor_owner(int32 monitor_id)
{
	Identity	caller;
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(monitor_id)};
	bool		isnull = true;
	Oid			owner = InvalidOid;

	act_as(extension_role(), &caller);
	SPI_connect();
	SPI_execute_with_args("SELECT owner::pg_catalog.oid FROM datamon.monitor"
						  " WHERE monitor_id OPERATOR(pg_catalog.=) $1",
						  1, types, values, NULL, false, 1);
	if (SPI_processed > 0)
		owner = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_finish();
	act_as_caller(&caller);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("datamon monitor %d does not exist", monitor_id)));
	return owner;
}

/* Errors say no more than the number, which the caller knows. */
static void
check_may_act_for(Oid owner, int32 monitor_id)
{
	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for datamon monitor %d", monitor_id),
				 errhint("Only members of its owner may tick it.")));

	/* No dependency keeps a role alive for the sake of a monitor. */
	if (!SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(owner)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("the owner of datamon monitor %d does not exist any more", monitor_id)));
}

/* What is called: one value of jsonb. */
typedef struct Call
{
	const char *query;
	int			n;
	Oid			types[2];
	Datum		values[2];
	char		nulls[3];
} Call;

static Datum
call_it(Call *call, bool *isnull)
{
	Datum		result;

	SPI_connect();
	if (SPI_execute_with_args(call->query, call->n, call->types, call->values, call->nulls, false, 1) != SPI_OK_SELECT
		|| SPI_processed != 1 || SPI_gettypeid(SPI_tuptable->tupdesc, 1) != JSONBOID)
		elog(ERROR, "unexpected result of %s", call->query);
	result = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, isnull);
	if (!*isnull)
		result = SPI_datumTransfer(result, false, -1);
	SPI_finish();
	return result;
}

/*
 * A temporary type named "text" would come before pg_catalog's in the caller's
 * next statements, and its constraint would run as the caller.  The server
 * refuses temporary tables in a restricted operation, but types only in newer
 * minor releases, and functions in none.  It does note in a flag that the
 * temporary schema was touched, and forgets that only with the transaction.
 */
static Datum
call_without_temp(Call *call, bool *isnull)
{
	int			before = MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE;
	Datum		result;

	MyXactFlags &= ~XACT_FLAGS_ACCESSEDTEMPNAMESPACE;
	PG_TRY();
	{
		result = call_it(call, isnull);
		if (MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE)
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("a tick cannot use temporary objects"),
					 errhint("The functions behind a source, or its triggers, use some.")));
	}
	PG_FINALLY();
	{
		/* PREPARE TRANSACTION must still know what the caller did before. */
		MyXactFlags |= before;
	}
	PG_END_TRY();
	return result;
}

PG_FUNCTION_INFO_V1(datamon_tick_as_owner);
PG_FUNCTION_INFO_V1(datamon_score_shift_as_owner);

static Datum
call_as_owner(FunctionCallInfo fcinfo, int32 monitor_id, Call *call)
{
	Identity	caller;
	Oid			owner = monitor_owner(monitor_id);
	Datum		result;
	bool		isnull;

	check_may_act_for(owner, monitor_id);
	act_as(owner, &caller);
	result = call_without_temp(call, &isnull);
	act_as_caller(&caller);

	if (isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

Datum
datamon_tick_as_owner(PG_FUNCTION_ARGS)
{
	Call		call = {"SELECT datamon._tick($1, $2)", 2, {INT4OID, TIMESTAMPTZOID}};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	call.values[0] = PG_GETARG_DATUM(0);
	call.values[1] = PG_ARGISNULL(1) ? (Datum) 0 : PG_GETARG_DATUM(1);
	call.nulls[0] = ' ';
	call.nulls[1] = PG_ARGISNULL(1) ? 'n' : ' ';
	return call_as_owner(fcinfo, PG_GETARG_INT32(0), &call);
}

/* _score_shift_as_owner(monitor_id, alert_id): the alert is read as the owner, so it is one of his. */
Datum
datamon_score_shift_as_owner(PG_FUNCTION_ARGS)
{
	Call		call = {"SELECT datamon._score_shift($1)", 1, {INT8OID}};

	call.values[0] = PG_GETARG_DATUM(1);
	call.nulls[0] = ' ';
	return call_as_owner(fcinfo, PG_GETARG_INT32(0), &call);
}
