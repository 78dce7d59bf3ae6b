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

/* A worker's wait between ticks has a name of its own from 17 on. */
#if PG_VERSION_NUM >= 170000
#define DATAMON_WAIT_EVENT(name) WaitEventExtensionNew(name)
#else
#define DATAMON_WAIT_EVENT(name) PG_WAIT_EXTENSION
#endif

#if PG_VERSION_NUM >= 180000
#define DATAMON_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "datamon", .version = DATAMON_VERSION)
#else
#define DATAMON_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* DATAMON_COMPAT_H */
