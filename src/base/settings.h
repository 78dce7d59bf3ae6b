/*
 * settings.h - the configuration parameters, datamon.*.
 */
#ifndef DATAMON_SETTINGS_H
#define DATAMON_SETTINGS_H

#include "compat.h"

extern int	dm_backfill_rows;	/* 0: no chunks */
extern int	dm_cube_memory;		/* kilobytes */
extern char *dm_databases;
extern bool dm_enabled;
extern bool dm_log_ticks;
extern int	dm_max_workers;
extern int	dm_naptime;			/* seconds */
extern int	dm_tick_timeout;	/* milliseconds; 0 = none */

extern void dm_settings_init(void);

/* Whether datamon.databases names this database. */
extern bool dm_database_is_listed(const char *name);

#endif							/* DATAMON_SETTINGS_H */
