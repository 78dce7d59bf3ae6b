/*
 * worker.c - one look at one database: tick what is due, then leave.
 *
 * The session belongs to the bootstrap superuser, because somebody has to be
 * allowed to act for every owner; it runs nothing but datamon's own functions.
 * What a monitor's source contains - views, functions, policies - runs as the
 * monitor's owner only, inside datamon._tick_as_owner() (as_owner.c).
 */
#include "worker/worker.h"

#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/async.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/settings.h"

/* A worker leaves after this time even if more is due: others wait for its place. */
#define SHIFT_MS (60 * 1000)

/* Code of an owner may catch the cancel of tick_timeout; so much later the worker goes down instead. */
#define GRACE_MS (10 * 1000)

/* Waiting longer for a lock would queue everybody else behind us. */
#define LOCK_TIMEOUT "5s"

/*
 * pg_advisory_lock() uses 1 and 2 as the last field: no role can take this
 * lock and so keep the worker out.
 */
#define LOCK_KEY 0x646d6f6e
#define LOCK_NAMESPACE 3

static DmWorkerSlot *my_slot = NULL;
static DmWorkerState my_end = DM_WAITING;
static bool more_is_due = false;
static TimeoutId last_resort;

static void
leave(int code, Datum arg)
{
	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	dm_slot_finish(my_slot, code == 0 ? my_end : DM_FAILED, more_is_due);
	LWLockRelease(dm_shared->lock);
}

/* False if the launcher has given this start up meanwhile. */
static bool
take_slot(int no)
{
	bool		mine;

	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	my_slot = &dm_shared->slots[no];
	mine = my_slot->state == DM_STARTING;
	if (mine)
	{
		my_slot->state = DM_RUNNING;
		my_slot->pid = MyProcPid;
	}
	LWLockRelease(dm_shared->lock);
	return mine;
}

static void
count_tick(int sqlerrcode)
{
	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	my_slot->monitor_id = 0;
	my_slot->ticks++;
	if (sqlerrcode != 0)
	{
		my_slot->failed_ticks++;
		my_slot->sqlerrcode = sqlerrcode;
		my_slot->last_failure = GetCurrentTimestamp();
	}
	LWLockRelease(dm_shared->lock);
}

/* SIGTERM is what a PL cannot catch.  Runs in the signal handler. */
static void
last_resort_handler(void)
{
	kill(MyProcPid, SIGTERM);
}

/* What ALTER DATABASE or postgresql.conf may have set must not reach ticks. */
static void
pin_settings(void)
{
	static const char *const pinned[][2] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"row_security", "on"},
		{"lock_timeout", LOCK_TIMEOUT},
		{"default_transaction_isolation", "read committed"},
		{"default_transaction_deferrable", "off"},
		{"transaction_timeout", "0"},	/* ends the process; tick_timeout is ours */
	};

	for (int i = 0; i < lengthof(pinned); i++)
	{
		/* Not every release has every one. */
		if (GetConfigOption(pinned[i][0], true, false) != NULL)
			SetConfigOption(pinned[i][0], pinned[i][1], PGC_SUSET, PGC_S_OVERRIDE);
	}
}

static void
begin(const char *query)
{
	SetCurrentStatementStartTimestamp();
	debug_query_string = query;
	pgstat_report_activity(STATE_RUNNING, query);
	StartTransactionCommand();
	SPI_connect();
	PushActiveSnapshot(GetTransactionSnapshot());
}

static void
commit(void)
{
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	DATAMON_COMPLETED_NOTIFIES();
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	debug_query_string = NULL;
}

/*
 * Whether datamon is installed, with a lock that keeps it so until the end of
 * the transaction: DROP EXTENSION waits for a tick, not the other way round.
 */
static bool
lock_extension(void)
{
	Oid			extension = get_extension_oid("datamon", true);

	if (!OidIsValid(extension))
		return false;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
	return OidIsValid(get_extension_oid("datamon", true));
}

/* On Citus the same catalog is on every node; only one may work on it. */
static bool
is_citus_worker_node(void)
{
	bool		isnull;

	SPI_execute("SELECT pg_catalog.to_regclass('pg_catalog.pg_dist_local_group')", true, 1);
	(void) SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
		return false;
	SPI_execute("SELECT FROM pg_catalog.pg_dist_local_group WHERE groupid OPERATOR(pg_catalog.<>) 0", true, 1);
	return SPI_processed > 0;
}

