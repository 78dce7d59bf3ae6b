/*
 * datamon.c - module entry: magic and _PG_init, nothing else.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "base/compat.h"
#include "base/settings.h"
#include "worker/worker.h"

DATAMON_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	dm_settings_init();

	/* Types and functions need no preloading; only the worker does. */
	if (process_shared_preload_libraries_in_progress)
		dm_worker_init();
}
