/*
 * shared.c - the slots in shared memory, and datamon.worker_status().
 */
#include "worker/worker.h"

#include "catalog/pg_authid.h"
#include "commands/dbcommands.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/shmem.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/elog.h"
#include "utils/timestamp.h"

#include "base/settings.h"

#define TRANCHE "datamon"

/* How long to leave a database alone after a failure: 1 s, doubled up to 5 min. */
#define FIRST_BACKOFF_MS 1000
#define LONGEST_BACKOFF_MS (5 * 60 * 1000)

/* CREATE EXTENSION sends no signal: it is noticed within this time. */
#define NO_EXTENSION_NAP_MS (60 * 1000)

#define STATUS_COLUMNS 11

DmWorkerShared *dm_shared = NULL;

static shmem_startup_hook_type prev_shmem_startup_hook = NULL;
DATAMON_SHMEM_REQUEST_HOOK;

static void
request_shared(void)
{
	DATAMON_SHMEM_REQUEST_CHAIN();
	RequestAddinShmemSpace(sizeof(DmWorkerShared));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

static void
startup_shared(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	dm_shared = ShmemInitStruct("datamon worker", sizeof(DmWorkerShared), &found);
	if (!found)
	{
		memset(dm_shared, 0, sizeof(DmWorkerShared));
		dm_shared->lock = &(GetNamedLWLockTranche(TRANCHE))->lock;
	}
	LWLockRelease(AddinShmemInitLock);
}

void
dm_shared_init(void)
{
	DATAMON_REQUEST_SHMEM(request_shared);
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = startup_shared;
}

/*
 * A worker has come to its end, or never came to life.  more: it left before
 * everything due was ticked, so that other databases get their turn.  The
 * caller holds the lock.
 */
void
dm_slot_finish(DmWorkerSlot *slot, DmWorkerState state, bool more)
{
	TimestampTz now = GetCurrentTimestamp();
	int			nap_ms = dm_naptime * 1000;

	if (state == DM_FAILED)
	{
		slot->last_failure = now;
		slot->failures = Min(slot->failures + 1, 1000);
		nap_ms = slot->failures > 9 ? LONGEST_BACKOFF_MS
			: Min(FIRST_BACKOFF_MS << (slot->failures - 1), LONGEST_BACKOFF_MS);
	}
	else
	{
		slot->failures = 0;
		if (state == DM_NO_EXTENSION)
			nap_ms = Max(nap_ms, NO_EXTENSION_NAP_MS);
		else if (more)
			nap_ms = 0;
	}
	slot->state = state;
	slot->pid = 0;
	slot->last_end = now;
	slot->next_due = TimestampTzPlusMilliseconds(now, nap_ms);
}

static const char *
state_name(DmWorkerState state)
{
	switch (state)
	{
		case DM_WAITING:
			return "waiting";
		case DM_STARTING:
			return "starting";
		case DM_RUNNING:
			return "running";
		case DM_NO_EXTENSION:
			return "no extension";
		case DM_NOT_COORDINATOR:
			return "not the coordinator";
		case DM_READ_ONLY:
			return "read only";
		case DM_FAILED:
			return "failed";
	}
	return "unknown";
}

/* Slots the caller may see, copied so that no lock outlives the call. */
static DmWorkerSlot *
visible_slots(uint64 *count)
{
	DmWorkerSlot *copy = palloc(sizeof(DmWorkerSlot) * DM_MAX_DATABASES);
	bool		all = has_privs_of_role(GetUserId(), DATAMON_ROLE_PG_MONITOR);

	*count = 0;
	if (dm_shared == NULL)
		return copy;
	LWLockAcquire(dm_shared->lock, LW_SHARED);
	for (int i = 0; i < DM_MAX_DATABASES; i++)
	{
		DmWorkerSlot *slot = &dm_shared->slots[i];

		if (OidIsValid(slot->database) && (all || slot->database == MyDatabaseId))
			copy[(*count)++] = *slot;
	}
	LWLockRelease(dm_shared->lock);
	return copy;
}

static void
put_time(Datum *value, bool *null, TimestampTz time)
{
	*value = TimestampTzGetDatum(time);
	*null = time == 0;
}

PG_FUNCTION_INFO_V1(datamon_worker_status);

Datum
datamon_worker_status(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	DmWorkerSlot *slot;
	char	   *name;
	Datum		values[STATUS_COLUMNS];
	bool		nulls[STATUS_COLUMNS] = {false};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext old;
		TupleDesc	desc;

		context = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE || desc->natts != STATUS_COLUMNS)
			elog(ERROR, "datamon.worker_status() has an unexpected row type");
		context->tuple_desc = BlessTupleDesc(desc);
		context->user_fctx = visible_slots(&context->max_calls);
		MemoryContextSwitchTo(old);
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr >= context->max_calls)
		SRF_RETURN_DONE(context);

	slot = &((DmWorkerSlot *) context->user_fctx)[context->call_cntr];
	name = get_database_name(slot->database);
	nulls[0] = name == NULL;	/* dropped a moment ago */
	values[0] = name ? DirectFunctionCall1(namein, CStringGetDatum(name)) : (Datum) 0;
	values[1] = CStringGetTextDatum(state_name(slot->state));
	values[2] = Int32GetDatum(slot->pid);
	nulls[2] = slot->pid == 0;
	put_time(&values[3], &nulls[3], slot->last_start);
	put_time(&values[4], &nulls[4], slot->last_end);
	put_time(&values[5], &nulls[5], slot->next_due);
	values[6] = Int64GetDatum(slot->ticks);
	values[7] = Int64GetDatum(slot->failed_ticks);
	values[8] = Int32GetDatum(slot->failures);
	put_time(&values[9], &nulls[9], slot->last_failure);
	nulls[10] = slot->sqlerrcode == 0;
	values[10] = CStringGetTextDatum(unpack_sql_state(slot->sqlerrcode));
	SRF_RETURN_NEXT(context, HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, values, nulls)));
}