static bool
lock_database(void)
{
	LOCKTAG		tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, LOCK_KEY, 0, LOCK_NAMESPACE);
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Whether this database is for us to tick; if not, says so in my_end. */
static bool
may_work(void)
{
	MemoryContext caller = CurrentMemoryContext;
	DmWorkerState obstacle = DM_WAITING;
	bool		locked = false;

	begin("datamon: looking for the extension");
	if (RecoveryInProgress() || XactReadOnly)
		obstacle = DM_READ_ONLY;
	else if (!lock_extension())
		obstacle = DM_NO_EXTENSION;
	else if (is_citus_worker_node())
		obstacle = DM_NOT_COORDINATOR;
	else
		locked = lock_database();
	commit();
	MemoryContextSwitchTo(caller);
	my_end = obstacle;
	return locked;
}

/*
 * Run one statement in a transaction of its own.  An error is logged and
 * returned, and does not reach the caller; work is SPI code that may also
 * bring results out through arg.
 */
typedef void (*Work) (void *arg);

static ErrorData *
try_transaction(const char *query, int timeout_ms, Work work, void *arg)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		begin(query);
		if (timeout_ms > 0)
		{
			enable_timeout_after(STATEMENT_TIMEOUT, timeout_ms);
			enable_timeout_after(last_resort, timeout_ms + GRACE_MS);
		}
		if (lock_extension())
			work(arg);
		else
			my_end = DM_NO_EXTENSION;
		disable_all_timeouts(false);
		commit();
	}
	PG_CATCH();
	{
		HOLD_INTERRUPTS();
		disable_all_timeouts(false);
		QueryCancelPending = false;
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		FlushErrorState();
		AbortCurrentTransaction();
		RESUME_INTERRUPTS();
		pgstat_report_activity(STATE_IDLE, NULL);
		debug_query_string = NULL;
	}
	PG_END_TRY();

	/* A timeout that fired just after the end must not cancel what comes next. */
	QueryCancelPending = false;
	MemoryContextSwitchTo(caller);
	return error;
}

/* The error that an owner's tick raised is a warning of ours: the worker goes on. */
static void
log_error(ErrorData *error, const char *what)
{
	error->elevel = WARNING;
	error->output_to_client = false;
	error->internalquery = NULL;	/* pages of generated SQL */
	error->internalpos = 0;
	error->cursorpos = 0;
	error->context = error->context ? psprintf("%s\n%s", error->context, what) : pstrdup(what);
	ThrowErrorData(error);
}

typedef struct DueList
{
	MemoryContext context;
	int			n;
	int		   *ids;
} DueList;

#define DUE_QUERY "SELECT d FROM datamon._due($1) d"

static void
read_due(void *arg)
{
	DueList    *due = (DueList *) arg;
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(my_slot->last_monitor_id)};

	if (SPI_execute_with_args(DUE_QUERY, 1, types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "unexpected result of datamon._due()");
	due->ids = MemoryContextAlloc(due->context, sizeof(int) * Max(SPI_processed, 1));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		isnull;
		Datum		id = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull);

		if (!isnull)
			due->ids[due->n++] = DatumGetInt32(id);
	}
}

#define TICK_QUERY "SELECT datamon._tick_as_owner($1, NULL)"

static void
tick(void *arg)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(*(int *) arg)};

	SPI_execute_with_args(TICK_QUERY, 1, types, values, NULL, false, 0);
}

typedef struct Failure
{
	int			monitor_id;
	int			sqlerrcode;
	const char *message;
	const char *hint;
} Failure;

#define FAILED_QUERY "SELECT datamon._tick_failed($1, $2, $3, $4)"

static void
record_failure(void *arg)
{
	Failure    *failure = (Failure *) arg;
	Oid			types[4] = {INT4OID, TEXTOID, TEXTOID, TEXTOID};
	Datum		values[4];

	values[0] = Int32GetDatum(failure->monitor_id);
	values[1] = CStringGetTextDatum(unpack_sql_state(failure->sqlerrcode));
	values[2] = CStringGetTextDatum(failure->message ? failure->message : "");
	values[3] = CStringGetTextDatum(failure->hint ? failure->hint : "");
	SPI_execute_with_args(FAILED_QUERY, 4, types, values, NULL, false, 0);
}

#define NOTIFY_QUERY "SELECT datamon.notify_pending()"

