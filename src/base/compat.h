/*
 * compat.h - what differs between PostgreSQL 13 and 18, and nothing else.
 *
 * The only file of the project that may test PG_VERSION_NUM (test/lint keeps
 * it so).
 */
#ifndef DATAMON_COMPAT_H
#define DATAMON_COMPAT_H

#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

/*
 * Soft errors exist since 16: input functions then report bad text through
 * the caller's ErrorSaveContext, so that pg_input_is_valid() and
 * COPY ... ON_ERROR work.  Before 16 the same call sites raise.
 */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#endif

#if PG_VERSION_NUM < 150000
#define MarkGUCPrefixReserved(prefix) EmitWarningsOnPlaceholders(prefix)
#endif

#if PG_VERSION_NUM >= 140000
#include "utils/wait_event.h"
#else
#include "pgstat.h"
#endif

/* 18 renamed it, and gave it one place: before the declaration. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* A worker's wait between ticks has a name of its own from 17 on. */
#if PG_VERSION_NUM >= 170000
#define DATAMON_WAIT_EVENT(name) WaitEventExtensionNew(name)
#else
#define DATAMON_WAIT_EVENT(name) PG_WAIT_EXTENSION
#endif

/* Shared memory is asked for in a hook from 15 on, in _PG_init before. */
#if PG_VERSION_NUM >= 150000
#define DATAMON_REQUEST_SHMEM(function) \
	do { \
		dm_prev_shmem_request_hook = shmem_request_hook; \
		shmem_request_hook = (function); \
	} while (0)
#define DATAMON_SHMEM_REQUEST_CHAIN() \
	do { \
		if (dm_prev_shmem_request_hook) \
			dm_prev_shmem_request_hook(); \
	} while (0)
#define DATAMON_SHMEM_REQUEST_HOOK static shmem_request_hook_type dm_prev_shmem_request_hook = NULL
#else
#define DATAMON_REQUEST_SHMEM(function) (function)()
#define DATAMON_SHMEM_REQUEST_CHAIN() ((void) 0)
#define DATAMON_SHMEM_REQUEST_HOOK extern int dm_no_shmem_request_hook
#endif

/* Up to 14 a process that is not a backend must hand on its notifications itself. */
#if PG_VERSION_NUM >= 150000
#define DATAMON_COMPLETED_NOTIFIES() ((void) 0)
#else
#define DATAMON_COMPLETED_NOTIFIES() ProcessCompletedNotifies()
#endif

/* A buffer that may hold a block, without a look into the table of buffers: from 14 on. */
#if PG_VERSION_NUM >= 160000
#define DATAMON_READ_RECENT_BUFFER(relation, block, guess) \
	ReadRecentBuffer((relation)->rd_locator, MAIN_FORKNUM, block, guess)
#elif PG_VERSION_NUM >= 140000
#define DATAMON_READ_RECENT_BUFFER(relation, block, guess) \
	ReadRecentBuffer((relation)->rd_node, MAIN_FORKNUM, block, guess)
#else
#define DATAMON_READ_RECENT_BUFFER(relation, block, guess) false
#endif

/* "Snapshot too old" was an error of whoever read a page, up to 16. */
#if PG_VERSION_NUM >= 170000
#define DATAMON_TEST_FOR_OLD_SNAPSHOT(snapshot, relation, page) ((void) 0)
#else
#define DATAMON_TEST_FOR_OLD_SNAPSHOT(snapshot, relation, page) \
	TestForOldSnapshot(snapshot, relation, page)
#endif

#if PG_VERSION_NUM >= 140000
#define DATAMON_ROLE_PG_MONITOR ROLE_PG_MONITOR
#else
#define DATAMON_ROLE_PG_MONITOR DEFAULT_ROLE_MONITOR
#endif

/* From 19 on a worker can be told to leave for DROP, ALTER or CREATE DATABASE. */
#ifdef BGWORKER_INTERRUPTIBLE
#define DATAMON_BGWORKER_INTERRUPTIBLE BGWORKER_INTERRUPTIBLE
#else
#define DATAMON_BGWORKER_INTERRUPTIBLE 0
#endif

/* A relation's file, and this session's own counts of its rows. */
#if PG_VERSION_NUM >= 160000
#define DATAMON_RELFILENODE(relation) ((relation)->rd_locator.relNumber)
#define DATAMON_TUPLE_COUNT(what) counts.tuples_##what
#else
#define DATAMON_RELFILENODE(relation) ((relation)->rd_node.relNode)
#define DATAMON_TUPLE_COUNT(what) t_counts.t_tuples_##what
#endif

#if PG_VERSION_NUM >= 180000
#define DATAMON_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "datamon", .version = DATAMON_VERSION)
#else
#define DATAMON_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* DATAMON_COMPAT_H */
