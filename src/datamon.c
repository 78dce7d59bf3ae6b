/*
 * datamon.c - module entry: magic and _PG_init, nothing else.
 */
#include "postgres.h"

#include "fmgr.h"

#include "base/compat.h"

DATAMON_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
}