static void
notify(void *arg)
{
	SPI_execute(NOTIFY_QUERY, false, 0);
}

static void
report_failure(int monitor_id, int sqlerrcode, const char *message, const char *hint)
{
	Failure		failure = {monitor_id, sqlerrcode, message, hint};
	ErrorData  *error;

	count_tick(sqlerrcode);
	error = try_transaction(FAILED_QUERY, dm_tick_timeout, record_failure, &failure);
	if (error)
		log_error(error, psprintf("recording that the tick of datamon monitor %d failed", monitor_id));
}

static void
tick_monitor(int monitor_id)
{
	TimestampTz start = GetCurrentTimestamp();
	ErrorData  *error;

	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	my_slot->monitor_id = monitor_id;
	LWLockRelease(dm_shared->lock);

	error = try_transaction(TICK_QUERY, dm_tick_timeout, tick, &monitor_id);
	if (error == NULL)
	{
		count_tick(0);
		if (dm_log_ticks)
			ereport(LOG,
					(errmsg("ticked datamon monitor %d in %ld ms", monitor_id,
							TimestampDifferenceMilliseconds(start, GetCurrentTimestamp()))));
		return;
	}
	log_error(error, psprintf("tick of datamon monitor %d", monitor_id));
	report_failure(monitor_id, error->sqlerrcode, error->message, error->hint);
}

static bool
shift_goes_on(TimestampTz start)
{
	CHECK_FOR_INTERRUPTS();
	if (ConfigReloadPending)
	{
		ConfigReloadPending = false;
		ProcessConfigFile(PGC_SIGHUP);
	}
	if (TimestampDifferenceExceeds(start, GetCurrentTimestamp(), SHIFT_MS))
		more_is_due = true;
	return dm_enabled && !more_is_due && my_end == DM_WAITING;
}

/*
 * Go on behind the monitor at which the last shift ended: those that cannot
 * even record their failure, because somebody sits on their row, stay due, and
 * must not have every shift to themselves.
 */
static int
first_of_shift(const DueList *due)
{
	for (int i = 0; i < due->n; i++)
	{
		if (due->ids[i] == my_slot->last_monitor_id)
			return (i + 1) % due->n;
	}
	return 0;
}

static void
work_shift(void)
{
	TimestampTz start = GetCurrentTimestamp();
	DueList		due = {CurrentMemoryContext, 0, NULL};
	MemoryContext tick_context = AllocSetContextCreate(CurrentMemoryContext, "datamon tick", ALLOCSET_DEFAULT_SIZES);
	ErrorData  *error;
	int			first;

	/* Before a tick could set it anew: what an earlier worker did not survive. */
	if (my_slot->monitor_id != 0)
		report_failure(my_slot->monitor_id, ERRCODE_ADMIN_SHUTDOWN,
					   "the worker was terminated during the tick", NULL);

	error = try_transaction(DUE_QUERY, dm_tick_timeout, read_due, &due);
	if (error)
	{
		/* Nothing can be ticked: back off. */
		LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
		my_slot->sqlerrcode = error->sqlerrcode;
		LWLockRelease(dm_shared->lock);
		ReThrowError(error);
	}

	first = first_of_shift(&due);
	for (int i = 0; i < due.n && shift_goes_on(start); i++)
	{
		int			monitor_id = due.ids[(first + i) % due.n];

		MemoryContextSwitchTo(tick_context);
		tick_monitor(monitor_id);
		my_slot->last_monitor_id = monitor_id;
		MemoryContextReset(tick_context);
	}
	MemoryContextSwitchTo(due.context);

	/* Apart from the ticks: a full queue must not undo an alert. */
	if (my_end == DM_WAITING)
	{
		error = try_transaction(NOTIFY_QUERY, dm_tick_timeout, notify, NULL);
		if (error)
			log_error(error, "sending datamon's notifications");
	}
}

void
dm_worker_main(Datum arg)
{
	if (dm_shared == NULL || !take_slot(DatumGetInt32(arg)))
		return;
	before_shmem_exit(leave, (Datum) 0);

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(my_slot->database, InvalidOid, 0);
	last_resort = RegisterTimeout(USER_TIMEOUT, last_resort_handler);
	pin_settings();

	MemoryContextSwitchTo(AllocSetContextCreate(TopMemoryContext, "datamon worker", ALLOCSET_DEFAULT_SIZES));
	if (may_work())
		work_shift();
}
