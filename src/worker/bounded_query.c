/*
 * bounded_query.c - datamon._count_rows(): how many rows a query of a user
 * returns, within a time and up to a number.
 *
 * statement_timeout is armed when the client's statement begins and knows
 * nothing of the queries inside it, so this has a timer of its own.  When it
 * goes off, the query is cancelled as if by pg_cancel_backend(), and what
 * comes out is an error that a rule's handler catches: a cancel of the whole
 * statement (by a person, statement_timeout or the worker) still ends all of
 * it.
 *
 * The query runs with the rights of whoever calls.  It writes nothing: the
 * caller has made the subtransaction read only, and inside one that cannot be
 * undone.
 */
#include "base/compat.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timeout.h"

static TimeoutId timer = MAX_TIMEOUTS;
static volatile sig_atomic_t time_is_up = false;
static bool running = false;

/* In a signal handler: what StatementCancelHandler() does. */
static void
on_timeout(void)
{
	time_is_up = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

/* One statement that returns rows; told before it runs. */
static void
check_is_query(const char *query)
{
	Oid			types[2] = {TIMESTAMPTZOID, TIMESTAMPTZOID};
	SPIPlanPtr	plan = SPI_prepare(query, 2, types);

	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule is one query that returns rows"),
				 errhint("Write one SELECT: each row it returns is a violation.")));
	SPI_freeplan(plan);
}

/* As a subquery nothing of it can write, as a line of its own no comment swallows what follows. */
static int64
count_rows(const char *query, NullableDatum from, NullableDatum to, int64 most)
{
	Oid			types[2] = {TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[2] = {from.value, to.value};
	char		nulls[3] = {from.isnull ? 'n' : ' ', to.isnull ? 'n' : ' ', '\0'};
	bool		isnull;
	int64		n = 0;
	char	   *counted = psprintf("SELECT pg_catalog.count(*) FROM (SELECT FROM (\n%s\n) q LIMIT " INT64_FORMAT ") n",
								   query, most);

	if (SPI_execute_with_args(counted, 2, types, values, nulls, false, 1) == SPI_OK_SELECT && SPI_processed == 1)
		n = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	return n;
}

/* Not one of the errors that an exception handler lets pass, as it does a cancel. */
static void
throw_timeout(int timeout_ms)
{
	FlushErrorState();
	ereport(ERROR,
			(errcode(ERRCODE_OPERATOR_INTERVENTION),
			 errmsg("the query took longer than %d ms", timeout_ms),
			 errhint("Make it quicker, or give the rule more time.")));
}

PG_FUNCTION_INFO_V1(datamon_count_rows);

Datum
datamon_count_rows(PG_FUNCTION_ARGS)
{
	char	   *query;
	int32		timeout_ms;
	int			before = MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE;
	volatile int64 n = 0;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	timeout_ms = PG_GETARG_INT32(3);
	if (timeout_ms < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a timeout is at least 1 ms, not %d", timeout_ms)));
	if (!XactReadOnly)
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("a rule's query is only run in a read-only transaction")));

	if (running)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rule's query cannot run another's")));

	if (timer == MAX_TIMEOUTS)
		timer = RegisterTimeout(USER_TIMEOUT, on_timeout);
	time_is_up = false;
	running = true;
	MyXactFlags &= ~XACT_FLAGS_ACCESSEDTEMPNAMESPACE;
	PG_TRY();
	{
		enable_timeout_after(timer, timeout_ms);
		SPI_connect();
		check_is_query(query);
		n = count_rows(query, fcinfo->args[1], fcinfo->args[2], PG_GETARG_INT64(4));
		SPI_finish();
		disable_timeout(timer, false);
		/* One that went off at the very end cancels this, not what comes next. */
		CHECK_FOR_INTERRUPTS();
		if (MyXactFlags & XACT_FLAGS_ACCESSEDTEMPNAMESPACE)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("a rule's query cannot use temporary objects")));
		running = false;
		MyXactFlags |= before;
	}
	PG_CATCH();
	{
		disable_timeout(timer, false);
		running = false;
		/* The subtransaction is rolled back, and what it has touched with it. */
		MyXactFlags = (MyXactFlags & ~XACT_FLAGS_ACCESSEDTEMPNAMESPACE) | before;
		if (time_is_up)
		{
			/* The query failed of itself just then: the cancel must not hit what comes next. */
			QueryCancelPending = false;
			if (geterrcode() == ERRCODE_QUERY_CANCELED)
				throw_timeout(timeout_ms);
		}
		PG_RE_THROW();
	}
	PG_END_TRY();
	PG_RETURN_INT64(n);
}
