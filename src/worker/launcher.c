/*
 * launcher.c - decides when a database is looked at, and starts the worker.
 *
 * The launcher has no database and reads nothing but pg_database.  It starts
 * after recovery, so a standby has none until it is promoted, and comes back
 * by itself after a crash.  What it knows is in the slots: a launcher that
 * fails and is restarted goes on where it was.
 */
#include "worker/worker.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/settings.h"

#define LAUNCHER_RESTART_S 10

/* New databases are noticed within this time, however long naptime is. */
#define LONGEST_WAIT_MS (60 * 1000L)

/* A worker of an earlier launcher that has not come to life by then never will. */
#define STARTING_PATIENCE_MS (60 * 1000)

/* Half-dropped databases have this datconnlimit in every release with the fix. */
#define INVALID_DATABASE_CONNLIMIT (-2)

/* Workers started by this launcher, by slot; what they point to lives in TopMemoryContext. */
static BackgroundWorkerHandle *handles[DM_MAX_DATABASES];

static bool complained_no_slot = false;
static bool complained_no_worker = false;

void
dm_worker_init(void)
{
	BackgroundWorker worker = {0};

	/* pg_upgrade wants its databases for itself. */
	if (IsBinaryUpgrade)
		return;

	dm_shared_init();

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = LAUNCHER_RESTART_S;
	strlcpy(worker.bgw_library_name, "datamon", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "dm_launcher_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "datamon launcher", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "datamon launcher", sizeof(worker.bgw_type));
	RegisterBackgroundWorker(&worker);
}

static bool
is_busy(const DmWorkerSlot *slot)
{
	return slot->state == DM_STARTING || slot->state == DM_RUNNING;
}

/* The slot of a database, claimed if need be; -1 if all are taken. */
static int
slot_of(Oid database)
{
	int			unused = -1;

	for (int i = 0; i < DM_MAX_DATABASES; i++)
	{
		DmWorkerSlot *slot = &dm_shared->slots[i];

		if (slot->database == database)
			return i;
		if (unused < 0 && !OidIsValid(slot->database))
			unused = i;
	}
	if (unused >= 0)
	{
		memset(&dm_shared->slots[unused], 0, sizeof(DmWorkerSlot));
		dm_shared->slots[unused].database = database;
	}
	return unused;
}

/* Give every listed database a slot, and take those of databases that are gone. */
static void
update_slots(const Oid *databases, int n)
{
	bool	   *wanted = palloc0(sizeof(bool) * DM_MAX_DATABASES);
	bool		overflow = false;

	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < n; i++)
	{
		int			no = slot_of(databases[i]);

		if (no >= 0)
			wanted[no] = true;
		else
			overflow = true;
	}
	for (int i = 0; i < DM_MAX_DATABASES; i++)
	{
		if (!wanted[i] && !is_busy(&dm_shared->slots[i]))
			memset(&dm_shared->slots[i], 0, sizeof(DmWorkerSlot));
	}
	LWLockRelease(dm_shared->lock);

	if (overflow && !complained_no_slot)
		ereport(WARNING,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("datamon looks after %d databases only", DM_MAX_DATABASES),
				 errhint("Name those that have monitors in datamon.databases.")));
	complained_no_slot = overflow;
}

static void
scan_databases(void)
{
	MemoryContext loop_context = CurrentMemoryContext;
	Relation	rel;
	TableScanDesc scan;
	HeapTuple	tuple;
	int			n = 0;
	int			room = 64;
	Oid		   *databases = palloc(sizeof(Oid) * room);

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	(void) GetTransactionSnapshot();
	rel = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(rel, 0, NULL);
	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database db = (Form_pg_database) GETSTRUCT(tuple);

		if (!db->datallowconn || db->datistemplate ||
			db->datconnlimit == INVALID_DATABASE_CONNLIMIT ||
			!dm_database_is_listed(NameStr(db->datname)))
			continue;
		if (n == room)
		{
			room *= 2;
			databases = repalloc(databases, sizeof(Oid) * room);
		}
		databases[n++] = db->oid;
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	CommitTransactionCommand();

	MemoryContextSwitchTo(loop_context);
	update_slots(databases, n);
}

/* Notice workers that ended without having come so far as to say so themselves. */
static void
reap_workers(void)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < DM_MAX_DATABASES; i++)
	{
		DmWorkerSlot *slot = &dm_shared->slots[i];
		bool		lost;
		pid_t		pid;

		if (handles[i] != NULL)
		{
			lost = GetBackgroundWorkerPid(handles[i], &pid) == BGWH_STOPPED;
			if (lost)
			{
				pfree(handles[i]);
				handles[i] = NULL;
			}
		}
		else
			lost = slot->state == DM_STARTING &&
				TimestampDifferenceExceeds(slot->last_start, now, STARTING_PATIENCE_MS);
		if (!lost)
			continue;

		LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
		if (slot->state == DM_STARTING)
			dm_slot_finish(slot, DM_FAILED, false);
		LWLockRelease(dm_shared->lock);
	}
}

