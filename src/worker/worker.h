/*
 * worker.h - the launcher, the short-lived workers it starts, and the shared
 * memory through which they talk.
 *
 * The launcher is one static background worker without a database.  For a
 * database that may have something due it starts a worker, which looks, ticks
 * and leaves; no connection is held between ticks, so that DROP DATABASE and
 * CREATE DATABASE ... TEMPLATE find their way, and worker slots stay free.
 *
 * There is one slot per database.  The launcher claims a slot and moves it to
 * DM_STARTING; the worker moves it on to DM_RUNNING and, in its exit callback,
 * to what came of it.  Every access holds the lock.
 */
#ifndef DATAMON_WORKER_H
#define DATAMON_WORKER_H

#include "base/compat.h"

#include "datatype/timestamp.h"
#include "storage/lwlock.h"

#define DM_MAX_DATABASES 1024

/* No slot ever waits longer: naptime at its maximum. */
#define DM_LONGEST_NAP_MS (3600 * 1000)

typedef enum DmWorkerState
{
	DM_WAITING,					/* ticked what was due, or never looked yet */
	DM_STARTING,
	DM_RUNNING,
	DM_NO_EXTENSION,
	DM_NOT_COORDINATOR,			/* of a Citus cluster: somebody else's work */
	DM_READ_ONLY,				/* default_transaction_read_only is on */
	DM_FAILED
} DmWorkerState;

typedef struct DmWorkerSlot
{
	Oid			database;		/* InvalidOid: the slot is free */
	DmWorkerState state;
	int			pid;			/* while running */
	int			monitor_id;		/* being ticked; 0: none.  Outlives a worker that was terminated in a tick */
	int			last_monitor_id;	/* the last one that came to an end */
	int			failures;		/* of workers, in a row */
	int			sqlerrcode;		/* of the last monitor or worker that failed */
	int64		ticks;
	int64		failed_ticks;
	TimestampTz last_start;		/* 0: never */
	TimestampTz last_end;
	TimestampTz last_failure;
	TimestampTz next_due;
} DmWorkerSlot;

typedef struct DmWorkerShared
{
	LWLock	   *lock;
	DmWorkerSlot slots[DM_MAX_DATABASES];
} DmWorkerShared;

/* NULL unless preloaded. */
extern DmWorkerShared *dm_shared;

/* shared.c */
extern void dm_shared_init(void);
extern void dm_slot_finish(DmWorkerSlot *slot, DmWorkerState state, bool more);

/* launcher.c; both names are called through the postmaster */
extern void dm_worker_init(void);
extern PGDLLEXPORT void dm_launcher_main(Datum arg);

/* worker.c */
extern PGDLLEXPORT void dm_worker_main(Datum arg);

#endif							/* DATAMON_WORKER_H */
