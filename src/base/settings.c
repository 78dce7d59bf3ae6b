/*
 * settings.c - the configuration parameters, datamon.*, in alphabetical order.
 *
 * Those that steer processes which work for every role belong to the server's
 * configuration (PGC_SIGHUP).
 */
#include "base/settings.h"

#include <limits.h>

#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

int			dm_backfill_rows = 1000000;
int			dm_cube_memory = 256 * 1024;
char	   *dm_databases = NULL;
bool		dm_enabled = true;
bool		dm_log_ticks = false;
int			dm_max_workers = 2;
int			dm_naptime = 10;
int			dm_tick_timeout = 5 * 60 * 1000;

static bool
check_databases(char **newval, void **extra, GucSource source)
{
	char	   *copy = pstrdup(*newval);
	List	   *names;
	bool		ok = SplitIdentifierString(copy, ',', &names);

	if (!ok)
		GUC_check_errdetail("List syntax is invalid.");
	list_free(names);
	pfree(copy);
	return ok;
}

bool
dm_database_is_listed(const char *name)
{
	char	   *copy = pstrdup(dm_databases);
	List	   *names;
	ListCell   *lc;
	bool		found = false;

	if (SplitIdentifierString(copy, ',', &names))
	{
		foreach(lc, names)
		{
			const char *listed = (const char *) lfirst(lc);

			if (strcmp(listed, "*") == 0 || strcmp(listed, name) == 0)
				found = true;
		}
	}
	list_free(names);
	pfree(copy);
	return found;
}

void
dm_settings_init(void)
{
	DefineCustomIntVariable("datamon.backfill_rows",
							"Rows of history that one tick reads, about.",
							"Longer histories are read newest first, a chunk a tick; 0 reads all at once.",
							&dm_backfill_rows,
							1000000,
							0, INT_MAX,
							PGC_USERSET,
							0,
							NULL, NULL, NULL);

	DefineCustomIntVariable("datamon.cube_memory",
							"Memory for rows that wait to become profiles of segments.",
							"What does not fit goes through temporary files.",
							&dm_cube_memory,
							256 * 1024,
							1024, MAX_KILOBYTES,
							PGC_USERSET,
							GUC_UNIT_KB,
							NULL, NULL, NULL);

	DefineCustomStringVariable("datamon.databases",
							   "Databases whose monitors the background worker ticks.",
							   "A list of names; * stands for every database.",
							   &dm_databases,
							   "*",
							   PGC_SIGHUP,
							   GUC_LIST_INPUT,
							   check_databases, NULL, NULL);

	DefineCustomBoolVariable("datamon.enabled",
							 "Lets the background worker tick monitors.",
							 "datamon.tick() works whatever this says.",
							 &dm_enabled,
							 true,
							 PGC_SIGHUP,
							 0,
							 NULL, NULL, NULL);

	DefineCustomBoolVariable("datamon.log_ticks",
							 "Logs every tick of the background worker with its duration.",
							 NULL,
							 &dm_log_ticks,
							 false,
							 PGC_SIGHUP,
							 0,
							 NULL, NULL, NULL);

	DefineCustomIntVariable("datamon.max_workers",
							"Databases that may be ticked at the same time.",
							"Each takes one of max_worker_processes while it lasts.",
							&dm_max_workers,
							2,
							1, 64,
							PGC_SIGHUP,
							0,
							NULL, NULL, NULL);

	DefineCustomIntVariable("datamon.naptime",
							"Time between two looks for due monitors in a database.",
							NULL,
							&dm_naptime,
							10,
							1, 3600,
							PGC_SIGHUP,
							GUC_UNIT_S,
							NULL, NULL, NULL);

	DefineCustomIntVariable("datamon.tick_timeout",
							"Longest time the background worker gives one tick.",
							"0 sets no limit.",
							&dm_tick_timeout,
							5 * 60 * 1000,
							0, INT_MAX / 2,
							PGC_SIGHUP,
							GUC_UNIT_MS,
							NULL, NULL, NULL);

	/* Last: a parameter defined after this would lose its configured value. */
	MarkGUCPrefixReserved("datamon");
}