static bool
start_worker(int no)
{
	BackgroundWorker worker = {0};
	DmWorkerSlot *slot = &dm_shared->slots[no];
	MemoryContext old;
	bool		started;

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION | DATAMON_BGWORKER_INTERRUPTIBLE;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_main_arg = Int32GetDatum(no);
	worker.bgw_notify_pid = MyProcPid;
	strlcpy(worker.bgw_library_name, "datamon", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "dm_worker_main", sizeof(worker.bgw_function_name));
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "datamon worker for database %u", slot->database);
	strlcpy(worker.bgw_type, "datamon worker", sizeof(worker.bgw_type));

	/* Before it is registered: it may run before we do again. */
	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	slot->state = DM_STARTING;
	slot->last_start = GetCurrentTimestamp();
	LWLockRelease(dm_shared->lock);

	old = MemoryContextSwitchTo(TopMemoryContext);
	started = RegisterDynamicBackgroundWorker(&worker, &handles[no]);
	MemoryContextSwitchTo(old);

	if (!started)
	{
		LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
		slot->state = DM_WAITING;
		LWLockRelease(dm_shared->lock);
		if (!complained_no_worker)
			ereport(WARNING,
					(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
					 errmsg("no free worker slot for datamon"),
					 errdetail("Ticks wait until there is one."),
					 errhint("Raise max_worker_processes.")));
	}
	complained_no_worker = !started;
	return started;
}

/*
 * Start workers for what is due, longest overdue first.  Returns how many
 * milliseconds there is nothing to do, unless a signal says otherwise.
 */
static long
start_due_workers(void)
{
	for (;;)
	{
		TimestampTz now = GetCurrentTimestamp();
		TimestampTz horizon = TimestampTzPlusMilliseconds(now, LONGEST_WAIT_MS);
		DmWorkerSlot *next = NULL;
		int			busy = 0;

		LWLockAcquire(dm_shared->lock, LW_SHARED);
		for (int i = 0; i < DM_MAX_DATABASES; i++)
		{
			DmWorkerSlot *slot = &dm_shared->slots[i];

			if (!OidIsValid(slot->database))
				continue;
			if (is_busy(slot) || handles[i] != NULL)
				busy++;
			else if (next == NULL || slot->next_due < next->next_due)
				next = slot;
		}
		LWLockRelease(dm_shared->lock);

		if (next == NULL || busy >= dm_max_workers || next->next_due >= horizon)
			return LONGEST_WAIT_MS;
		if (next->next_due > now)
			return Max(TimestampDifferenceMilliseconds(now, next->next_due), 1L);
		if (!start_worker(next - dm_shared->slots))
			return Min(dm_naptime * 1000L, LONGEST_WAIT_MS);
	}
}

/* What is not due before that time is due now. */
static void
look_again(TimestampTz later_than)
{
	TimestampTz now = GetCurrentTimestamp();

	LWLockAcquire(dm_shared->lock, LW_EXCLUSIVE);
	for (int i = 0; i < DM_MAX_DATABASES; i++)
	{
		if (dm_shared->slots[i].next_due > later_than)
			dm_shared->slots[i].next_due = now;
	}
	LWLockRelease(dm_shared->lock);
}

/* A reload makes everything due: the way to have a new extension noticed at once. */
static void
reload(void)
{
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
	look_again(GetCurrentTimestamp());
}

void
dm_launcher_main(Datum arg)
{
	MemoryContext loop_context;
	uint32		wait_event;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);

	loop_context = AllocSetContextCreate(TopMemoryContext, "datamon launcher loop", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(loop_context);
	wait_event = DATAMON_WAIT_EVENT("DatamonLauncherMain");
	ereport(LOG, (errmsg("datamon launcher started")));

	for (;;)
	{
		long		nap_ms = LONGEST_WAIT_MS;

		reap_workers();
		/* A clock set back must not leave everything waiting for the old future. */
		look_again(TimestampTzPlusMilliseconds(GetCurrentTimestamp(), DM_LONGEST_NAP_MS));
		if (dm_enabled)
		{
			scan_databases();
			nap_ms = start_due_workers();
		}
		MemoryContextReset(loop_context);

		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, nap_ms, wait_event);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
			reload();
	}
}
