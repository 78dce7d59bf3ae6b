/*
 * citus.h - what datamon has to know of Citus, without its headers.
 */
#ifndef DATAMON_BASE_CITUS_H
#define DATAMON_BASE_CITUS_H

#include "postgres.h"

/* Whether the extension is there. */
extern bool dm_has_citus(void);

/*
 * Whether Citus keeps the rows of a table, distributed, reference or local, in
 * shards: the table of that name is then an empty heap.
 */
extern bool dm_is_distributed(Oid relid);

#endif							/* DATAMON_BASE_CITUS_H */
