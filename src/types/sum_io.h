/*
 * sum_io.h - an exact sum as packed bytes and as text.
 */
#ifndef DATAMON_TYPES_SUM_IO_H
#define DATAMON_TYPES_SUM_IO_H

#include "base/json.h"
#include "base/wire.h"
#include "stats/exact_sum.h"

/* An empty sum in a window that holds anything. */
extern DmExactSum *dm_sum_palloc(void);

/* Two varints and the bytes (docs/types.md).  What is read is not to be added to. */
extern void dm_sum_write(StringInfo buf, const DmExactSum *s);
extern DmExactSum *dm_sum_read(DmReader *r);

/* A member "name":"hexadecimal integer@lowest byte"; only what is written is read. */
extern void dm_sum_write_json(StringInfo buf, const char *name, const DmExactSum *s);
extern DmExactSum *dm_sum_read_json(DmJson *j, const char *name);

#endif							/* DATAMON_TYPES_SUM_IO_H */
